//! The rules that let a source through, as just-in-time access wrote them for one request.

use std::net::IpAddr;

use jiff::Timestamp;
use shared::access::AccessRequest;

use crate::azure::network::{Access, Addresses, Direction, JitRuleName, Nsg, Ports, SecurityRule};
use crate::azure::resource_id::ResourceId;
use crate::guardrails::{InNameOf, belongs_to};
use crate::inventory::LiveVm;
use crate::jit::displaced::is_live;
use crate::jit::{Jit, JitError};
use crate::preflight::Filters;

/// A rule by which just-in-time access lets somebody through.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::jit) struct AllowRule {
    /// The group that it is in.
    pub(in crate::jit) group: ResourceId,
    /// What it is called.
    pub(in crate::jit) name: JitRuleName,
}

/// Several rules of a group look alike, so that one of them may be somebody else's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::jit) struct NotOnlyOurs;

impl Jit {
    /// The rules to delete, none of which lets anybody else through.
    pub(super) async fn rules_to_remove(&self, request: &AccessRequest) -> Result<Vec<AllowRule>, JitError> {
        let machine = self.inventory.live(&request.vm).await?.ok_or(JitError::NotFound)?;
        if shares_its_rule(&machine, request, self.in_name_of(), self.clock.now()) {
            return Err(conflict(
                "somebody else has the same port open for the same address, and deleting the rule would shut them out too; your access ends by itself",
            ));
        }
        let rules = match self.inventory.filters(&machine).await {
            Filters::Known { groups, addresses, .. } => allow_rules(&groups, &addresses, request),
            Filters::Unknown { reason } => {
                return Err(JitError::Conflict(format!("the rule to delete cannot be found: {reason}")));
            }
        };
        match rules {
            Ok(rules) if rules.is_empty() => Err(conflict(
                "no network security group has a rule of this access that could be deleted; it ends by itself",
            )),
            Ok(rules) => Ok(rules),
            Err(NotOnlyOurs) => Err(conflict(
                "several rules let this address through to the port, and it cannot be told which is of your access; it ends by itself",
            )),
        }
    }
}

fn conflict(why: &str) -> JitError {
    JitError::Conflict(why.to_owned())
}

/// Whether the policy lists the same port for the same source for anybody else.
fn shares_its_rule(machine: &LiveVm, request: &AccessRequest, in_name_of: InNameOf, now: Timestamp) -> bool {
    machine.requests().any(|entry| {
        !belongs_to(entry, request, in_name_of)
            && is_live(entry, now)
            && request.ports.contains(&entry.port)
            && entry.sources.contains(&request.source)
    })
}

/// The rules that just-in-time access wrote for a request: by their names, one per port and group,
/// for exactly its source, to nothing but the machine's own addresses.
pub(in crate::jit) fn allow_rules(
    groups: &[Nsg],
    addresses: &[IpAddr],
    request: &AccessRequest,
) -> Result<Vec<AllowRule>, NotOnlyOurs> {
    let mut found = Vec::new();
    for group in groups {
        for port in &request.ports {
            let wanted = u16::from(*port);
            let fitting = group.rules.iter().filter(|rule| {
                rule.ports == [Ports::Range(wanted, wanted)] && is_for(rule, addresses, request)
            });
            let mut named = fitting.filter_map(|rule| rule.name.parse().ok());
            if let Some(name) = named.next() {
                found.push(AllowRule { group: group.id.clone(), name });
            }
            if named.next().is_some() {
                return Err(NotOnlyOurs);
            }
        }
    }
    Ok(found)
}

fn is_for(rule: &SecurityRule, addresses: &[IpAddr], request: &AccessRequest) -> bool {
    let source = request.source.net().map_or(Addresses::Any, Addresses::Range);
    let to_machine = |destination: &Addresses| match destination {
        Addresses::Range(range) => addresses.iter().any(|address| *range == (*address).into()),
        Addresses::Any | Addresses::Tag(_) | Addresses::ApplicationGroup(_) => false,
    };
    rule.access == Access::Allow
        && rule.direction == Direction::Inbound
        && rule.sources == [source]
        && !rule.destinations.is_empty()
        && rule.destinations.iter().all(to_machine)
}

#[cfg(test)]
mod tests;
