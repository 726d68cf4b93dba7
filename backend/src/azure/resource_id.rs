//! The ids of resources that have no type of their own.

use std::fmt;
use std::hash::{Hash, Hasher};
use std::str::FromStr;
use std::sync::Arc;

use serde::Deserialize;
use shared::resource_id::ArmName;
use uuid::Uuid;

/// The id of any resource in a resource group, such as a network interface.
///
/// Each segment is checked, so that it can stand in a URL. Compared without regard to case, as ARM
/// does, and shown as given. Cheap to clone.
#[derive(Debug, Clone, Deserialize)]
#[serde(try_from = "String")]
pub struct ResourceId(Arc<str>);

impl ResourceId {
    /// The last segment: the resource's own name.
    pub fn name(&self) -> &str {
        self.0.rsplit('/').next().unwrap_or_default()
    }

    /// The resource that this one is a part of, as a subnet is of its network.
    pub fn parent(&self) -> Option<Self> {
        let (rest, _) = self.0.rsplit_once('/')?;
        rest.rsplit_once('/')?.0.parse().ok()
    }

    /// The id of the resource group that it is in.
    pub(super) fn group(&self) -> &str {
        let mut ends = self.0.match_indices('/').map(|(place, _)| place);
        // The sixth segment is `providers`.
        ends.nth(4).map_or(&self.0, |end| &self.0[..end])
    }

    /// The id as it was given.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The path of a request about it.
    pub(super) fn path(&self, query: &str) -> String {
        format!("{}?{query}", self.0.trim_start_matches('/'))
    }

    fn folded(&self) -> impl Iterator<Item = char> {
        self.0.chars().flat_map(char::to_lowercase)
    }
}

impl FromStr for ResourceId {
    type Err = ParseResourceIdError;

    fn from_str(id: &str) -> Result<Self, Self::Err> {
        let segments: Vec<&str> = id.split('/').collect();
        let ["", subscriptions, subscription, groups, group, providers, namespace, rest @ ..] = &segments[..]
        else {
            return Err(ParseResourceIdError(id.to_owned()));
        };
        let fixed = [(subscriptions, "subscriptions"), (groups, "resourceGroups"), (providers, "providers")];
        let well_formed = fixed.iter().all(|(given, expected)| given.eq_ignore_ascii_case(expected))
            && Uuid::try_parse(subscription).is_ok()
            && [group, namespace].into_iter().chain(rest).all(|name| name.parse::<ArmName>().is_ok())
            && !rest.is_empty()
            && rest.len().is_multiple_of(2);
        if well_formed { Ok(Self(id.into())) } else { Err(ParseResourceIdError(id.to_owned())) }
    }
}

impl TryFrom<String> for ResourceId {
    type Error = ParseResourceIdError;

    fn try_from(id: String) -> Result<Self, Self::Error> {
        id.parse()
    }
}

impl fmt::Display for ResourceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl PartialEq for ResourceId {
    fn eq(&self, other: &Self) -> bool {
        self.folded().eq(other.folded())
    }
}

impl Eq for ResourceId {}

impl Hash for ResourceId {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.folded().for_each(|c| c.hash(state));
    }
}

/// The text was not the id of a resource in a resource group.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not the id of an Azure resource")]
pub struct ParseResourceIdError(String);

#[cfg(test)]
mod tests {
    use super::*;

    const NIC: &str = "/subscriptions/11111111-2222-3333-4444-555555555555/resourceGroups/Contoso-HQ/providers/Microsoft.Network/networkInterfaces/Jump-01-nic";

    fn id(text: &str) -> ResourceId {
        text.parse().unwrap()
    }

    #[test]
    fn is_shown_as_given_and_compared_without_case() {
        assert_eq!(id(NIC).to_string(), NIC);
        assert_eq!(id(NIC), id(&NIC.to_uppercase()));
        assert_eq!(id(NIC).name(), "Jump-01-nic");
    }

    #[test]
    fn a_child_resource_has_an_id_too() {
        let subnet = NIC.replace("networkInterfaces/Jump-01-nic", "virtualNetworks/hq/subnets/jump");
        assert_eq!(id(&subnet).name(), "jump");
        let network = NIC.replace("networkInterfaces/Jump-01-nic", "virtualNetworks/hq");
        assert_eq!(id(&subnet).parent(), Some(id(&network)));
        assert_eq!(id(&network).parent(), None);
        assert!(id(&subnet).group().ends_with("/resourceGroups/Contoso-HQ"));
    }

    #[test]
    fn what_would_steer_a_url_is_refused() {
        for bad in [
            NIC.replace("Jump-01-nic", ".."),
            NIC.replace("Jump-01-nic", "a?b"),
            NIC.replace("Jump-01-nic", "a%2f"),
            NIC.replace("/Jump-01-nic", ""),
            NIC.replace("11111111-", ""),
            NIC.trim_start_matches('/').to_owned(),
            format!("https://evil.example{NIC}"),
        ] {
            assert!(bad.parse::<ResourceId>().is_err(), "{bad}");
        }
    }
}
