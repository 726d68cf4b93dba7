//! What a change would mean for many machines, without changing anything.
//!
//! The policies of a subscription are listed, all at once: that takes a call for each hundred of
//! them, where reading them one by one would take one for each.

use std::collections::{BTreeMap, HashMap, HashSet};

use futures_util::{StreamExt, stream};
use shared::policy::JitPolicy;
use shared::policy_change::{Change, ChangePlan, Difference, Meaning, NewPolicyChange, PlannedVm};
use shared::problem::Violation;
use shared::resource_id::VmId;
use shared::verb::Verb;
use shared::vm::Vm;
use tokio::sync::Mutex;
use uuid::Uuid;

use super::super::place::place;
use super::ask::violations;
use super::warnings::warnings;
use crate::azure::arm::ArmError;
use crate::azure::security::{PolicyDocument, PolicyId};
use crate::inventory::Snapshot;
use crate::jit::{Caller, Jit, JitError};
use crate::rules::{Place, RulesOf};
use crate::store::Splitting;

/// How many subscriptions, or machines, Azure is asked about at a time.
const AT_ONCE: usize = 8;

/// The code of Azure's refusal where Defender for Cloud was never switched on: no policies.
const NOT_REGISTERED: &str = "MissingSubscriptionRegistration";

/// The plan for one machine, and the policy to be written.
#[derive(Debug)]
pub(super) struct Planned {
    pub(super) shown: PlannedVm,
    pub(super) policy: Option<PolicyId>,
    /// What it takes along to a policy of its own.
    pub(super) split: Option<Splitting>,
}

/// What machines that are in no policy any more had in one, and which it was: they lost it on their
/// way to one of their own.
pub(super) type Kept = HashMap<VmId, (PolicyId, Splitting)>;

/// What a change would mean for each of its machines.
#[derive(Debug)]
pub(super) struct Plans {
    pub(super) planned: Vec<Planned>,
    /// Machines in the same policies that are gone.
    pub(super) gone: Vec<VmId>,
    /// The policies as they are.
    pub(super) documents: Vec<PolicyDocument>,
}

/// What is known when a plan is made.
pub(super) struct Desk<'a> {
    pub(super) jit: &'a Jit,
    rules: &'a RulesOf<'a>,
    pub(super) kept: &'a Kept,
    snapshot: &'a Snapshot,
    listed: HashMap<Uuid, Result<Vec<PolicyDocument>, ArmError>>,
    /// Why nothing can be enabled in a subscription, where that was asked.
    plans: Mutex<HashMap<Uuid, Option<String>>>,
}

static NO_TAGS: BTreeMap<String, String> = BTreeMap::new();

/// A machine as access rules see it, as far as the list knows it. It may be in none.
pub(super) fn place_of<'a>(snapshot: &'a Snapshot, vm: &'a VmId) -> Place<'a> {
    let management_groups = snapshot.ancestry.of(vm.subscription()).map(AsRef::as_ref);
    let unlisted = Place { vm, tags: &NO_TAGS, management_groups };
    snapshot.vm(vm).map_or(unlisted, |entry| snapshot.place(entry))
}

/// Whether somebody may do this to a machine, as far as the list knows it.
pub(super) fn allowed(rules: &RulesOf<'_>, snapshot: &Snapshot, vm: &VmId, verb: Verb) -> bool {
    rules.allow(verb, place_of(snapshot, vm))
}

/// The policy that names a machine, if one does.
pub(super) fn naming<'a>(documents: &'a [PolicyDocument], vm: &VmId) -> Option<&'a PolicyDocument> {
    documents.iter().filter(|document| document.of(vm).is_some()).min_by(|a, b| a.id().cmp(b.id()))
}

impl Jit {
    /// What a change would mean for each of its machines.
    pub async fn plan_change(&self, by: &Caller, new: &NewPolicyChange) -> Result<ChangePlan, JitError> {
        self.plan_with(by, new, &Kept::default()).await
    }

    /// The same, with what machines that are in no policy any more had in one.
    pub(super) async fn plan_with(
        &self,
        by: &Caller,
        new: &NewPolicyChange,
        kept: &Kept,
    ) -> Result<ChangePlan, JitError> {
        let wrong = violations(new);
        if !wrong.is_empty() {
            return Err(JitError::Guardrails(wrong));
        }
        let as_of = self.clock.now();
        let Plans { planned, gone, .. } = self.planned(by, new, kept).await?;
        Ok(ChangePlan { items: planned.into_iter().map(|planned| planned.shown).collect(), gone, as_of })
    }

