//! Who gets through to a machine at this moment.

use std::net::IpAddr;

use jiff::Timestamp;

use crate::{
    azure::Azure,
    dataplane::{Endpoint, Gate, PortTarget, Target, loopback_address},
    jit, nsg,
    world::{Nic, Nsg, PowerState, Vm, World},
};

impl Gate for Azure {
    /// A peer on this computer counts as the public address it stands for.
    fn admits(&self, vm: &str, port: u16, peer: IpAddr) -> bool {
        let now = self.clock.now();
        let world = self.world();
        let source = world.public_address_of_peer(peer);
        world.vm(vm).is_some_and(|vm| admits(&world, vm, port, source, now))
    }
}

/// A door for each machine's own port and for each that a policy guards, at loopback addresses
/// in the order of ids.
pub fn endpoints(world: &World) -> Vec<Endpoint> {
    let machines = world.vms.iter().enumerate();
    let with_address = machines.filter_map(|(number, vm)| Some((vm, loopback_address(number)?)));
    with_address
        .map(|(vm, address)| {
            let guarded = world.policies_of(&vm.id).filter_map(|policy| policy.machine(&vm.id));
            let mut ports: Vec<u16> =
                guarded.flat_map(|guarded| &guarded.ports).map(|port| port.number).collect();
            ports.push(vm.os.port());
            ports.sort_unstable();
            ports.dedup();
            let ports = ports.into_iter().map(|port| PortTarget { port, target: Target::Greeter }).collect();
            Endpoint { vm: vm.id.clone(), address: address.into(), ports }
        })
        .collect()
}

/// Whether a TCP connection from `source` to a port of the machine goes through now.
///
/// The machine must run, and every security group on the way must let it in. What comes from
/// outside the virtual network, and those it is peered with, needs a public address to arrive at, or a
/// firewall that leads it here.
pub fn admits(world: &World, vm: &Vm, port: u16, source: IpAddr, now: Timestamp) -> bool {
    if vm.power.at(now) != PowerState::Running {
        return false;
    }
    let nics = vm.nics.iter().filter_map(|nic| world.nics.get(nic));
    nics.flat_map(|nic| nic.configurations.iter().map(move |configuration| (nic, configuration))).any(
        |(nic, configuration)| {
            let destination = configuration.private_address;
            let Some((vnet, _)) = world.subnet(&configuration.subnet) else { return false };
            let network = world.reach_of(vnet);
            let inside = network.iter().any(|space| space.contains(&source));
            let public = configuration.public_ip.as_deref().and_then(|ip| world.public_ips.get(ip));
            let led = world.is_led_through(&vm.id, port, source, now);
            let reachable = inside || led || public.is_some_and(|ip| ip.address.is_some());
            let groups = groups_of(world, nic);
            let packet = nsg::Packet { source, destination, port, network: &network };
            // A standard public address without any security group lets nobody in.
            reachable
                && (inside || led || !groups.is_empty())
                && destination.is_ipv4() == source.is_ipv4()
                && groups.iter().all(|group| nsg::admits(&jit::rules_at(world, group, now), &packet))
        },
    )
}

/// The security groups an interface's traffic passes: its own and those of its subnets.
pub fn groups_of<'world>(world: &'world World, nic: &Nic) -> Vec<&'world Nsg> {
    let subnets = nic.configurations.iter().filter_map(|configuration| world.subnet(&configuration.subnet));
    let mut ids: Vec<&str> = subnets.filter_map(|(_, subnet)| subnet.nsg.as_deref()).collect();
    ids.extend(nic.nsg.as_deref());
    let mut groups: Vec<&Nsg> = ids.into_iter().filter_map(|id| world.nsgs.get(id)).collect();
    groups.dedup_by_key(|group| &group.id);
    groups
}
