//! Having the policy assigned, and Postern's own assignments taken away.

use shared::compliance::{Assignment, AssignmentScope, Effect, NewAssignment, StateCounts};
use shared::verb::Verb;
use uuid::Uuid;

use crate::audit::{Action, Attempt, Outcome, Wanted};
use crate::azure::arm::ArmError;
use crate::azure::policy::{AzurePolicy, DELETE_ASSIGNMENTS, OWN_NAME, WRITE_ASSIGNMENTS};
use crate::compliance;
use crate::inventory::Snapshot;
use crate::jit::{Caller, Jit, JitError, configure, start};
use crate::rules::RulesOf;

/// What the policy is called where nobody says anything else.
const DISPLAY_NAME: &str =
    "Management ports of virtual machines should be protected with just-in-time network access control";

impl Jit {
    /// Has Azure assign the policy to a part of it.
    pub async fn assign(&self, by: &Caller, new: NewAssignment) -> Result<Assignment, JitError> {
        let display_name = new.display_name.clone().unwrap_or_else(|| DISPLAY_NAME.to_owned());
        let name = match self.assignable(by, &new.scope).await {
            Ok(name) => name,
            Err(error) => {
                let wanted = Wanted::AssignPolicy { scope: new.scope, effect: new.effect };
                self.put_refusal_on_record(&by.actor(), wanted, &error).await?;
                return Err(error);
            }
        };
        // What has begun is brought to its end, even if the one who asked hangs up meanwhile.
        let (jit, caller) = (self.clone(), by.clone());
        let assigning = tokio::spawn(async move {
            let NewAssignment { scope, effect, .. } = new;
            jit.assign_now(&caller, &scope, effect, &display_name).await?;
            Ok(told(&scope, name, effect, display_name))
        });
        assigning.await.unwrap_or_else(|panic| std::panic::resume_unwind(panic.into_panic()))
    }

    /// Has an assignment taken away that Postern made.
    pub async fn remove_assignment(&self, by: &Caller, scope: AssignmentScope) -> Result<(), JitError> {
        if let Err(error) = self.removable(by, &scope).await {
            let wanted = Wanted::RemoveAssignment { scope };
            self.put_refusal_on_record(&by.actor(), wanted, &error).await?;
            return Err(error);
        }
        let (jit, caller) = (self.clone(), by.clone());
        let removing = tokio::spawn(async move { jit.remove_now(&caller, &scope).await });
        removing.await.unwrap_or_else(|panic| std::panic::resume_unwind(panic.into_panic()))
    }

    /// What the part of Azure is called, if the policy can be assigned to it and the caller may.
    async fn assignable(&self, by: &Caller, scope: &AssignmentScope) -> Result<String, JitError> {
        let snapshot = self.inventory.snapshot().await?;
        let name = self.may_assign(by, scope, &snapshot, "assign policies to")?;
        self.can_act_for(&by.user).await?;
        if let Some(there) = self.assigned_there(scope, &snapshot).await? {
            return Err(JitError::Conflict(format!(
                "the policy is assigned to {name} already, as “{there}”"
            )));
        }
        Ok(name)
    }

    async fn removable(&self, by: &Caller, scope: &AssignmentScope) -> Result<(), JitError> {
        let snapshot = self.inventory.snapshot().await?;
        let name = self.may_assign(by, scope, &snapshot, "take policies away from")?;
        self.can_act_for(&by.user).await?;
        match self.azure.policy.own_assignment(scope).await? {
            Some(own) if own.is_own => Ok(()),
            Some(_) => Err(JitError::Conflict(format!(
                "the assignment “{OWN_NAME}” of {name} is not one that Postern made; whoever made it can remove it in Azure"
            ))),
            None => Err(JitError::NotFound),
        }
    }

    /// What a part of Azure is called, if they may do this to all of it.
    fn may_assign(
        &self,
        by: &Caller,
        scope: &AssignmentScope,
        snapshot: &Snapshot,
        deed: &str,
    ) -> Result<String, JitError> {
        let rules = self.rules.now();
        let rules = rules.of(by.user.who());
        let name = compliance::name_of(snapshot, scope);
        let is_there = exists(snapshot, scope);
        if is_there && rules.allow_at(Verb::Comply, scope, &snapshot.ancestry) {
            return Ok(name);
        }
        if is_there && sees_some_of(&rules, snapshot, scope) {
            return Err(JitError::Forbidden(format!(
                "no access rule lets you {deed} {name}; that takes “comply” on all of it"
            )));
        }
        Err(JitError::NotFound)
    }

    /// What the assignment is called that is there already.
    async fn assigned_there(
        &self,
        scope: &AssignmentScope,
        snapshot: &Snapshot,
    ) -> Result<Option<String>, JitError> {
        if let Some(own) = self.azure.policy.own_assignment(scope).await? {
            return Ok(Some(own.display_name));
        }
        // What others made, as far as that could be read: to assign it twice only says it twice.
        let Some(id) = subscriptions_of(snapshot, scope).next() else { return Ok(None) };
        Ok(self.told_of(id).await.assigned_to(scope).map(str::to_owned))
    }

