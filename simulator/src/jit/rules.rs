//! The rules that just-in-time writes into security groups.
//!
//! Names and descriptions follow Microsoft's support article on just-in-time and its
//! "Revised JIT rule naming conventions"; the number is the same in both rules of a machine.

use std::net::IpAddr;

use jiff::Timestamp;

use super::rule_stands;
use crate::{
    nsg, resource_id, stable,
    world::{Access, Direction, Grant, Guarded, Nic, Nsg, Policy, RulesOn, SecurityRule, Sources, World},
};

/// The first priority that just-in-time gives to an allow rule.
pub(super) const FIRST_PRIORITY: u16 = 100;

/// What names of such rules begin with.
pub const PREFIX: &str = "MicrosoftDefenderForCloud-JITRule";

/// All rules of a security group at an instant: its own, and those of just-in-time, by priority.
pub fn rules_at(world: &World, group: &Nsg, now: Timestamp) -> Vec<SecurityRule> {
    let mut rules = group.rules.clone();
    let taken: Vec<u16> = inbound_priorities(&rules).collect();
    let mut free =
        (FIRST_PRIORITY..=world.behaviour.deny_priority).rev().filter(|priority| !taken.contains(priority));
    let mut made: Vec<SecurityRule> = Vec::new();
    for (vm, addresses) in machines_behind(world, group) {
        for policy in world.policies_of(vm) {
            let Some(guarded) = policy.machine(vm) else { continue };
            // A group that is full gets no more rules; Azure allows it no more either.
            if let Some(priority) = free.next().filter(|_| guarded.since <= now) {
                made.push(deny(policy, guarded, group, &addresses, priority));
            }
            made.extend(
                grants(policy, vm)
                    .filter(|grant| rule_stands(grant, now))
                    .map(|grant| allow(policy, vm, grant, &addresses)),
            );
        }
    }
    // A rule of that name edited by hand stands in the way of the one just-in-time would write.
    made.retain(|rule| !rules.iter().any(|own| own.name.eq_ignore_ascii_case(&rule.name)));
    made.retain(|rule| !world.is_deleted(&group.id, &rule.name));
    rules.extend(made);
    rules.sort_by_key(|rule| rule.priority);
    rules
}

/// The priorities that are taken on the way in.
pub(super) fn inbound_priorities(rules: &[SecurityRule]) -> impl Iterator<Item = u16> {
    rules.iter().filter(|rule| rule.direction == Direction::Inbound).map(|rule| rule.priority)
}

/// The grants for a machine in a policy that have a rule of their own.
fn grants<'world>(policy: &'world Policy, vm: &str) -> impl Iterator<Item = &'world Grant> {
    policy
        .requests
        .iter()
        .flat_map(|request| &request.machines)
        .filter(move |machine| resource_id::same(&machine.id, vm))
        .flat_map(|machine| &machine.ports)
}

/// The machines whose traffic passes the group, with the private addresses it passes for.
fn machines_behind<'world>(world: &'world World, group: &Nsg) -> Vec<(&'world str, Vec<IpAddr>)> {
    let mut machines: Vec<(&str, Vec<IpAddr>)> = Vec::new();
    for nic in world.nics_behind(&group.id) {
        let Some(vm) = nic.vm.as_deref() else { continue };
        if !is_written_to(world, nic, group) {
            continue;
        }
        let addresses = nic.configurations.iter().map(|configuration| configuration.private_address);
        match machines.iter_mut().find(|(other, _)| *other == vm) {
            Some((_, known)) => known.extend(addresses),
            None => machines.push((vm, addresses.collect())),
        }
    }
    machines
}

/// The groups that just-in-time writes a machine's rules to, each once.
pub fn groups_written<'world>(world: &'world World, vm: &str) -> Vec<&'world Nsg> {
    let nics = world.vms.get(vm).into_iter().flat_map(|vm| &vm.nics).filter_map(|id| world.nics.get(id));
    let mut written: Vec<&Nsg> = nics
        .flat_map(|nic| {
            let groups = crate::gate::groups_of(world, nic).into_iter();
            groups.filter(move |group| is_written_to(world, nic, group))
        })
        .collect();
    written.sort_by_key(|group| &group.id);
    written.dedup_by_key(|group| &group.id);
    written
}

/// Whether just-in-time writes this interface's rules to this group.
fn is_written_to(world: &World, nic: &Nic, group: &Nsg) -> bool {
    match (&nic.nsg, world.behaviour.rules_on) {
        (None, _) | (_, RulesOn::Both) => true,
        (Some(own), RulesOn::Nearest) => resource_id::same(own, &group.id),
    }
}

fn deny(
    policy: &Policy,
    guarded: &Guarded,
    group: &Nsg,
    addresses: &[IpAddr],
    priority: u16,
) -> SecurityRule {
    let vm = resource_id::name(&guarded.id);
    let seed = format!("{} {} {}", policy.id, guarded.id, group.id).to_lowercase();
    let id = stable::uuid(&seed).simple().to_string().to_uppercase();
    let mut protocols: Vec<&str> = guarded.ports.iter().map(|port| port.protocol.as_str()).collect();
    protocols.dedup();
    SecurityRule {
        name: format!("{PREFIX}_{}_{id}", number(&guarded.id)),
        description: format!(
            "MDC JIT Network Access rule for policy '{}' of VM '{vm}'.",
            resource_id::name(&policy.id)
        ),
        protocol: protocol(if let [one] = protocols[..] { one } else { "*" }),
        source_ports: vec!["*".to_owned()],
        destination_ports: guarded.ports.iter().map(|port| port.number.to_string()).collect(),
        sources: vec!["*".to_owned()],
        destinations: addresses.iter().map(ToString::to_string).collect(),
        access: Access::Deny,
        priority,
        direction: Direction::Inbound,
    }
}

fn allow(policy: &Policy, vm: &str, grant: &Grant, addresses: &[IpAddr]) -> SecurityRule {
    SecurityRule {
        name: format!("{PREFIX}-{}-{}", number(vm), grant.rule_id),
        description: format!(
            "MDC JIT Network Access rule created by an initiation request for policy '{}' of VM '{}'.",
            resource_id::name(&policy.id),
            resource_id::name(vm)
        ),
        protocol: protocol(&grant.protocol),
        source_ports: vec!["*".to_owned()],
        destination_ports: vec![grant.number.to_string()],
        sources: grant.sources.iter().map(str::to_owned).collect(),
        destinations: addresses
            .iter()
            .filter(|address| same_family(&grant.sources, address))
            .map(ToString::to_string)
            .collect(),
        access: Access::Allow,
        priority: grant.priority,
        direction: Direction::Inbound,
    }
}

/// A rule holds addresses of one family; `*` goes with both.
fn same_family(sources: &Sources, address: &IpAddr) -> bool {
    sources
        .iter()
        .all(|source| nsg::range(source).is_none_or(|range| range.addr().is_ipv4() == address.is_ipv4()))
}

fn number(vm: &str) -> i32 {
    stable::number(&resource_id::key(vm))
}

/// Just-in-time says `TCP` where security groups say `Tcp`.
fn protocol(text: &str) -> String {
    match text.to_ascii_uppercase().as_str() {
        "TCP" => "Tcp",
        "UDP" => "Udp",
        _ => "*",
    }
    .to_owned()
}
