//! What a world is made from: the schema of world files, which is also how code describes one.
//!
//! Names stand for ids wherever they say enough. `simulator/worlds/contoso.toml` shows all of it.

mod bastions;
mod events;
mod firewalls;
mod machines;
mod networks;
mod policies;
mod policy_assignments;
mod verdicts;

use std::{collections::BTreeMap, net::IpAddr};

use jiff::SignedDuration;
use serde::Deserialize;

pub use self::{
    bastions::{NewBastion, NewPeering},
    events::{NewDeed, NewEvent},
    firewalls::NewFirewall,
    machines::{NewNic, NewVm},
    networks::{NewNsg, NewRule, NewSubnet, NewVnet},
    policies::{NewPolicy, NewPort, NewRequest},
    policy_assignments::{NewExemption, NewPolicyAssignment},
    verdicts::NewVerdict,
};
use super::{App, Behaviour, ManagementGroup, Person, Plan, Role, Tenant};

/// A whole world file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Recipe {
    pub tenant: Tenant,
    #[serde(default)]
    pub behaviour: Behaviour,
    /// Addresses on this computer, and the public addresses they stand for.
    #[serde(default)]
    pub peers: BTreeMap<IpAddr, IpAddr>,
    #[serde(default, rename = "app")]
    pub apps: Vec<App>,
    #[serde(default, rename = "person")]
    pub people: Vec<Person>,
    #[serde(default, rename = "role")]
    pub roles: Vec<Role>,
    #[serde(default, rename = "management_group")]
    pub management_groups: Vec<ManagementGroup>,
    #[serde(default, rename = "subscription")]
    pub subscriptions: Vec<NewSubscription>,
    #[serde(default, rename = "resource_group")]
    pub resource_groups: Vec<NewResourceGroup>,
    #[serde(default, rename = "nsg")]
    pub nsgs: Vec<NewNsg>,
    #[serde(default, rename = "vnet")]
    pub vnets: Vec<NewVnet>,
    #[serde(default, rename = "peering")]
    pub peerings: Vec<NewPeering>,
    #[serde(default, rename = "bastion")]
    pub bastions: Vec<NewBastion>,
    #[serde(default, rename = "firewall")]
    pub firewalls: Vec<NewFirewall>,
    #[serde(default, rename = "vm")]
    pub vms: Vec<NewVm>,
    #[serde(default, rename = "policy")]
    pub policies: Vec<NewPolicy>,
    #[serde(default, rename = "request")]
    pub requests: Vec<NewRequest>,
    #[serde(default, rename = "event")]
    pub events: Vec<NewEvent>,
    #[serde(default, rename = "assignment")]
    pub assignments: Vec<NewAssignment>,
    #[serde(default, rename = "policy_assignment")]
    pub policy_assignments: Vec<NewPolicyAssignment>,
    #[serde(default, rename = "exemption")]
    pub exemptions: Vec<NewExemption>,
    #[serde(default, rename = "verdict")]
    pub verdicts: Vec<NewVerdict>,
    #[serde(default, rename = "fault")]
    pub faults: Vec<NewFault>,
}

/// Trouble that every call of a kind meets, from the beginning on.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewFault {
    /// What the path and query must contain; `*` is any run of characters.
    pub on: String,
    pub trouble: NewTrouble,
}

/// Which trouble.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum NewTrouble {
    /// The answer has this status, of 500 or more.
    ServerError(u16),
    /// What is asked for is done at once, and the answer comes after so long.
    LateAnswer(SignedDuration),
}

/// A subscription to be.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewSubscription {
    pub name: String,
    /// Made from the name if not given.
    #[serde(default)]
    pub id: Option<String>,
    /// The management group it is in; the tenant's root if not given.
    #[serde(default)]
    pub management_group: Option<String>,
    #[serde(default = "enabled")]
    pub state: String,
    #[serde(default = "plan_2")]
    pub plan: Plan,
    /// How long the plan is free of charge; no time if not given.
    #[serde(default)]
    pub trial: SignedDuration,
    #[serde(default = "west_europe")]
    pub defender_location: String,
}

/// The tags of a resource group, which is there with the first thing in it.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewResourceGroup {
    pub name: String,
    /// The name of its subscription.
    pub subscription: String,
    pub tags: BTreeMap<String, String>,
}

/// A role for somebody.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewAssignment {
    /// A username, the name of an app, or an object id.
    pub to: String,
    pub role: String,
    /// Name of a subscription, `subscription/group`, a resource id, which that of a management group is
    /// too, or `/` for the whole tenant.
    pub on: String,
}

impl NewSubscription {
    /// A subscription with Defender for Servers Plan 2.
    pub fn named(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            id: None,
            management_group: None,
            state: enabled(),
            plan: plan_2(),
            trial: SignedDuration::ZERO,
            defender_location: west_europe(),
        }
    }
}

fn enabled() -> String {
    "Enabled".to_owned()
}

fn plan_2() -> Plan {
    Plan::P2
}

fn west_europe() -> String {
    "westeurope".to_owned()
}
