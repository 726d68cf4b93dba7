//! A world: one tenant with its people, subscriptions, machines and networks.
//!
//! A world is plain data. Time enters only as an argument, so the same world can be asked
//! what it looks like at any instant.

mod access;
mod activity;
mod bastion;
mod behaviour;
mod build;
mod demo;
mod directory;
mod file;
mod firewall;
mod generated;
mod links;
mod machine;
mod management_group;
mod network;
mod policy;
mod policy_assignment;
mod policy_definition;
mod recipe;
mod shelf;
mod subscription;
mod vault;

use std::{
    collections::{BTreeMap, BTreeSet},
    net::IpAddr,
};

use ipnet::IpNet;
use jiff::Timestamp;

use self::links::Links;
pub use self::{
    access::{Assignment, Role},
    activity::{ActivityDelay, ActivityLog, Caller, DEFENDER, Deed, Event, HttpRequest, KEPT, Stage},
    bastion::{Bastion, BastionLink, BastionSku},
    behaviour::{Ancestors, Behaviour, Bodies, Replaces, RulesOn, SourceRule, WithoutGroup},
    build::WorldError,
    directory::{App, Federated, Person, Tenant},
    firewall::Firewall,
    machine::{Assessment, Os, Power, PowerState, Vm},
    management_group::{ManagementGroup, management_group_id},
    network::{Access, Direction, IpConfiguration, Nic, Nsg, Peering, PublicIp, SecurityRule, Subnet, Vnet},
    policy::{Cut, Grant, Guarded, OwnBehaviour, Policy, PortRule, Request, RequestedMachine, Sources},
    policy_assignment::{Effect, Exemption, PolicyAssignment},
    policy_definition::{
        Assignable, DEFINITIONS, Definition, INITIATIVES, Initiative, JUST_IN_TIME, PORTS_CLOSED, Part,
    },
    recipe::{
        NewAssignment, NewBastion, NewDeed, NewEvent, NewExemption, NewFault, NewFirewall, NewNic, NewNsg,
        NewPeering, NewPolicy, NewPolicyAssignment, NewPort, NewRequest, NewResourceGroup, NewRule,
        NewSubnet, NewSubscription, NewTrouble, NewVerdict, NewVm, NewVnet, Recipe,
    },
    shelf::{Resource, Shelf},
    subscription::{Plan, Subscription},
    vault::{Vault, VaultCertificate},
};
use crate::{compliance::Compliance, defender::Defender, resource_id};

/// Everything this Azure knows.
#[derive(Debug, Clone)]
pub struct World {
    pub tenant: Tenant,
    pub people: Vec<Person>,
    pub apps: Vec<App>,
    pub roles: Vec<Role>,
    pub assignments: Vec<Assignment>,
    /// Below the tenant's root, parents before children.
    pub management_groups: Vec<ManagementGroup>,
    /// Of resource groups, by their ids in lower case.
    pub group_tags: BTreeMap<String, BTreeMap<String, String>>,
    /// By id in lower case.
    pub subscriptions: BTreeMap<String, Subscription>,
    pub vms: Shelf<Vm>,
    pub nics: Shelf<Nic>,
    pub public_ips: Shelf<PublicIp>,
    pub nsgs: Shelf<Nsg>,
    pub vnets: Shelf<Vnet>,
    pub bastions: Shelf<Bastion>,
    pub firewalls: Shelf<Firewall>,
    /// The one key vault there is.
    pub vault: Vault,
    /// Which public address a client on this computer stands for.
    pub peers: BTreeMap<IpAddr, IpAddr>,
    pub behaviour: Behaviour,
    pub activity: ActivityLog,
    /// Of Azure Policy.
    pub policy_assignments: Shelf<PolicyAssignment>,
    /// What is left out of policies, and until when.
    pub exemptions: Vec<Exemption>,
    pub(crate) compliance: Compliance,
    pub(crate) defender: Defender,
    policies: Shelf<Policy>,
    links: Links,
    /// Rules of just-in-time that somebody deleted by hand: group and rule, in lower case.
    deleted_rules: BTreeSet<(String, String)>,
    /// Past requests of a world file, waiting to learn what time it is.
    past: Vec<NewRequest>,
    /// Events of a world file, likewise.
    past_events: Vec<NewEvent>,
    /// Assignments of policies of a world file, likewise.
    past_assignments: Vec<NewPolicyAssignment>,
    past_exemptions: Vec<NewExemption>,
    /// Trouble from the beginning on.
    pub(crate) faults: Vec<NewFault>,
}