    /// The same, and what else was seen on the way.
    pub(super) async fn planned(
        &self,
        by: &Caller,
        new: &NewPolicyChange,
        kept: &Kept,
    ) -> Result<Plans, JitError> {
        let rules = self.rules.now();
        let rules = rules.of(by.user.who());
        let snapshot = self.inventory.snapshot().await?;
        // Nobody makes us ask Azure about subscriptions that are none of theirs.
        let mut subscriptions: Vec<Uuid> = new.vms.iter().map(VmId::subscription).collect();
        subscriptions.sort_unstable();
        subscriptions.dedup();
        let known = |id: &Uuid| snapshot.subscriptions.iter().any(|subscription| subscription.id == *id);
        let theirs = |id: &Uuid| {
            let mut named = new.vms.iter().filter(|vm| vm.subscription() == *id);
            named.any(|vm| rules.may_see(place_of(&snapshot, vm)))
        };
        let asked = subscriptions.into_iter().filter(|id| known(id) && theirs(id));
        let listed = stream::iter(asked).map(async |id| (id, self.policies_in(id).await));
        let listed = listed.buffer_unordered(AT_ONCE).collect().await;
        let desk =
            Desk { jit: self, rules: &rules, kept, snapshot: &snapshot, listed, plans: Mutex::default() };
        let looking = &desk;
        let planned =
            stream::iter(new.vms.clone()).map(|vm| async move { looking.plan(&vm, &new.change).await });
        let planned: Vec<Planned> = planned.buffered(AT_ONCE).collect().await;
        let gone = desk.gone(&planned);
        let documents = desk.listed.into_values().flatten().flatten().collect();
        Ok(Plans { planned, gone, documents })
    }

    /// The policies of a subscription.
    pub(super) async fn policies_in(&self, subscription: Uuid) -> Result<Vec<PolicyDocument>, ArmError> {
        match self.azure.security.documents(subscription).await {
            Err(ArmError::Refused { code, .. }) if code == NOT_REGISTERED => Ok(Vec::new()),
            listed => listed,
        }
    }
}

