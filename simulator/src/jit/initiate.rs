//! `initiate`: whether a request is within the policy, and what accepting it changes.

use jiff::{SignedDuration, Timestamp};

use super::{
    is_remembered,
    rules::{FIRST_PRIORITY, inbound_priorities},
    status,
};
use crate::{
    nsg, resource_id,
    world::{
        Cut, Grant, Nsg, Policy, PortRule, Replaces, Request, RequestedMachine, SourceRule, Sources,
        WithoutGroup, World,
    },
};

/// What somebody asks a policy for.
#[derive(Debug, Clone)]
pub struct Wanted {
    pub requestor: String,
    pub justification: Option<String>,
    pub machines: Vec<WantedMachine>,
}

#[derive(Debug, Clone)]
pub struct WantedMachine {
    pub id: String,
    pub ports: Vec<WantedPort>,
}

#[derive(Debug, Clone)]
pub struct WantedPort {
    pub number: u16,
    pub sources: Sources,
    pub ends_at: Timestamp,
}

/// Why a request is refused. The service says the same for all of these.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    NoSuchPolicy,
    Machine(String),
    /// There is nothing to write a rule to.
    NoGroup(String),
    Port(u16),
    Past,
    TooShort,
    TooLong,
    Source(String),
}

/// Checks a request against its policy and writes it down.
pub fn initiate(
    world: &mut World,
    policy_id: &str,
    wanted: Wanted,
    now: Timestamp,
) -> Result<Request, Refusal> {
    let policy = world.policies().get(policy_id).ok_or(Refusal::NoSuchPolicy)?;
    for machine in &wanted.machines {
        let guarded = policy.machine(&machine.id).ok_or_else(|| Refusal::Machine(machine.id.clone()))?;
        let is_behind_firewall =
            guarded.public_ip_address.is_some() || world.classic_firewall_before(&machine.id).is_some();
        let is_refused = world.behaviour.without_group == WithoutGroup::Refused;
        if is_refused && !is_behind_firewall && groups(world, &machine.id).next().is_none() {
            return Err(Refusal::NoGroup(machine.id.clone()));
        }
        for port in &machine.ports {
            let rule = guarded.ports.iter().find(|rule| rule.number == port.number);
            check(port, rule.ok_or(Refusal::Port(port.number))?, world, policy, now)?;
        }
    }

    let mut nth = 0..;
    let machines = wanted.machines.iter().map(|machine| {
        let ports = machine.ports.iter().zip(nth.by_ref());
        let ports = ports.map(|(port, nth)| grant(world, policy, &machine.id, port, nth, now)).collect();
        RequestedMachine { id: machine.id.clone(), ports }
    });
    let machines = machines.collect();
    let request = Request {
        started_at: now,
        requestor: wanted.requestor,
        justification: wanted.justification,
        machines,
    };

    let replaces = world.behaviour.replaces;
    let forgotten = now - world.behaviour.history;
    let policy = world.policy_mut(policy_id).ok_or(Refusal::NoSuchPolicy)?;
    policy.requests.retain(|request| is_remembered(request, forgotten));
    replace(policy, &request, replaces, now);
    policy.requests.push(request.clone());
    Ok(request)
}

/// How much shorter than the shortest a request may be that names a whole second.
const TICK: SignedDuration = SignedDuration::from_secs(1);

fn check(
    port: &WantedPort,
    rule: &PortRule,
    world: &World,
    policy: &Policy,
    now: Timestamp,
) -> Result<(), Refusal> {
    if port.ends_at <= now {
        return Err(Refusal::Past);
    }
    // A clock that is a little ahead makes no request too short.
    let length = port.ends_at.duration_since(now);
    if length + TICK < world.behaviour.shortest_request {
        return Err(Refusal::TooShort);
    }
    if rule.longest + world.behaviour.leeway < length {
        return Err(Refusal::TooLong);
    }
    let source_rule = policy.behaviour.source_rule.unwrap_or(world.behaviour.source_rule);
    for source in port.sources.iter() {
        let allowed = rule.sources.iter().any(|allowed| match source_rule {
            SourceRule::Subset => is_within(source, allowed),
            SourceRule::Exact => allowed == "*" || source.eq_ignore_ascii_case(allowed),
        });
        if !allowed {
            return Err(Refusal::Source(source.to_owned()));
        }
    }
    Ok(())
}

