//! ARM names and resource ids, which end up in URLs with our credential behind them.

use std::fmt;
use std::hash::{Hash, Hasher};
use std::str::FromStr;

use uuid::Uuid;

use crate::text::{folded, text_on_the_wire};

/// The ARM resource id of one kind of resource, as a type of its own.
///
/// ARM compares resource ids without regard to case but echoes whatever casing it was given, so
/// equality and hashing ignore case while `Display` keeps it.
macro_rules! resource_id {
    ($(#[$about:meta])* $id:ident, $what:literal, $kind:literal, $example:literal) => {
        $(#[$about])*
        #[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $id($crate::resource_id::InGroup);

        impl $id {
            /// The subscription it is in.
            pub fn subscription(&self) -> uuid::Uuid {
                self.0.subscription
            }

            /// The resource group it is in.
            pub fn resource_group(&self) -> &$crate::resource_id::ArmName {
                &self.0.resource_group
            }

            /// Its name.
            pub fn name(&self) -> &$crate::resource_id::ArmName {
                &self.0.name
            }
        }

        impl std::str::FromStr for $id {
            type Err = $crate::resource_id::ParseIdError;

            fn from_str(id: &str) -> Result<Self, Self::Err> {
                $crate::resource_id::InGroup::parse(id, $what, $kind).map(Self)
            }
        }

        impl std::fmt::Display for $id {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.write($kind, f)
            }
        }

        $crate::text::text_on_the_wire!(
            $id,
            concat!("ARM resource id of ", $what, "; compared without regard to case"),
            concat!(
                "/subscriptions/11111111-2222-3333-4444-555555555555/resourceGroups/contoso-hq-rg/providers/",
                $kind, "/", $example
            )
        );
    };
}

pub(crate) use resource_id;

resource_id!(
    /// The ARM resource id of a virtual machine; compared without regard to case.
    VmId, "a virtual machine", "Microsoft.Compute/virtualMachines", "jump-01"
);

impl VmId {
    /// Puts an id together from parts that are already checked.
    pub fn new(subscription: Uuid, resource_group: ArmName, name: ArmName) -> Self {
        Self(InGroup { subscription, resource_group, name })
    }
}

/// A resource of some kind in a resource group.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct InGroup {
    pub(crate) subscription: Uuid,
    pub(crate) resource_group: ArmName,
    pub(crate) name: ArmName,
}

impl InGroup {
    /// Reads the id of a resource of a kind, such as `Microsoft.Compute/virtualMachines`; `what` it is
    /// for people.
    pub(crate) fn parse(id: &str, what: &'static str, kind: &'static str) -> Result<Self, ParseIdError> {
        Self::of(id, kind).ok_or_else(|| ParseIdError { id: id.to_owned(), what, kind })
    }

    fn of(id: &str, kind: &str) -> Option<Self> {
        let segments: Vec<&str> = id.split('/').collect();
        let ["", subscriptions, subscription, groups, group, providers, namespace, their_kind, name] =
            segments[..]
        else {
            return None;
        };
        let (expected_namespace, expected_kind) = kind.split_once('/')?;
        let fixed = [
            (subscriptions, "subscriptions"),
            (groups, "resourceGroups"),
            (providers, "providers"),
            (namespace, expected_namespace),
            (their_kind, expected_kind),
        ];
        if !fixed.iter().all(|(given, expected)| given.eq_ignore_ascii_case(expected)) {
            return None;
        }
        let (resource_group, name) = (group.parse().ok()?, name.parse().ok()?);
        Some(Self { subscription: Uuid::try_parse(subscription).ok()?, resource_group, name })
    }

    pub(crate) fn write(&self, kind: &str, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { subscription, resource_group, name } = self;
        write!(f, "/subscriptions/{subscription}/resourceGroups/{resource_group}/providers/{kind}/{name}")
    }
}

/// The text was not the id of a resource of the kind that was expected.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "“{id}” is not the resource id of {what}; expected /subscriptions/<id>/resourceGroups/<group>/providers/{kind}/<name>"
)]
pub struct ParseIdError {
    id: String,
    what: &'static str,
    kind: &'static str,
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
