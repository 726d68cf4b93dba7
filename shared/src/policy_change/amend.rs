//! Part of a rule, which is changed on many machines without touching the rest of it.

use serde::{Deserialize, Serialize};

use crate::duration::AccessDuration;
use crate::policy::{JitPolicy, PortRule};
use crate::port::{Port, Protocol};
use crate::problem::Violation;
use crate::source::Source;

/// What is changed of a port on machines that have it. What is not named stays as each of them has it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(
    deny_unknown_fields,
    expecting = "an object with the field port, and any of protocol, sources and longest"
)]
pub struct Amendment {
    /// The port.
    pub port: Port,
    /// The protocol it is opened for from now on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub protocol: Option<Protocol>,
    /// From where it may be requested from now on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sources: Option<Vec<Source>>,
    /// How long a request may last at most from now on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub longest: Option<AccessDuration>,
}

impl Amendment {
    /// What it takes to get from one rule for a port to another, if they differ.
    pub fn between(from: &PortRule, to: &PortRule) -> Option<Self> {
        let amendment = Self {
            port: to.port,
            protocol: (from.protocol != to.protocol).then_some(to.protocol),
            sources: (from.sources != to.sources).then(|| to.sources.clone()),
            longest: (from.longest != to.longest).then_some(to.longest),
        };
        (!amendment.is_empty()).then_some(amendment)
    }

    fn is_empty(&self) -> bool {
        self.protocol.is_none() && self.sources.is_none() && self.longest.is_none()
    }

    /// Changes a rule for the port.
    pub(super) fn apply(&self, rule: &mut PortRule) {
        let Self { port: _, protocol, sources, longest } = self;
        if let Some(protocol) = protocol {
            rule.protocol = *protocol;
        }
        if let Some(sources) = sources {
            rule.sources.clone_from(sources);
        }
        if let Some(longest) = longest {
            rule.longest = *longest;
        }
    }

    /// What is wrong with it: the field, if it is one, and what to do.
    pub(super) fn violations(&self) -> Vec<(&'static str, String)> {
        if self.is_empty() {
            return vec![("", "say what is to change: protocol, sources or longest".to_owned())];
        }
        let mut rule = PortRule::usual(self.port);
        self.apply(&mut rule);
        let of_rule = JitPolicy { ports: vec![rule] }.violations().into_iter();
        of_rule.map(|Violation { detail, .. }| (".sources", detail)).collect()
    }
}