impl World {
    /// The app registration every built world has for Postern.
    pub const CLIENT_ID: &str = "c1f5a0de-7b1c-4a53-9a55-0d2e3f4a5b6c";
    /// Its secret. It opens nothing but this make-believe.
    pub const CLIENT_SECRET: &str = "simulated-secret";
    /// The tenant of built worlds.
    pub const TENANT_ID: &str = "aaaabbbb-0000-cccc-1111-dddd2222eeee";

    /// A tenant with the app registration for Postern, and nothing else.
    pub fn empty() -> Self {
        Self {
            tenant: Tenant {
                id: Self::TENANT_ID.to_owned(),
                name: "Contoso".to_owned(),
                domain: "contoso.com".to_owned(),
            },
            people: Vec::new(),
            apps: vec![App::postern()],
            roles: Role::built_in(),
            assignments: Vec::new(),
            management_groups: Vec::new(),
            group_tags: BTreeMap::new(),
            subscriptions: BTreeMap::new(),
            vms: Shelf::default(),
            nics: Shelf::default(),
            public_ips: Shelf::default(),
            nsgs: Shelf::default(),
            vnets: Shelf::default(),
            bastions: Shelf::default(),
            firewalls: Shelf::default(),
            vault: Vault::default(),
            peers: BTreeMap::new(),
            behaviour: Behaviour::default(),
            activity: ActivityLog::default(),
            policy_assignments: Shelf::default(),
            exemptions: Vec::new(),
            compliance: Compliance::default(),
            defender: Defender::default(),
            policies: Shelf::default(),
            links: Links::default(),
            deleted_rules: BTreeSet::new(),
            past: Vec::new(),
            past_events: Vec::new(),
            past_assignments: Vec::new(),
            past_exemptions: Vec::new(),
            faults: Vec::new(),
        }
    }

    /// The machine called `name`, if there is exactly one, or the one with this id.
    pub fn vm(&self, name: &str) -> Option<&Vm> {
        self.vms.get(name).or_else(|| self.vms.named(name))
    }

    /// The subscription with this id or name.
    pub fn subscription(&self, name: &str) -> Option<&Subscription> {
        self.subscriptions.get(&name.to_ascii_lowercase()).or_else(|| {
            self.subscriptions.values().find(|subscription| subscription.name.eq_ignore_ascii_case(name))
        })
    }

    /// The person with this username or object id.
    pub fn person(&self, name: &str) -> Option<&Person> {
        self.people.iter().find(|person| {
            person.username.eq_ignore_ascii_case(name) || person.object_id.eq_ignore_ascii_case(name)
        })
    }

    pub fn person_mut(&mut self, username: &str) -> Option<&mut Person> {
        self.people.iter_mut().find(|person| person.username.eq_ignore_ascii_case(username))
    }

    /// The app with this name or client id.
    pub fn app(&self, name: &str) -> Option<&App> {
        self.apps
            .iter()
            .find(|app| app.client_id.eq_ignore_ascii_case(name) || app.name.eq_ignore_ascii_case(name))
    }

    pub fn app_mut(&mut self, name: &str) -> Option<&mut App> {
        self.apps
            .iter_mut()
            .find(|app| app.client_id.eq_ignore_ascii_case(name) || app.name.eq_ignore_ascii_case(name))
    }

    pub fn role(&self, name: &str) -> Option<&Role> {
        self.roles.iter().find(|role| role.name.eq_ignore_ascii_case(name))
    }

