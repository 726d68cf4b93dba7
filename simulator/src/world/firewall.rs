//! Azure Firewalls, as far as just-in-time deals with them.

use std::net::IpAddr;

use jiff::Timestamp;

use super::{Grant, Resource, World, split_subnet};
use crate::{jit, nsg, resource_id};

/// An Azure Firewall and the subnets whose traffic is routed through it.
#[derive(Debug, Clone)]
pub struct Firewall {
    pub id: String,
    pub location: String,
    /// Id of its network.
    pub vnet: String,
    /// Id of its address on the Internet.
    pub public_ip: String,
    /// Names of the subnets of its network whose route leads to it.
    pub subnets: Vec<String>,
    /// Id of the firewall policy that manages it. Just-in-time only writes classic rules, and passes
    /// such a firewall by.
    pub policy: Option<String>,
}

impl Firewall {
    /// The name that Azure wants its subnet to have.
    pub const SUBNET: &str = "AzureFirewallSubnet";
}

impl World {
    /// Where a firewall is reached on the Internet.
    pub fn address_of(&self, firewall: &Firewall) -> Option<IpAddr> {
        self.public_ips.get(&firewall.public_ip)?.address
    }

    /// The firewall that a machine's traffic is routed through, whoever manages it.
    pub fn firewall_before(&self, vm: &str) -> Option<&Firewall> {
        let nics = self.vms.get(vm).into_iter().flat_map(|vm| &vm.nics);
        let configurations = nics.filter_map(|nic| self.nics.get(nic)).flat_map(|nic| &nic.configurations);
        let mut subnets = configurations.filter_map(|configuration| split_subnet(&configuration.subnet));
        subnets.find_map(|(vnet, subnet)| {
            let mut here = self.firewalls.iter().filter(|firewall| resource_id::same(&firewall.vnet, vnet));
            here.find(|firewall| firewall.subnets.iter().any(|name| name.eq_ignore_ascii_case(subnet)))
        })
    }

    /// The same, if just-in-time can write rules to it.
    pub fn classic_firewall_before(&self, vm: &str) -> Option<&Firewall> {
        self.firewall_before(vm).filter(|firewall| firewall.policy.is_none())
    }

    /// Whether a DNAT rule of just-in-time leads from the firewall to this port for `source` now.
    pub(crate) fn is_led_through(&self, vm: &str, port: u16, source: IpAddr, now: Timestamp) -> bool {
        let granted = |grant: &Grant| {
            grant.number == port
                && grant.mapped_port.is_some()
                && jit::rule_stands(grant, now)
                && grant.sources.iter().any(|range| {
                    range == "*" || nsg::range(range).is_some_and(|range| range.contains(&source))
                })
        };
        self.classic_firewall_before(vm).is_some()
            && self
                .policies_of(vm)
                .flat_map(|policy| &policy.requests)
                .flat_map(|request| &request.machines)
                .filter(|machine| resource_id::same(&machine.id, vm))
                .flat_map(|machine| &machine.ports)
                .any(granted)
    }

    /// The lowest port from 13000 that no standing rule of a firewall maps.
    pub(crate) fn free_mapped_port(&self, firewall: &Firewall, skip: usize, now: Timestamp) -> u16 {
        let behind = |vm: &str| self.firewall_before(vm).is_some_and(|other| other.id == firewall.id);
        let machines = self.policies.iter().flat_map(|policy| &policy.requests).flat_map(|one| &one.machines);
        let grants = machines.filter(|machine| behind(&machine.id)).flat_map(|machine| &machine.ports);
        let taken: Vec<u16> = grants
            .filter(|grant| jit::status(grant, now) != "Revoked")
            .filter_map(|grant| grant.mapped_port)
            .collect();
        (13_000..).filter(|port| !taken.contains(port)).nth(skip).unwrap_or(13_000)
    }
}

impl Resource for Firewall {
    fn id(&self) -> &str {
        &self.id
    }
}
