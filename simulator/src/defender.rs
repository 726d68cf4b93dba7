//! What Defender for Cloud thinks of each machine: is just-in-time needed, and is it there?
//!
//! It looks at a machine from time to time, and says until then what it said. Assessments, Resource
//! Graph and Azure Policy all tell what it says.

mod looks;

use std::net::{IpAddr, Ipv4Addr};

use jiff::Timestamp;

pub use self::looks::Defender;
use crate::{
    gate, nsg,
    world::{Assessment, Plan, Vm, World},
};

/// Somewhere on the internet, for the question whether a port is open to it.
const ANYWHERE: IpAddr = IpAddr::V4(Ipv4Addr::new(192, 0, 2, 1));
const MANAGEMENT_PORTS: [u16; 4] = [22, 3389, 5985, 5986];

/// What Defender says of a machine at a moment; nothing without a plan.
pub fn verdict(world: &World, vm: &Vm, at: Timestamp) -> Option<Assessment> {
    match world.defender.said(&vm.id, at) {
        Some(said) => said.verdict,
        None => look(world, vm, at),
    }
}

/// What it sees when it looks.
fn look(world: &World, vm: &Vm, now: Timestamp) -> Option<Assessment> {
    if let Some(settled) = &vm.assessment {
        return Some(settled.clone());
    }
    let subscription = crate::resource_id::subscription(&vm.id).and_then(|id| world.subscription(id))?;
    if vm.plan.unwrap_or(subscription.plan) != Plan::P2 {
        return None;
    }
    let say = |code: &str, description: &str| Assessment {
        code: code.to_owned(),
        cause: String::new(),
        description: description.to_owned(),
    };
    let mut nics = vm.nics.iter().filter_map(|nic| world.nics.get(nic));
    if nics.all(|nic| gate::groups_of(world, nic).is_empty())
        && world.classic_firewall_before(&vm.id).is_none()
    {
        if world.firewall_before(&vm.id).is_some() {
            return Some(say(
                "NotApplicable",
                "The machine is behind an Azure Firewall that is controlled by Azure Firewall Manager",
            ));
        }
        return Some(say("NotApplicable", "There is no network security group on the machine or its subnet"));
    }
    let guarded = world
        .policies_of(&vm.id)
        .filter_map(|policy| policy.machine(&vm.id))
        .any(|guarded| guarded.since <= now);
    Some(if guarded || !is_open(world, vm) { say("Healthy", "") } else { say("Unhealthy", "") })
}

/// Whether the rules on some interface would let the whole internet in, running or not.
///
/// Without a policy there are no rules of just-in-time for the machine, so the groups' own are all.
pub fn is_open(world: &World, vm: &Vm) -> bool {
    vm.nics.iter().filter_map(|nic| world.nics.get(nic)).any(|nic| {
        let groups = gate::groups_of(world, nic);
        let ways = nic.configurations.iter();
        let ways = ways.filter_map(|way| Some((way.private_address, world.subnet(&way.subnet)?.0)));
        ways.flat_map(|way| MANAGEMENT_PORTS.map(|port| (way, port))).any(|((destination, vnet), port)| {
            let packet = nsg::Packet { source: ANYWHERE, destination, port, network: &vnet.space };
            !groups.is_empty() && groups.iter().all(|group| nsg::admits(&group.rules, &packet))
        })
    })
}
