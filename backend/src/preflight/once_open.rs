//! The rules as they will be once just-in-time has opened a port.
//!
//! Where it writes: a group that has one of its rules for a machine is one that it keeps. Microsoft
//! does not say whether it writes to the group of the interface, to that of the subnet or to both;
//! what it has written before tells. Where it has written nothing yet, every group is taken to be
//! one. The rule comes at the first free priority from 100 on, as seen in exported groups.

use ipnet::IpNet;
use shared::port::Port;
use shared::source::Source;

use super::way::{inbound, made_by_jit};
use crate::azure::network::{Access, Addresses, Direction, Nsg, Ports, SecurityRule, Transport};

/// The first priority that just-in-time gives to a rule that lets somebody in.
const FIRST_PRIORITY: u16 = 100;

/// The groups with the rule that just-in-time is going to add.
pub(super) fn with_rule_for(groups: &[Nsg], port: Port, source: Source) -> Vec<Nsg> {
    let is_kept = |group: &Nsg| inbound(group).any(made_by_jit);
    let none_is = !groups.iter().any(is_kept);
    let added = |group: &Nsg| {
        if none_is || is_kept(group) { with_rule(group, port, source) } else { group.clone() }
    };
    groups.iter().map(added).collect()
}

fn with_rule(group: &Nsg, port: Port, source: Source) -> Nsg {
    let is_taken = |priority: &u16| inbound(group).any(|rule| rule.priority == *priority);
    let Some(priority) = (FIRST_PRIORITY..=4096).find(|priority| !is_taken(priority)) else {
        return group.clone();
    };
    let rule = SecurityRule {
        name: "MicrosoftDefenderForCloud-JITRule".to_owned(),
        priority,
        access: Access::Allow,
        direction: Direction::Inbound,
        transport: Transport::Tcp,
        sources: vec![source.net().map_or(Addresses::Any, |range: IpNet| Addresses::Range(range))],
        destinations: vec![Addresses::Any],
        ports: vec![Ports::Range(port.number(), port.number())],
        description: None,
    };
    let mut rules = group.rules.clone();
    let place = rules.partition_point(|rule| rule.priority < priority);
    rules.insert(place, rule);
    Nsg { id: group.id.clone(), rules }
}
