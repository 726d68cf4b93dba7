//! The tables of Resource Graph, filled with what the caller may see.

use jiff::Timestamp;
use serde_json::{Map, Value};

use super::rows;
use crate::{
    kql::Tables,
    rbac::{self, Principal},
    world::{Resource, Shelf, World},
};

type Row = Map<String, Value>;

/// The tables as one caller sees them at one instant.
pub(super) struct GraphTables<'world> {
    world: &'world World,
    who: &'world Principal,
    subscriptions: Vec<String>,
    as_of: Timestamp,
}

/// The types in table `resources`. Just-in-time policies are not among them, in Azure neither.
const RESOURCES: [&str; 7] = [
    "microsoft.compute/virtualmachines",
    "microsoft.network/networkinterfaces",
    "microsoft.network/publicipaddresses",
    "microsoft.network/networksecuritygroups",
    "microsoft.network/virtualnetworks",
    "microsoft.network/bastionhosts",
    "microsoft.network/azurefirewalls",
];
const SECURITY: [&str; 2] = ["microsoft.security/assessments", "microsoft.security/pricings"];
const CONTAINERS: [&str; 2] =
    ["microsoft.resources/subscriptions", "microsoft.resources/subscriptions/resourcegroups"];

impl<'world> GraphTables<'world> {
    pub(super) fn new(
        world: &'world World,
        who: &'world Principal,
        subscriptions: Vec<String>,
        as_of: Timestamp,
    ) -> Self {
        Self { world, who, subscriptions, as_of }
    }

    fn types(table: &str) -> Option<&'static [&'static str]> {
        match table {
            "resources" => Some(&RESOURCES),
            "securityresources" => Some(&SECURITY),
            "resourcecontainers" => Some(&CONTAINERS),
            _ => None,
        }
    }

    /// The rows of one type.
    fn of_type(&self, kind: &str) -> Vec<Row> {
        let (world, as_of) = (self.world, self.as_of);
        match kind {
            "microsoft.compute/virtualmachines" => {
                self.each(&world.vms, kind, |vm| Some(rows::machine(world, vm, as_of)))
            }
            "microsoft.network/networkinterfaces" => {
                self.each(&world.nics, kind, |nic| Some(rows::interface(world, nic)))
            }
            "microsoft.network/publicipaddresses" => {
                self.each(&world.public_ips, kind, |ip| Some(rows::public_ip(ip)))
            }
            "microsoft.network/networksecuritygroups" => {
                self.each(&world.nsgs, kind, |nsg| Some(rows::security_group(world, nsg, as_of)))
            }
            "microsoft.network/virtualnetworks" => {
                self.each(&world.vnets, kind, |vnet| Some(rows::network(vnet)))
            }
            "microsoft.network/bastionhosts" => {
                self.each(&world.bastions, kind, |host| Some(rows::bastion(host)))
            }
            "microsoft.network/azurefirewalls" => {
                self.each(&world.firewalls, kind, |firewall| Some(rows::firewall(firewall)))
            }
            "microsoft.security/assessments" => {
                self.each(&world.vms, kind, |vm| rows::assessment(world, vm, as_of))
            }
            "microsoft.security/pricings" => {
                let readable = self.readable(kind).filter_map(|id| world.subscriptions.get(id));
                let of_subscriptions = readable.map(|subscription| rows::pricing(subscription, as_of));
                let mut rows: Vec<Row> =
                    of_subscriptions.map(|row| rows::complete(row, &world.tenant.id)).collect();
                rows.extend(self.each(&world.vms, kind, rows::pricing_of_machine));
                rows
            }
            "microsoft.resources/subscriptions" => self
                .subscriptions
                .iter()
                .filter_map(|id| world.subscriptions.get(id))
                .map(|subscription| rows::complete(rows::subscription(world, subscription), &world.tenant.id))
                .collect(),
            "microsoft.resources/subscriptions/resourcegroups" => self
                .readable(kind)
                .flat_map(|id| world.groups(&format!("/subscriptions/{id}")))
                .map(|(id, location)| rows::complete(rows::group(world, &id, &location), &world.tenant.id))
                .collect(),
            _ => Vec::new(),
        }
    }

    /// The subscriptions in which they may read this type throughout.
    fn readable(&self, kind: &str) -> impl Iterator<Item = &String> {
        let action = format!("{kind}/read");
        self.subscriptions
            .iter()
            .filter(move |id| rbac::allows(self.world, self.who, &action, &format!("/subscriptions/{id}")))
    }

    fn each<T: Resource>(
        &self,
        resources: &Shelf<T>,
        kind: &str,
        to_row: impl Fn(&T) -> Option<Value>,
    ) -> Vec<Row> {
        let action = format!("{kind}/read");
        let mut found = Vec::new();
        for subscription in &self.subscriptions {
            let scope = format!("/subscriptions/{subscription}");
            let sees_all = rbac::allows(self.world, self.who, &action, &scope);
            if !sees_all && !rbac::allows_somewhere(self.world, self.who, &action, &scope) {
                continue;
            }
            let rows = resources
                .within(&scope, None)
                .map(|(_, resource)| resource)
                .filter(|resource| sees_all || rbac::allows(self.world, self.who, &action, resource.id()));
            found.extend(rows.filter_map(&to_row).map(|row| rows::complete(row, &self.world.tenant.id)));
        }
        found
    }
}

impl Tables for GraphTables<'_> {
    fn rows(&self, table: &str) -> Option<Vec<Row>> {
        let types = Self::types(table)?;
        Some(types.iter().flat_map(|kind| self.of_type(kind)).collect())
    }

    fn rows_of_type(&self, table: &str, resource_type: &str) -> Option<Vec<Row>> {
        let types = Self::types(table)?;
        Some(if types.contains(&resource_type) { self.of_type(resource_type) } else { Vec::new() })
    }
}
