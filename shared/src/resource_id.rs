//! ARM names and resource ids, which end up in URLs with our credential behind them.

use std::fmt;
use std::hash::{Hash, Hasher};
use std::str::FromStr;

use uuid::Uuid;

use crate::text::{folded, text_on_the_wire};

/// The ARM resource id of a virtual machine.
///
/// ARM compares resource ids without regard to case but echoes whatever casing it was given, so
/// equality and hashing ignore case while `Display` keeps it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct VmId {
    subscription: Uuid,
    resource_group: ArmName,
    name: ArmName,
}

impl VmId {
    /// Puts an id together from parts that are already checked.
    pub fn new(subscription: Uuid, resource_group: ArmName, name: ArmName) -> Self {
        Self { subscription, resource_group, name }
    }

    /// The subscription the machine is in.
    pub fn subscription(&self) -> Uuid {
        self.subscription
    }

    /// The resource group the machine is in.
    pub fn resource_group(&self) -> &ArmName {
        &self.resource_group
    }

    /// The machine's name.
    pub fn name(&self) -> &ArmName {
        &self.name
    }
}

impl FromStr for VmId {
    type Err = ParseVmIdError;

    fn from_str(id: &str) -> Result<Self, Self::Err> {
        let found = parts(id, "Microsoft.Compute", "virtualMachines");
        let (subscription, resource_group, name) = found.ok_or_else(|| ParseVmIdError(id.to_owned()))?;
        Ok(Self { subscription, resource_group, name })
    }
}

impl fmt::Display for VmId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { subscription, resource_group, name } = self;
        write!(
            f,
            "/subscriptions/{subscription}/resourceGroups/{resource_group}/providers/Microsoft.Compute/virtualMachines/{name}"
        )
    }
}

text_on_the_wire!(
    VmId,
    "ARM resource id of a virtual machine; compared without regard to case",
    "/subscriptions/11111111-2222-3333-4444-555555555555/resourceGroups/contoso-hq-rg/providers/Microsoft.Compute/virtualMachines/jump-01"
);

/// The text was not the id of a virtual machine.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "“{0}” is not the resource id of a virtual machine; expected /subscriptions/<id>/resourceGroups/<group>/providers/Microsoft.Compute/virtualMachines/<name>"
)]
pub struct ParseVmIdError(String);

/// Subscription, group and name in the id of a resource of some kind, if it is that.
pub(crate) fn parts(id: &str, namespace: &str, kind: &str) -> Option<(Uuid, ArmName, ArmName)> {
    let segments: Vec<&str> = id.split('/').collect();
    let ["", subscriptions, subscription, groups, group, providers, their_namespace, their_kind, name] =
        segments[..]
    else {
        return None;
    };
    let fixed = [
        (subscriptions, "subscriptions"),
        (groups, "resourceGroups"),
        (providers, "providers"),
        (their_namespace, namespace),
        (their_kind, kind),
    ];
    if !fixed.iter().all(|(given, expected)| given.eq_ignore_ascii_case(expected)) {
        return None;
    }
    Some((Uuid::try_parse(subscription).ok()?, group.parse().ok()?, name.parse().ok()?))
}

/// The name of a resource or resource group: one segment of an ARM path.
///
/// Holds nothing that would steer a URL. Compared without regard to case, shown as given.
#[derive(Debug, Clone)]
pub struct ArmName(String);

impl ArmName {
    /// The longest name of a resource group, in characters; resource names are shorter.
    /// Source: Azure naming rules for `Microsoft.Resources/resourceGroups`.
    pub const LONGEST: usize = 90;

    /// The name as it was given.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    fn folded(&self) -> String {
        folded(&self.0)
    }
}

impl FromStr for ArmName {
    type Err = ParseArmNameError;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        let harmless = !name.is_empty()
            && name.chars().count() <= Self::LONGEST
            && !name.ends_with('.')
            && name.chars().all(|c| c.is_alphanumeric() || "-_.()".contains(c));
        if harmless { Ok(Self(name.to_owned())) } else { Err(ParseArmNameError(name.to_owned())) }
    }
}

impl fmt::Display for ArmName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl PartialEq for ArmName {
    fn eq(&self, other: &Self) -> bool {
        self.folded() == other.folded()
    }
}

impl Eq for ArmName {}

impl Hash for ArmName {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.folded().hash(state);
    }
}

impl PartialOrd for ArmName {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for ArmName {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.folded().cmp(&other.folded())
    }
}

text_on_the_wire!(
    ArmName,
    "Name of an Azure resource or resource group; compared without regard to case",
    "jump-01"
);

/// The text cannot be the name of a resource.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("“{0}” cannot be the name of an Azure resource; letters, digits and - _ . ( ) are allowed, up to 90")]
pub struct ParseArmNameError(String);

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "/subscriptions/11111111-2222-3333-4444-555555555555/resourceGroups/Contoso-HQ/providers/Microsoft.Compute/virtualMachines/Jump-01";

    fn id(text: &str) -> VmId {
        text.parse().unwrap()
    }

    #[test]
    fn round_trips_through_its_text() {
        assert_eq!(id(ID).to_string(), ID);
    }

    #[test]
    fn ignores_case_like_arm_does() {
        let shouted = id(&ID.to_uppercase());
        assert_eq!(shouted, id(ID));
        let both: std::collections::HashSet<VmId> = [shouted, id(ID)].into();
        assert_eq!(both.len(), 1);
    }

    #[test]
    fn rejects_another_kind_of_resource() {
        let nic = ID.replace("Microsoft.Compute/virtualMachines", "Microsoft.Network/networkInterfaces");
        assert!(nic.parse::<VmId>().is_err());
        assert!(format!("{ID}/extensions/x").parse::<VmId>().is_err());
    }

    #[test]
    fn rejects_names_that_would_steer_the_url() {
        for name in ["..", "a/b", "a?b", "a#b", "a%2fb", "a b", "", "a\\b", "a\n", "dot."] {
            assert!(name.parse::<ArmName>().is_err(), "{name:?}");
        }
    }

    #[test]
    fn is_validated_by_serde_too() {
        assert!(serde_json::from_str::<VmId>(r#""/subscriptions/../x""#).is_err());
        let json = serde_json::to_string(&id(ID)).unwrap();
        assert_eq!(serde_json::from_str::<VmId>(&json).unwrap(), id(ID));
    }
}