impl Desk<'_> {
    async fn plan(&self, vm: &VmId, change: &Change) -> Planned {
        let mut shown = PlannedVm {
            vm: vm.clone(),
            policy_id: None,
            own_policy_id: None,
            shared_with: 0,
            from: None,
            to: None,
            unread: Vec::new(),
            version: None,
            means: Meaning::Impossible,
            ports: Difference::default(),
            warnings: Vec::new(),
            obstacle: None,
        };
        match self.judge(vm, change, &mut shown).await {
            Ok((policy, split)) => Planned { shown, policy: Some(policy), split },
            Err(obstacle) => {
                let obstacle = Some(obstacle);
                let shown = PlannedVm { obstacle, means: Meaning::Impossible, ..shown };
                Planned { shown, policy: None, split: None }
            }
        }
    }

    /// Fills in what is known of a machine, until something is in the way.
    async fn judge(
        &self,
        vm: &VmId,
        change: &Change,
        shown: &mut PlannedVm,
    ) -> Result<(PolicyId, Option<Splitting>), String> {
        let (rules, snapshot) = (self.rules, self.snapshot);
        let entry = snapshot.vm(vm);
        let machine = match entry {
            _ if !rules.may_see(place_of(snapshot, vm)) => return Err(JitError::NotFound.to_string()),
            Some(entry) => Some(entry.vm.clone()),
            // It may be too new for the list, or gone.
            None => match self.jit.visible(rules, vm).await {
                Ok(live) => Some(live.vm.clone()),
                Err(JitError::NotFound) => None,
                Err(error) => return Err(error.to_string()),
            },
        };
        if let Some(machine) = &machine {
            shown.vm = machine.id.clone();
        }
        let documents = match self.listed.get(&vm.subscription()) {
            Some(Ok(documents)) => documents,
            Some(Err(ArmError::Forbidden { .. })) => return Err("Postern's identity may not read the just-in-time policies of this subscription; it lacks Microsoft.Security/locations/jitNetworkAccessPolicies/read".to_owned()),
            Some(Err(error)) => return Err(error.to_string()),
            None => return Err(JitError::NotFound.to_string()),
        };
        let document = match (naming(documents, vm), &machine) {
            (Some(document), _) => document.clone(),
            (None, Some(machine)) => own(documents, machine)?,
            (None, None) => return Err(JitError::NotFound.to_string()),
        };
        shown.policy_id = Some(document.id().to_string());
        let others = document.machines().filter(|other| other != vm).count();
        shown.shared_with = u32::try_from(others).unwrap_or(u32::MAX);
        shown.from = document.of(vm).map(|named| named.ports);
        shown.unread = document.unread(vm);
        shown.version = Some(document.version(vm));
        if !allowed(rules, snapshot, vm, Verb::Configure) {
            return Err(format!("no access rule lets you {}", Verb::Configure.done_to(vm.name().as_str())));
        }
        match (change, &machine) {
            (Change::Forget, Some(_)) => {
                return Err("this machine exists, so that its policy has to name it; disable just-in-time access instead".to_owned());
            }
            (Change::Split, Some(machine)) => return self.split(documents, &document, machine, shown).await,
            (Change::Forget, None) | (_, Some(_)) => {}
            (_, None) => {
                return Err(
                    "this machine does not exist any more, and its policy still names it; have it forgotten"
                        .to_owned(),
                );
            }
        }
        let to = change.applied_to(shown.from.as_ref());
        shown.means = Meaning::of(shown.from.as_ref(), to.as_ref());
        shown.ports = Difference::between(shown.from.as_ref(), to.as_ref());
        shown.to = to;
        shown.warnings = entry.map(|entry| warnings(&entry.standing, shown)).unwrap_or_default();
        self.would_be_taken(vm, shown).await?;
        Ok((document.id().clone(), None))
    }

    /// Whether Azure would take what a machine is to have.
    async fn would_be_taken(&self, vm: &VmId, shown: &PlannedVm) -> Result<(), String> {
        let wrong = shown.to.as_ref().map(JitPolicy::violations).unwrap_or_default();
        if let Some(Violation { detail, .. }) = wrong.into_iter().next() {
            return Err(detail);
        }
        if shown.means != Meaning::Enabled {
            return Ok(());
        }
        // Where the list knows of a security group, that is all a machine needs.
        match self.snapshot.vm(vm) {
            Some(entry) if !entry.nsgs.is_empty() => self.has_plan(&entry.vm).await,
            _ => {
                let machine = self.jit.visible(self.rules, vm).await.map_err(|error| error.to_string())?;
                self.jit.can_be_protected(&machine).await.map_err(|error| error.to_string())
            }
        }
    }

    pub(super) async fn has_plan(&self, machine: &Vm) -> Result<(), String> {
        let mut plans = self.plans.lock().await;
        let subscription = machine.id.subscription();
        let known = if let Some(known) = plans.get(&subscription) {
            known.clone()
        } else {
            let asked = self.jit.has_plan(subscription, &machine.subscription_name).await;
            let obstacle = asked.err().map(|error| error.to_string());
            plans.insert(subscription, obstacle.clone());
            obstacle
        };
        known.map_or(Ok(()), Err)
    }

    /// The machines that stand in the policies of those that were named and are in no list.
    fn gone(&self, planned: &[Planned]) -> Vec<VmId> {
        let named: HashSet<&String> =
            planned.iter().filter_map(|planned| planned.shown.policy_id.as_ref()).collect();
        let documents = self.listed.values().flatten().flatten();
        let documents = documents.filter(|document| named.contains(&document.id().to_string()));
        let mut gone: Vec<VmId> = documents.flat_map(PolicyDocument::machines).collect();
        gone.retain(|vm| {
            self.snapshot.vm(vm).is_none() && allowed(self.rules, self.snapshot, vm, Verb::Configure)
        });
        gone.sort_unstable();
        gone.dedup();
        gone
    }
}

/// The policy of its own that a machine gets.
fn own(documents: &[PolicyDocument], machine: &Vm) -> Result<PolicyDocument, String> {
    let id = place(machine).map_err(|error| error.to_string())?;
    let there = documents.iter().find(|document| *document.id() == id);
    Ok(there.cloned().unwrap_or_else(|| PolicyDocument::absent(id)))
}
