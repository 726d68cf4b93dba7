//! What a JIT policy allows on one virtual machine.

use serde::{Deserialize, Serialize};

use crate::duration::AccessDuration;
use crate::port::{Port, Protocol};
use crate::source::Source;

/// The part of a JIT policy that is about one machine: the ports it keeps closed and may open.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields, expecting = "an object with the field ports")]
pub struct JitPolicy {
    /// One rule per port, in the order Azure keeps them.
    pub ports: Vec<PortRule>,
}

impl JitPolicy {
    /// The rule for `port`, if the policy covers it.
    pub fn rule_for(&self, port: Port) -> Option<&PortRule> {
        self.ports.iter().find(|rule| rule.port == port)
    }
}

/// What a policy allows on one port.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields, expecting = "an object with the fields port, protocol, sources and longest")]
pub struct PortRule {
    /// The port.
    pub port: Port,
    /// The protocol it is opened for.
    pub protocol: Protocol,
    /// From where it may be requested: within any one of these.
    pub sources: Vec<Source>,
    /// How long a request may last at most.
    pub longest: AccessDuration,
}

impl PortRule {
    /// Whether Azure will let the port be opened for `source`.
    pub fn allows(&self, source: &Source) -> bool {
        self.sources.iter().any(|allowed| allowed.contains(source))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rule(sources: &[&str]) -> PortRule {
        PortRule {
            port: Port::RDP,
            protocol: Protocol::Any,
            sources: sources.iter().map(|text| text.parse().unwrap()).collect(),
            longest: AccessDuration::AZURE_DEFAULT,
        }
    }

    #[test]
    fn a_source_is_allowed_inside_one_of_the_ranges_and_not_across_two() {
        let rule = rule(&["203.0.113.0/25", "203.0.113.128/25"]);
        assert!(rule.allows(&"203.0.113.7".parse().unwrap()));
        assert!(!rule.allows(&"203.0.113.0/24".parse().unwrap()));
    }

    #[test]
    fn only_a_policy_for_any_source_allows_any_source() {
        assert!(rule(&["*"]).allows(&Source::ANY));
        assert!(!rule(&["203.0.113.0/24"]).allows(&Source::ANY));
    }
}