    async fn assign_now(
        &self,
        by: &Caller,
        scope: &AssignmentScope,
        effect: Effect,
        display_name: &str,
    ) -> Result<(), JitError> {
        let action = Action::AssignPolicy { scope: scope.clone(), effect, name: display_name.to_owned() };
        let attempt = self.audit.begin(&by.actor(), action).await?;
        let azure = self.azure_of(&by.user);
        let written = azure.policy.assign(scope, effect, display_name, attempt.id()).await;
        self.settled(by, scope, attempt, written, (true, WRITE_ASSIGNMENTS)).await
    }

    async fn remove_now(&self, by: &Caller, scope: &AssignmentScope) -> Result<(), JitError> {
        let action = Action::RemoveAssignment { scope: scope.clone() };
        let attempt = self.audit.begin(&by.actor(), action).await?;
        let written = self.azure_of(&by.user).policy.remove(scope, attempt.id()).await;
        self.settled(by, scope, attempt, written, (false, DELETE_ASSIGNMENTS)).await
    }

    /// Puts on record what came of it: where the answer got lost, as Azure has it now.
    async fn settled(
        &self,
        by: &Caller,
        scope: &AssignmentScope,
        attempt: Attempt,
        written: Result<Option<String>, ArmError>,
        (is_to_be, permission): (bool, &str),
    ) -> Result<(), JitError> {
        let (outcome, result) = match written {
            Ok(correlation_id) => (Outcome::Done { correlation_id }, Ok(())),
            Err(error @ (ArmError::AnswerLost(_) | ArmError::Unexpected(_))) => {
                match outcome_of_left(&self.azure.policy, scope, is_to_be).await {
                    Ok(outcome @ Outcome::Done { .. }) => (outcome, Ok(())),
                    Ok(outcome) => (outcome, Err(error)),
                    Err(_) => (start::outcome_of(&error), Err(error)),
                }
            }
            Err(error) => (start::outcome_of(&error), Err(error)),
        };
        configure::finish(attempt, &outcome).await;
        self.forget(scope);
        result.map_err(|error| match self.of_caller(&by.user, error) {
            JitError::Azure(ArmError::Forbidden { action, .. }) => JitError::Forbidden(format!(
                "Azure does not let Postern do this: its identity lacks {} on {scope}; the role Resource Policy Contributor has it, and so does the one that “postern doctor --role” prints. Nothing was changed",
                action.as_deref().unwrap_or(permission)
            )),
            error => error,
        })
    }

    fn forget(&self, scope: &AssignmentScope) {
        match scope {
            AssignmentScope::ManagementGroup(_) => self.compliance_states.forget_all(),
            AssignmentScope::Subscription(id) | AssignmentScope::ResourceGroup(id, _) => {
                self.compliance_states.forget(*id);
            }
        }
    }
}

/// What can be said of an assignment that was to be made, or taken away, by a process that is gone.
pub(in crate::jit) async fn outcome_of_left(
    policy: &AzurePolicy,
    scope: &AssignmentScope,
    is_to_be: bool,
) -> Result<Outcome, ArmError> {
    let is = policy.own_assignment(scope).await?.is_some();
    Ok(if is == is_to_be {
        Outcome::Done { correlation_id: None }
    } else {
        Outcome::unknown("Azure's answer got lost; the assignment is not as it was to be now.")
    })
}

/// The subscriptions that a part of Azure has, or is in.
fn subscriptions_of<'a>(
    snapshot: &'a Snapshot,
    scope: &'a AssignmentScope,
) -> impl Iterator<Item = Uuid> + 'a {
    let ids = snapshot.subscriptions.iter().map(|known| known.id);
    ids.filter(move |known| match scope {
        AssignmentScope::Subscription(id) | AssignmentScope::ResourceGroup(id, _) => id == known,
        AssignmentScope::ManagementGroup(group) => {
            snapshot.ancestry.of(*known).is_some_and(|groups| groups.contains(group))
        }
    })
}

/// Whether there is such a part of Azure, as far as is known. Of resource groups only those with
/// machines are; the others Azure knows.
fn exists(snapshot: &Snapshot, scope: &AssignmentScope) -> bool {
    subscriptions_of(snapshot, scope).next().is_some()
}

/// Whether they may know of it by some machine.
fn sees_some_of(rules: &RulesOf<'_>, snapshot: &Snapshot, scope: &AssignmentScope) -> bool {
    let within: Vec<Uuid> = subscriptions_of(snapshot, scope).collect();
    let mut machines = snapshot.vms().filter(|entry| {
        let id = &entry.vm.id;
        within.contains(&id.subscription())
            && match scope {
                AssignmentScope::ResourceGroup(_, group) => group == id.resource_group(),
                AssignmentScope::Subscription(_) | AssignmentScope::ManagementGroup(_) => true,
            }
    });
    machines.any(|entry| rules.may_see(snapshot.place(entry)))
}

fn told(scope: &AssignmentScope, scope_name: String, effect: Effect, display_name: String) -> Assignment {
    let id = format!("{scope}/providers/Microsoft.Authorization/policyAssignments/{OWN_NAME}");
    Assignment {
        id: id.to_lowercase(),
        display_name,
        scope: scope.to_string(),
        scope_name,
        initiative: None,
        effect: Some(effect.name().to_owned()),
        enforced: true,
        counts: StateCounts::default(),
        evaluated_at: None,
        may_remove: true,
    }
}
