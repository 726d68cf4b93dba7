//! Changing how just-in-time access is set up on a machine.
//!
//! [`Jit::configure`] holds to the same order as a request: look, judge, write down, act, write down
//! what came of it. What it changes is one machine's part of a policy; the rest of the policy is
//! left as it is at that moment.

mod many;
mod outcome;
mod place;
mod turn;
mod write;

use std::collections::BTreeMap;

use jiff::SignedDuration;
use shared::configuration::{JitConfiguration, Version};
use shared::policy::JitPolicy;
use shared::problem::Violation;
use shared::resource_id::VmId;
use shared::verb::Verb;
use shared::vm::{JitState, Unsupported};
use uuid::Uuid;

use super::{Caller, Jit, JitError};
use crate::audit::{Action, Wanted};
use crate::azure::security::{Plan, PolicyDocument, PolicyId, PolicyVm};
use crate::inventory::LiveVm;
use crate::rules::Place;
use crate::session::CurrentUser;
use outcome::outcome_of;
use place::place;
use write::{Edit, Fate, Waits, Writer, Written};

pub use many::{Changes, Retry};
pub(super) use outcome::{finish, outcome_of_left};
pub use turn::Turns;

/// What somebody who changes a configuration has seen of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Seen {
    /// This state.
    State(Version),
    /// That nothing is set up.
    Nothing,
}

/// How long a change can take, whatever Azure does, until whoever makes it must have given up.
pub(super) const LONGEST_CHANGE: SignedDuration = SignedDuration::from_mins(10);

/// A change that somebody may make, of what they have seen.
struct Change {
    policy: PolicyId,
    from: Option<JitPolicy>,
    edit: Edit,
}

impl Jit {
    /// How just-in-time access is set up on a machine.
    pub async fn configuration(&self, by: &Caller, vm: &VmId) -> Result<JitConfiguration, JitError> {
        let rules = self.rules.now();
        let rules = rules.of(by.user.who());
        let machine = self.visible(&rules, vm).await?;
        let document = self.document_of(&machine).await?;
        let may_configure = rules.allow(Verb::Configure, machine.place());
        Ok(self.shown(&by.user, &document, &machine.vm.id, may_configure))
    }

    /// Sets it up as `wanted`, or not at all, if it still is as the caller has `seen` it.
    pub async fn configure(
        &self,
        by: &Caller,
        vm: &VmId,
        seen: Seen,
        wanted: Option<JitPolicy>,
    ) -> Result<JitConfiguration, JitError> {
        let change = match self.change(by, vm, seen, wanted.clone()).await {
            Ok(change) => change,
            Err(error) => {
                let wanted = Wanted::Configure { vm: vm.clone(), to: wanted };
                self.put_refusal_on_record(&by.actor(), wanted, &error).await?;
                return Err(error);
            }
        };
        // What has begun is brought to its end, even if the one who asked hangs up meanwhile.
        let (jit, caller) = (self.clone(), by.clone());
        let changing = tokio::spawn(async move { jit.make(&caller, change).await });
        changing.await.unwrap_or_else(|panic| std::panic::resume_unwind(panic.into_panic()))
    }

    /// The change that is asked for, if the caller may make it and Azure would take it.
    async fn change(
        &self,
        by: &Caller,
        vm: &VmId,
        seen: Seen,
        wanted: Option<JitPolicy>,
    ) -> Result<Change, JitError> {
        let rules = self.rules.now();
        let rules = rules.of(by.user.who());
        let machine = self.visible(&rules, vm).await?;
        if !rules.allow(Verb::Configure, machine.place()) {
            return Err(not_allowed(vm));
        }
        let violations = wanted.as_ref().map(JitPolicy::violations).unwrap_or_default();
        if !violations.is_empty() {
            return Err(JitError::Guardrails(violations));
        }
        let document = self.document_of(&machine).await?;
        let vm = machine.vm.id.clone();
        let standing = document.version(&vm);
        let base = match seen {
            Seen::State(version) => version,
            Seen::Nothing if document.of(&vm).is_none() => standing.clone(),
            Seen::Nothing => return Err(self.changed(&by.user, &document, &vm)),
        };
        if base != standing && !document.says(&vm, wanted.as_ref()) {
            return Err(self.changed(&by.user, &document, &vm));
        }
        if wanted.is_some() && document.of(&vm).is_none() {
            self.can_be_protected(&machine).await?;
        }
        self.can_act_for(&by.user).await?;
        let from = document.of(&vm).map(|standing| standing.ports);
        Ok(Change { policy: document.id().clone(), from, edit: Edit { vm, base, wanted } })
    }

    /// Whether Azure would set just-in-time access up on a machine at all.
    async fn can_be_protected(&self, machine: &LiveVm) -> Result<(), JitError> {
        if let Some(Unsupported { reason, remedy }) = machine.unsupported() {
            let detail = format!("{reason} {remedy}");
            return Err(JitError::Guardrails(vec![Violation {
                field: "vm".to_owned(),
                detail,
                offer: None,
            }]));
        }
        self.has_plan(machine.vm.id.subscription(), &machine.vm.subscription_name).await
    }

