//! The resource id of a JIT policy.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use shared::resource_id::ArmName;
use uuid::Uuid;

/// The ARM resource id of a JIT policy.
///
/// Each part is checked, so that it can stand in a URL. Compared without regard to case, as ARM
/// does, and shown as given.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct PolicyId {
    subscription: Uuid,
    resource_group: ArmName,
    location: ArmName,
    name: ArmName,
}

impl PolicyId {
    /// Puts an id together from parts that are already checked.
    pub fn new(subscription: Uuid, resource_group: ArmName, location: ArmName, name: ArmName) -> Self {
        Self { subscription, resource_group, location, name }
    }

    /// The subscription the policy is in.
    pub fn subscription(&self) -> Uuid {
        self.subscription
    }

    /// The resource group the policy is in.
    pub fn resource_group(&self) -> &ArmName {
        &self.resource_group
    }

    /// The region of its machines, such as `westeurope`.
    pub fn location(&self) -> &ArmName {
        &self.location
    }

    /// The policy's name; `default` where Azure's own pages made it.
    pub fn name(&self) -> &ArmName {
        &self.name
    }
}

impl FromStr for PolicyId {
    type Err = ParsePolicyIdError;

    fn from_str(id: &str) -> Result<Self, Self::Err> {
        let reject = || ParsePolicyIdError(id.to_owned());
        let segments: Vec<&str> = id.split('/').collect();
        let [
            "",
            subscriptions,
            subscription,
            groups,
            group,
            providers,
            namespace,
            locations,
            location,
            kind,
            name,
        ] = segments[..]
        else {
            return Err(reject());
        };
        let fixed = [
            (subscriptions, "subscriptions"),
            (groups, "resourceGroups"),
            (providers, "providers"),
            (namespace, "Microsoft.Security"),
            (locations, "locations"),
            (kind, "jitNetworkAccessPolicies"),
        ];
        if !fixed.iter().all(|(given, expected)| given.eq_ignore_ascii_case(expected)) {
            return Err(reject());
        }
        Ok(Self {
            subscription: Uuid::try_parse(subscription).map_err(|_| reject())?,
            resource_group: group.parse().map_err(|_| reject())?,
            location: location.parse().map_err(|_| reject())?,
            name: name.parse().map_err(|_| reject())?,
        })
    }
}

impl fmt::Display for PolicyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { subscription, resource_group, location, name } = self;
        write!(
            f,
            "/subscriptions/{subscription}/resourceGroups/{resource_group}/providers/Microsoft.Security/locations/{location}/jitNetworkAccessPolicies/{name}"
        )
    }
}

impl From<PolicyId> for String {
    fn from(id: PolicyId) -> Self {
        id.to_string()
    }
}

impl TryFrom<String> for PolicyId {
    type Error = ParsePolicyIdError;

    fn try_from(id: String) -> Result<Self, Self::Error> {
        id.parse()
    }
}

/// The text was not the id of a JIT policy.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not the resource id of a just-in-time policy")]
pub struct ParsePolicyIdError(String);

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "/subscriptions/11111111-2222-3333-4444-555555555555/resourceGroups/Contoso-HQ/providers/Microsoft.Security/locations/westeurope/jitNetworkAccessPolicies/default";

    #[test]
    fn round_trips_through_its_text() {
        assert_eq!(ID.parse::<PolicyId>().unwrap().to_string(), ID);
    }

    #[test]
    fn ignores_case_like_arm_does() {
        assert_eq!(ID.to_lowercase().parse::<PolicyId>(), ID.parse());
    }

    #[test]
    fn rejects_what_would_steer_the_url() {
        for bad in [
            ID.replace("default", ".."),
            ID.replace("default", "a?b"),
            ID.replace("westeurope", "%2e%2e"),
            ID.replace("westeurope", ""),
            format!("{ID}/initiate"),
            ID.replace("jitNetworkAccessPolicies", "policies"),
        ] {
            assert!(bad.parse::<PolicyId>().is_err(), "{bad}");
        }
    }
}
