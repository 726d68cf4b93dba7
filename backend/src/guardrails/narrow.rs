//! Making what was granted end earlier.

use jiff::Timestamp;
use shared::access::RequestId;
use shared::port::Port;

use super::{Approved, whole_second};
use crate::store::Granted;

impl Approved {
    /// The same access with an earlier end, but for the ports that are `shut` already: somebody else
    /// may have them by now. It needs nobody's leave: it is for no other port and for the same source
    /// as what was granted, and ends no later, whatever `ends_at` is.
    pub fn narrowed(granted: &Granted, shut: &[Port], ends_at: Timestamp, username: &str) -> Self {
        let record = granted.record();
        let request = &record.request;
        Self {
            id: request.id,
            policy: record.policy.clone(),
            vm: request.vm.clone(),
            ports: request.ports.iter().copied().filter(|port| !shut.contains(port)).collect(),
            source: request.source,
            ends_at: whole_second(ends_at).min(request.ends_at),
            justification: format!("closed early by {username} through Postern{CLOSING}{})", request.id),
            rule: request.rule.clone(),
            broad: request.broad,
            bastion: request.bastion.clone(),
            shareable_link: request.shareable_link,
            redirections: request.redirections.clone(),
            part_of: None,
        }
    }
}

/// What stands before the id of the request that is closed.
const CLOSING: &str = " (closing request ";

/// The request that an entry of a policy closes, if that is what it is there for.
pub fn request_closed_by(text: &str) -> Option<RequestId> {
    text.rsplit_once(CLOSING)?.1.strip_suffix(')')?.parse().ok()
}

#[cfg(test)]
mod tests;