    /// Whether a subscription has the plan that just-in-time access is part of.
    async fn has_plan(&self, subscription: Uuid, name: &str) -> Result<(), JitError> {
        // Where the plan cannot be read, Azure decides.
        if let Ok(Plan::Other) = self.azure.security.plan(subscription).await {
            return Err(JitError::Conflict(format!(
                "the subscription {name} has no Microsoft Defender for Servers Plan 2, which just-in-time access is part of; whoever owns it turns that on in Defender for Cloud, under Environment settings",
            )));
        }
        Ok(())
    }

    /// Makes a change, once it is its turn.
    async fn make(&self, by: &Caller, change: Change) -> Result<JitConfiguration, JitError> {
        let Change { policy, from, edit } = change;
        let (vm, to) = (edit.vm.clone(), edit.wanted.clone());
        let turn = match self.turns.wait_for(&policy).await {
            Ok(turn) if turn.waited => match self.may_still_configure(&by.user, &vm).await {
                Ok(()) => Ok(turn),
                Err(error) => {
                    turn.give_back().await;
                    Err(error)
                }
            },
            turn => turn,
        };
        let turn = match turn {
            Ok(turn) => turn,
            Err(error) => {
                self.put_refusal_on_record(&by.actor(), Wanted::Configure { vm, to }, &error).await?;
                return Err(error);
            }
        };
        let action = Action::Configure { vm: vm.clone(), policy: policy.to_string(), from, to, change: None };
        let attempt = match self.audit.begin(&by.actor(), action).await {
            Ok(attempt) => attempt,
            Err(error) => {
                turn.give_back().await;
                return Err(error.into());
            }
        };
        let writing = self.azure_of(&by.user);
        let writer = Writer {
            looks: &self.azure.security,
            writes: &writing.security,
            clock: &self.clock,
            name: attempt.id(),
            waits: Waits::FOR_A_PERSON,
        };
        let written = writer.write(&policy, &turn, &[edit]).await;
        finish(attempt, &outcome_of(&written)).await;
        turn.give_back().await;
        self.inventory.refresh_soon();
        match written {
            Ok(Written { document, fates, .. }) if fates[..] == [Fate::Done] => {
                Ok(self.shown(&by.user, &document, &vm, true))
            }
            Ok(Written { document, .. }) => Err(self.changed(&by.user, &document, &vm)),
            Err(unwritten) => match unwritten.into_error() {
                JitError::Azure(error) => Err(self.of_caller(&by.user, error)),
                error => Err(error),
            },
        }
    }

    /// Whether somebody still may change a machine, where that was judged a while ago: by the rules
    /// of this moment, and by the tags and the place that the machine has at this moment.
    async fn may_still_configure(&self, by: &CurrentUser, vm: &VmId) -> Result<(), JitError> {
        let rules = self.rules.now();
        let rules = rules.of(by.who());
        // Whoever may by its id alone may whatever else it is, and Azure need not be asked.
        let by_its_id = Place { vm, tags: &BTreeMap::new(), management_groups: None };
        if rules.allow(Verb::Configure, by_its_id) {
            return Ok(());
        }
        let machine = self.visible(&rules, vm).await?;
        if rules.allow(Verb::Configure, machine.place()) {
            return Ok(());
        }
        Err(not_allowed(vm))
    }

    /// The policy that names the machine, or else the one that it would get.
    async fn document_of(&self, machine: &LiveVm) -> Result<PolicyDocument, JitError> {
        if machine.vm.jit == JitState::Unknown {
            return Err(JitError::Forbidden(
                "Postern's identity may not read the just-in-time policies of this subscription; it lacks Microsoft.Security/locations/jitNetworkAccessPolicies/read".to_owned(),
            ));
        }
        if let Some((policy, _)) = machine.policy() {
            let document = self.azure.security.document(policy).await?;
            if document.of(&machine.vm.id).is_some() {
                return Ok(document);
            }
        }
        Ok(self.azure.security.document(&place(&machine.vm)?).await?)
    }

    fn changed(&self, by: &CurrentUser, document: &PolicyDocument, vm: &VmId) -> JitError {
        JitError::ChangedMeanwhile(Box::new(self.shown(by, document, vm, true)))
    }

    fn shown(
        &self,
        by: &CurrentUser,
        document: &PolicyDocument,
        vm: &VmId,
        may_configure: bool,
    ) -> JitConfiguration {
        let others = document.machines().filter(|other| other != vm);
        let (shared_with, shared_with_hidden) = self.as_seen_by(by, others);
        JitConfiguration {
            vm: vm.clone(),
            policy: document.of(vm).map(|PolicyVm { ports, .. }| ports),
            policy_id: document.id().to_string(),
            shared_with,
            shared_with_hidden,
            unread: document.unread(vm),
            version: document.version(vm),
            may_configure,
            as_of: self.clock.now(),
        }
    }
}

/// That no access rule lets somebody change a machine.
fn not_allowed(vm: &VmId) -> JitError {
    JitError::Forbidden(format!("no access rule lets you {}", Verb::Configure.done_to(vm.name().as_str())))
}
