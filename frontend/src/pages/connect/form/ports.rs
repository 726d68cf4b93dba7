//! Which ports are requested together.

use shared::port::Port;
use shared::vm::VmDetails;

use super::{Form, Method};
use crate::pages::connect::limits::Limits;

impl Form {
    /// The ports that are requested: the one that is connected to, and what can be opened with it of
    /// what is chosen.
    pub fn ports(&self, details: &VmDetails) -> Vec<Port> {
        together(details, self.method, self.port, &self.more)
    }

    /// What can be opened together with the ports that are chosen, and those of them that can be
    /// left out.
    pub fn offered(&self, details: &VmDetails) -> Vec<Port> {
        let chosen = self.ports(details);
        let covered = details.policy.iter().flat_map(|policy| &policy.ports).map(|rule| rule.port);
        let can_be = |port: &Port| {
            let all = [&self.more[..], &[*port]].concat();
            together(details, self.method, self.port, &all).contains(port)
        };
        covered.filter(|port| *port != chosen[0] && can_be(port)).collect()
    }
}

/// The port, and those of the others that can be requested together with it.
pub(super) fn together(details: &VmDetails, method: Method, port: Port, others: &[Port]) -> Vec<Port> {
    let mut ports = vec![port];
    for other in others {
        if !ports.contains(other) {
            ports.push(*other);
            if Limits::of(details, &ports, method).is_none() {
                ports.pop();
            }
        }
    }
    ports
}
