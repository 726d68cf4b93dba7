//! What an access rule can let people do.

use serde::{Deserialize, Serialize};

/// Something that an access rule can allow. Whoever may do anything with a machine may see it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Verb {
    /// See that a machine exists, and how it is.
    See,
    /// Request access to it, for oneself.
    Request,
    /// Request access to it for somebody else, who is named.
    RequestForOthers,
    /// Start it.
    Start,
    /// Set up just-in-time access on it, and edit its policy.
    Configure,
    /// See who had access to it, and everything else that was done about it.
    Audit,
    /// See how it complies with Azure Policy, and assign policies.
    Comply,
    /// Switch Microsoft Defender for Servers Plan 2 on for a whole subscription, which costs money.
    EnableDefender,
}

impl Verb {
    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::See,
        Self::Request,
        Self::RequestForOthers,
        Self::Start,
        Self::Configure,
        Self::Audit,
        Self::Comply,
        Self::EnableDefender,
    ];

    /// Its name in a file of access rules, and on the wire.
    pub fn name(self) -> &'static str {
        match self {
            Self::See => "see",
            Self::Request => "request",
            Self::RequestForOthers => "request-for-others",
            Self::Start => "start",
            Self::Configure => "configure",
            Self::Audit => "audit",
            Self::Comply => "comply",
            Self::EnableDefender => "enable-defender",
        }
    }

    /// What somebody does who does it to `machine`: the rest of “no access rule lets you …”.
    pub fn done_to(self, machine: &str) -> String {
        match self {
            Self::See => format!("see {machine}"),
            Self::Request => format!("request access to {machine}"),
            Self::RequestForOthers => format!("request access to {machine} for somebody else"),
            Self::Start => format!("start {machine}"),
            Self::Configure => format!("configure just-in-time access on {machine}"),
            Self::Audit => format!("see who had access to {machine}"),
            Self::Comply => format!("see how {machine} complies with policies"),
            Self::EnableDefender => {
                format!("switch Microsoft Defender for Servers Plan 2 on for the subscription of {machine}")
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn its_name_is_the_one_on_the_wire() {
        for verb in Verb::ALL {
            assert_eq!(serde_json::to_value(verb).unwrap(), verb.name());
        }
    }
}
