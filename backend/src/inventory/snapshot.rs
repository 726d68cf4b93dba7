//! The list of machines as it was at a moment.

use std::borrow::Borrow;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use jiff::Timestamp;
use shared::bastion::BastionId;
use shared::resource_id::VmId;
use shared::vm::{UnreadableSubscription, Unsupported, Vm};
use uuid::Uuid;

use super::ancestry::Ancestry;
use super::load::Refusals;
use super::standing::Standing;
use crate::azure::resource_id::ResourceId;
use crate::azure::security::{PolicyId, Pricing};
use crate::azure::subscriptions::Subscription;
use crate::rules::{Place, RulesOf};

/// The list of machines as it was at a moment.
#[derive(Debug)]
pub struct Snapshot {
    /// By name, then by id.
    vms: Vec<Arc<InventoryVm>>,
    by_id: HashSet<ById>,
    /// The subscriptions whose machines, or policies, could not be read.
    pub unreadable: Vec<UnreadableSubscription>,
    /// Those of them that Azure refused to tell anything of.
    pub(super) refusals: Refusals,
    /// All subscriptions, by name.
    pub subscriptions: Vec<Subscription>,
    /// The management groups that they are in.
    pub ancestry: Ancestry,
    /// Their Defender plans, as far as those could be read.
    pub plans: HashMap<Uuid, Pricing>,
    /// Those in which Defender for Cloud has a verdict on any machine that may be read.
    pub assessed: HashSet<Uuid>,
    /// The Bastions; `None` if they could not be listed.
    pub(super) bastions: Option<Vec<ListedBastion>>,
    /// When Azure was asked.
    pub as_of: Timestamp,
}

/// A Bastion in the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedBastion {
    /// Its id.
    pub id: BastionId,
    /// The virtual network it stands in.
    pub network: ResourceId,
}

/// A machine in the list.
#[derive(Debug, PartialEq, Eq)]
pub struct InventoryVm {
    /// The machine.
    pub vm: Vm,
    /// Its tags.
    pub tags: Arc<BTreeMap<String, String>>,
    /// Its primary network interface.
    pub nic: Option<ResourceId>,
    /// Whether it has others beside that one, whose security groups are not looked at.
    pub has_other_nics: bool,
    /// The security groups of that interface and of its subnet.
    pub nsgs: Vec<ResourceId>,
    /// The subnet.
    pub subnet: Option<ResourceId>,
    /// The application security groups of its primary address.
    pub application_groups: Box<[ResourceId]>,
    /// The JIT policy that names it.
    pub policy: Option<Arc<PolicyId>>,
    /// How it stands with just-in-time access.
    pub standing: Standing,
    /// Why it cannot be set up on it, where that is not for its network.
    pub uncovered: Option<Arc<Unsupported>>,
    /// What Defender for Cloud last said of it, where that is known.
    pub verdict: Option<Verdict>,
    /// What it is found by, in small letters: name, group, subscription, addresses and tags.
    pub found_by: Box<str>,
}

/// What Defender for Cloud says of a machine: Azure Policy goes by that.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// It has just-in-time access, needs none or cannot have it.
    Fine,
    /// It should have it.
    Unhealthy,
}

impl InventoryVm {
    /// What a machine with these tags is found by.
    pub(super) fn found_by(vm: &Vm, tags: &BTreeMap<String, String>) -> Box<str> {
        let mut text = format!("{} {} {}", vm.id.name(), vm.id.resource_group(), vm.subscription_name);
        let addresses = [vm.public_address, vm.private_address].into_iter().flatten().map(|a| a.to_string());
        let tags = tags.iter().map(|(name, value)| format!("{name}={value}"));
        for part in addresses.chain(vm.fqdn.clone()).chain(tags) {
            text.push(' ');
            text.push_str(&part);
        }
        text.to_lowercase().into()
    }
}

impl Snapshot {
    /// Puts a list together. Of a machine that is there twice, one is kept.
    pub(super) fn new(vms: Vec<Arc<InventoryVm>>, about: About) -> Self {
        let About { mut subscriptions, ancestry, unreadable, refusals, plans, assessed, bastions, as_of } =
            about;
        let by_id: HashSet<ById> = vms.into_iter().map(ById).collect();
        let name = |vm: &InventoryVm| vm.vm.id.name().as_str().to_lowercase();
        let mut named: Vec<_> = by_id.iter().map(|ById(vm)| (name(vm), vm)).collect();
        named.sort_unstable_by(|(a, vm_a), (b, vm_b)| a.cmp(b).then_with(|| vm_a.vm.id.cmp(&vm_b.vm.id)));
        let vms = named.into_iter().map(|(_, vm)| vm.clone()).collect();
        subscriptions.sort_unstable_by(|a, b| (&a.name, a.id).cmp(&(&b.name, b.id)));
        Self { vms, by_id, unreadable, refusals, subscriptions, ancestry, plans, assessed, bastions, as_of }
    }

    /// The machines, by name and then by id.
    pub fn vms(&self) -> impl Iterator<Item = &InventoryVm> {
        self.vms.iter().map(Arc::as_ref)
    }

    /// A machine of the list as access rules see it.
    pub fn place<'a>(&'a self, entry: &'a InventoryVm) -> Place<'a> {
        let management_groups = self.ancestry.of(entry.vm.id.subscription()).map(AsRef::as_ref);
        Place { vm: &entry.vm.id, tags: &entry.tags, management_groups }
    }

    /// The subscriptions that could not be read, as far as a rule of theirs may hold there.
    pub fn unreadable_for(&self, rules: &RulesOf<'_>) -> Vec<UnreadableSubscription> {
        let may_hold = |unreadable: &&UnreadableSubscription| {
            let management_groups = self.ancestry.of(unreadable.id).map(AsRef::as_ref);
            rules.may_hold_in(unreadable.id, management_groups)
        };
        self.unreadable.iter().filter(may_hold).cloned().collect()
    }

    /// One machine.
    pub fn vm(&self, id: &VmId) -> Option<&Arc<InventoryVm>> {
        self.by_id.get(id).map(|ById(vm)| vm)
    }
}

/// Everything of a list but its machines.
#[derive(Debug)]
pub(super) struct About {
    pub(super) subscriptions: Vec<Subscription>,
    pub(super) ancestry: Ancestry,
    pub(super) unreadable: Vec<UnreadableSubscription>,
    pub(super) refusals: Refusals,
    pub(super) plans: HashMap<Uuid, Pricing>,
    pub(super) assessed: HashSet<Uuid>,
    pub(super) bastions: Option<Vec<ListedBastion>>,
    pub(super) as_of: Timestamp,
}

/// A machine that is found by its id.
#[derive(Debug)]
struct ById(Arc<InventoryVm>);

impl Borrow<VmId> for ById {
    fn borrow(&self) -> &VmId {
        &self.0.vm.id
    }
}

impl Hash for ById {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.vm.id.hash(state);
    }
}

impl PartialEq for ById {
    fn eq(&self, other: &Self) -> bool {
        self.0.vm.id == other.0.vm.id
    }
}

impl Eq for ById {}