/// Whether every address of `source` is one of `allowed`.
fn is_within(source: &str, allowed: &str) -> bool {
    if allowed == "*" {
        return true;
    }
    match (nsg::range(source), nsg::range(allowed)) {
        (Some(source), Some(allowed)) => allowed.contains(&source),
        (None, _) | (_, None) => source.eq_ignore_ascii_case(allowed),
    }
}

fn grant(world: &World, policy: &Policy, vm: &str, port: &WantedPort, nth: usize, now: Timestamp) -> Grant {
    let rule =
        policy.machine(vm).and_then(|guarded| guarded.ports.iter().find(|rule| rule.number == port.number));
    let protocol = rule.map_or_else(|| "*".to_owned(), |rule| rule.protocol.clone());
    let seed = format!("{vm} {} {now} {}", port.number, policy.requests.len()).to_lowercase();
    Grant {
        number: port.number,
        protocol,
        sources: port.sources.clone(),
        ready_at: now + policy.behaviour.initiate_delay.unwrap_or(world.behaviour.initiate_delay),
        ends_at: port.ends_at,
        cut: None,
        priority: free_priority(world, vm, nth, now),
        mapped_port: world
            .classic_firewall_before(vm)
            .map(|firewall| world.free_mapped_port(firewall, nth, now)),
        rule_id: crate::stable::uuid(&seed).simple().to_string().to_uppercase(),
    }
}

/// The groups before any interface of the machine.
fn groups<'world>(world: &'world World, vm: &str) -> impl Iterator<Item = &'world Nsg> {
    let nics = world.vms.get(vm).into_iter().flat_map(|vm| &vm.nics);
    nics.filter_map(|nic| world.nics.get(nic)).flat_map(|nic| crate::gate::groups_of(world, nic))
}

/// The lowest priority from 100 that no rule has in any group before the machine, now or soon.
fn free_priority(world: &World, vm: &str, skip: usize, now: Timestamp) -> u16 {
    let groups: Vec<_> = groups(world, vm).collect();
    let neighbours =
        groups.iter().flat_map(|group| world.nics_behind(&group.id)).filter_map(|nic| nic.vm.as_deref());
    let mut taken: Vec<u16> = neighbours
        .flat_map(|vm| world.policies_of(vm))
        .flat_map(|policy| &policy.requests)
        .flat_map(|request| &request.machines)
        .flat_map(|machine| &machine.ports)
        .filter(|grant| status(grant, now) != "Revoked")
        .map(|grant| grant.priority)
        .collect();
    taken.extend(groups.iter().flat_map(|group| inbound_priorities(&group.rules)));
    (FIRST_PRIORITY..).filter(|priority| !taken.contains(priority)).nth(skip).unwrap_or(FIRST_PRIORITY)
}

/// Ends the earlier grants that a new request takes the place of.
fn replace(policy: &mut Policy, new: &Request, rule: Replaces, now: Timestamp) {
    for earlier in &mut policy.requests {
        let by_same = earlier.requestor == new.requestor;
        for machine in &mut earlier.machines {
            let Some(asked) = new.machines.iter().find(|asked| resource_id::same(&asked.id, &machine.id))
            else {
                continue;
            };
            for grant in &mut machine.ports {
                let Some(newer) = asked.ports.iter().find(|port| port.number == grant.number) else {
                    continue;
                };
                let concerned = match rule {
                    Replaces::SamePort => true,
                    Replaces::SameSource => newer.sources == grant.sources,
                    Replaces::SameRequestor => by_same,
                };
                if concerned && status(grant, now) != "Revoked" {
                    // The old rule stands until the new one does, so nobody is shut out in between.
                    let rule_at = newer.ready_at.min(newer.ends_at);
                    grant.cut = Some(Cut { at: now, rule_at, reason: "NewerRequestInitiated" });
                }
            }
        }
    }
}
