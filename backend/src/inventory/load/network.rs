//! What stands before machines: security groups with their rules, subnets and Azure Firewalls.
//!
//! Resource Graph leaves out what may not be read, without a word. So nothing counts as not there
//! that is not seen to be missing: a subnet that is listed without a group has none, and one that is
//! not listed may have any.

use std::collections::{HashMap, HashSet};

use futures_util::future::join3;
use tracing::warn;
use uuid::Uuid;

use crate::azure::graph::ResourceGraph;
use crate::azure::network::{Direction, Firewall, Nsg};
use crate::azure::resource_id::ResourceId;
use crate::inventory::eligibility::Front;
use crate::inventory::rows::{
    FIREWALLS, FirewallRow, NETWORKS, NetworkRow, SECURITY_GROUPS, SecurityGroupRow,
};
use crate::inventory::snapshot::InventoryVm;

/// The name of the subnet that Azure wants its firewalls in.
const FIREWALL_SUBNET: &str = "AzureFirewallSubnet";

/// What stands before machines, as far as it may be read.
#[derive(Debug, Default)]
pub(super) struct Networks {
    /// The groups, and their rules where those were understood.
    groups: HashMap<ResourceId, Option<Nsg>>,
    /// The group of each subnet that is on one.
    on_subnet: HashMap<ResourceId, ResourceId>,
    /// The subnets that are listed.
    subnets: HashSet<ResourceId>,
    /// The networks with a subnet for a firewall.
    with_place: HashSet<ResourceId>,
    /// The firewalls by their network.
    firewalls: HashMap<ResourceId, Firewall>,
}

impl Networks {
    /// Asks Resource Graph. What cannot be read is not known.
    pub(super) async fn load(graph: &ResourceGraph, ids: &[Uuid]) -> Self {
        let mut groups = Vec::new();
        let mut networks = Vec::new();
        let mut firewalls = HashMap::new();
        let (of_groups, of_networks, of_firewalls) = join3(
            graph.query(ids, SECURITY_GROUPS, |row: SecurityGroupRow| groups.push(row)),
            graph.query(ids, NETWORKS, |row: NetworkRow| networks.push(row)),
            graph.query(ids, FIREWALLS, |row: FirewallRow| {
                let Some(network) = row.network() else { return };
                firewalls.insert(network, Firewall { policy: row.policy(), name: row.name });
            }),
        )
        .await;
        for (what, error) in
            [("security groups", of_groups), ("virtual networks", of_networks), ("firewalls", of_firewalls)]
        {
            if let Err(error) = error {
                warn!(
                    what,
                    error = &error as &dyn std::error::Error,
                    "what stands before machines could not be listed"
                );
            }
        }
        let mut known = Self { firewalls, ..Self::default() };
        for row in groups {
            known.add_group(row);
        }
        for row in networks {
            known.add_network(row);
        }
        known
    }

    fn add_group(&mut self, SecurityGroupRow { id, subnets, rules }: SecurityGroupRow) {
        self.on_subnet.extend(subnets.into_iter().flatten().map(|subnet| (subnet.id, id.clone())));
        let rules = rules.map(|mut rules| {
            rules.retain(|rule| rule.direction == Direction::Inbound);
            rules.sort_by_key(|rule| rule.priority);
            Nsg { id: id.clone(), rules }
        });
        self.groups.insert(id, rules);
    }

    fn add_network(&mut self, NetworkRow { id, subnets }: NetworkRow) {
        for subnet in subnets.unwrap_or_default() {
            if subnet.id.name().eq_ignore_ascii_case(FIREWALL_SUBNET) {
                self.with_place.insert(id.clone());
            }
            if let Some(group) = subnet.properties.network_security_group {
                self.on_subnet.insert(subnet.id.clone(), group.id);
            }
            self.subnets.insert(subnet.id);
        }
    }

    /// The group of the subnet that a machine is in, if it is known to have one.
    pub(super) fn group_of(&self, subnet: &ResourceId) -> Option<&ResourceId> {
        self.on_subnet.get(subnet)
    }

    /// What stands before a machine whose groups are known.
    pub(super) fn before(&self, vm: &InventoryVm) -> Front {
        if !vm.nsgs.is_empty() {
            return Front::Groups;
        }
        let Some(subnet) = &vm.subnet else {
            return Front::Unknown(
                "Postern could not read its network interface; that takes Microsoft.Network/networkInterfaces/read.",
            );
        };
        if !self.subnets.contains(subnet) {
            return Front::Unknown(
                "Postern could not read the subnet it is in; that takes Microsoft.Network/virtualNetworks/read.",
            );
        }
        let Some(network) = subnet.parent() else { return Front::Nothing };
        match self.firewalls.get(&network) {
            Some(firewall) => Front::Firewall(firewall.clone()),
            None if self.with_place.contains(&network) => Front::Unknown(
                "Its network has a subnet for an Azure Firewall, and Postern could not read the firewall; that takes Microsoft.Network/azureFirewalls/read.",
            ),
            None => Front::Nothing,
        }
    }

    /// The rules of the groups before a machine, and whether those are all.
    pub(super) fn rules(&self, vm: &InventoryVm) -> (Vec<&Nsg>, bool) {
        let known: Vec<&Nsg> = vm.nsgs.iter().filter_map(|id| self.groups.get(id)?.as_ref()).collect();
        // A subnet that is not listed may have a group that keeps people out.
        let subnet = vm.subnet.as_ref().is_some_and(|subnet| self.subnets.contains(subnet));
        let complete = known.len() == vm.nsgs.len() && subnet;
        (known, complete)
    }
}
