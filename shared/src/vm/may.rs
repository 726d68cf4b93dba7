//! What somebody may do with a machine.

use serde::{Deserialize, Serialize};

use crate::duration::AccessDuration;
use crate::port::Port;
use crate::redirection::Redirection;
use crate::source::Source;

/// What somebody may do with one machine. Seeing it goes without saying.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct May {
    /// Start it.
    pub start: bool,
    /// Set up just-in-time access on it, and edit its policy.
    pub configure: bool,
    /// Request access for themselves: one entry per access rule that lets them, empty if none does.
    pub request: Vec<RequestLimits>,
    /// Request access for somebody else, who is named: likewise.
    pub request_for_others: Vec<RequestLimits>,
}

/// Within what limits one access rule lets somebody request access.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[expect(clippy::struct_excessive_bools, reason = "they are keys of a rule, each on its own")]
pub struct RequestLimits {
    /// The rule's name.
    pub rule: String,
    /// The ports it is about; `None` for every port.
    pub ports: Option<Vec<Port>>,
    /// How long a request may last.
    pub longest: AccessDuration,
    /// The widest range an address may stand in, as an IPv4 prefix length: 32 is one address.
    /// An IPv6 range may be as much wider than one address as this allows for IPv4.
    pub widest: u8,
    /// Ranges that may be chosen by name, whatever their width.
    pub networks: Vec<Network>,
    /// Whether any source may be requested, `*` included. What only this allows is marked as broad.
    pub anywhere: bool,
    /// Whether access through a Bastion may be requested.
    #[serde(default)]
    pub bastion: bool,
    /// Whether a reason must be given.
    pub reason_required: bool,
    /// What a good reason looks like.
    pub reason_hint: Option<String>,
    /// What of their own device people may share with the machine.
    pub redirections: Vec<Redirection>,
    /// Whether what is prepared may be for somebody without an account.
    #[serde(default)]
    pub guests: bool,
}

impl RequestLimits {
    /// Whether they are about a port.
    pub fn are_about(&self, port: Port) -> bool {
        self.ports.as_ref().is_none_or(|ports| ports.contains(&port))
    }
}

/// A range with a name, such as an office.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Network {
    /// What people call it.
    pub name: String,
    /// Its range.
    pub range: Source,
}