    /// The subnet with this id and its network.
    pub fn subnet(&self, id: &str) -> Option<(&Vnet, &Subnet)> {
        let (vnet, name) = split_subnet(id)?;
        let vnet = self.vnets.get(vnet)?;
        let subnet = vnet.subnets.iter().find(|subnet| subnet.name.eq_ignore_ascii_case(name))?;
        Some((vnet, subnet))
    }

    /// The address space of a network and of all it is peered with, which is what the tag
    /// `VirtualNetwork` means in it.
    pub fn reach_of(&self, vnet: &Vnet) -> Vec<IpNet> {
        let peered = vnet.peerings.iter().filter(|peering| peering.carries());
        let peered = peered.filter_map(|peering| self.vnets.get(&peering.remote));
        vnet.space.iter().chain(peered.flat_map(|vnet| &vnet.space)).copied().collect()
    }

    /// The interfaces whose traffic passes a security group, by itself or by its subnet.
    pub fn nics_behind<'world>(&'world self, nsg: &str) -> impl Iterator<Item = &'world Nic> {
        self.links.nics_behind(nsg).filter_map(|id| self.nics.get(id))
    }

    /// The address a client on this computer has in this world; its own if none was settled.
    pub fn public_address_of_peer(&self, peer: IpAddr) -> IpAddr {
        let peer = peer.to_canonical();
        self.peers.get(&peer).copied().unwrap_or(peer)
    }

    /// Takes away a rule that just-in-time wrote; it goes on as if the rule were there.
    pub fn delete_made_rule(&mut self, nsg: &str, rule: &str) {
        self.deleted_rules.insert((resource_id::key(nsg), resource_id::key(rule)));
    }

    pub(crate) fn is_deleted(&self, nsg: &str, rule: &str) -> bool {
        !self.deleted_rules.is_empty()
            && self.deleted_rules.contains(&(resource_id::key(nsg), resource_id::key(rule)))
    }

    /// Whether there is anything in this resource group.
    pub(crate) fn has_group(&self, id: &str) -> bool {
        self.vms.within(id, None).next().is_some()
            || self.vnets.within(id, None).next().is_some()
            || self.nsgs.within(id, None).next().is_some()
            || self.bastions.within(id, None).next().is_some()
            || self.nics.within(id, None).next().is_some()
            || self.policies.within(id, None).next().is_some()
    }

    /// The resource groups below a scope that have anything in them, with the location of the first thing.
    pub(crate) fn groups(&self, scope: &str) -> Vec<(String, String)> {
        let mut groups: BTreeMap<String, (String, String)> = BTreeMap::new();
        let machines = self.vms.within(scope, None).map(|(_, vm)| (vm.id.as_str(), &vm.location));
        let nets = self.vnets.within(scope, None).map(|(_, vnet)| (vnet.id.as_str(), &vnet.location));
        let nsgs = self.nsgs.within(scope, None).map(|(_, nsg)| (nsg.id.as_str(), &nsg.location));
        for (id, location) in machines.chain(nets).chain(nsgs) {
            let id = resource_id::group_id(id);
            groups.entry(resource_id::key(&id)).or_insert_with(|| (id, location.clone()));
        }
        groups.into_values().collect()
    }

    /// Gives what a world file tells of the past its times, counted back from now.
    pub(crate) fn begin(&mut self, now: Timestamp) {
        for request in std::mem::take(&mut self.past) {
            build::past_request(self, &request, now);
        }
        for event in std::mem::take(&mut self.past_events) {
            build::past_event(self, &event, now);
        }
        for assignment in std::mem::take(&mut self.past_assignments) {
            build::past_assignment(self, &assignment, now);
        }
        for exemption in std::mem::take(&mut self.past_exemptions) {
            build::past_exemption(self, &exemption, now);
        }
        self.defender.begin(now);
        self.compliance.begin(now);
    }
}

/// The id of a subnet's network and the subnet's name.
pub(crate) fn split_subnet(id: &str) -> Option<(&str, &str)> {
    let (rest, name) = id.trim_end_matches('/').rsplit_once('/')?;
    let (vnet, label) = rest.rsplit_once('/')?;
    label.eq_ignore_ascii_case("subnets").then_some((vnet, name))
}
