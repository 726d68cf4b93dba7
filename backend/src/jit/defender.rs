//! Having Microsoft Defender for Servers Plan 2 switched on, which just-in-time access is part of.
//!
//! It is billed for every server of a subscription. So it takes a right of its own there, and nothing
//! else has it done on the way.

use shared::defender::{DefenderPlan, SubscriptionPlan};
use shared::vm::SubscriptionName;
use uuid::Uuid;

use super::{Caller, Jit, JitError, configure, start};
use crate::audit::{Action, Outcome, Wanted};
use crate::azure::arm::ArmError;
use crate::azure::security::{Pricing, Security};
use crate::jit_list;

/// What Azure wants of whoever switches a plan on.
const WRITE: &str = "Microsoft.Security/pricings/write";

/// A subscription whose plan somebody may change, and what they see of it.
struct Sight {
    subscription: SubscriptionName,
    machines: u32,
    assessed: bool,
    pricing: Pricing,
}

impl Jit {
    /// Has Azure switch Plan 2 on for a subscription. Where it is on, nothing is done.
    pub async fn enable_defender(
        &self,
        by: &Caller,
        subscription: Uuid,
    ) -> Result<SubscriptionPlan, JitError> {
        let sight = match self.sight_of(by, subscription).await {
            Ok(sight) => sight,
            Err(error) => {
                let wanted = Wanted::EnableDefender { subscription };
                self.put_refusal_on_record(&by.actor(), wanted, &error).await?;
                return Err(error);
            }
        };
        if sight.pricing.plan == DefenderPlan::Plan2 {
            return Ok(sight.told());
        }
        // What has begun is brought to its end, even if the one who asked hangs up meanwhile.
        let (jit, caller) = (self.clone(), by.clone());
        let enabling = tokio::spawn(async move { jit.enable(&caller, sight).await });
        enabling.await.unwrap_or_else(|panic| std::panic::resume_unwind(panic.into_panic()))
    }

    /// The subscription, if the caller may have the plan switched on there.
    async fn sight_of(&self, by: &Caller, id: Uuid) -> Result<Sight, JitError> {
        let snapshot = self.inventory.snapshot().await?;
        let rules = self.rules.now();
        let rules = rules.of(by.user.who());
        let known = snapshot.subscriptions.iter().find(|known| known.id == id);
        let may = jit_list::may_enable(&rules, &snapshot, id);
        let there = snapshot.vms().filter(|entry| entry.vm.id.subscription() == id);
        let machines = there.filter(|entry| rules.may_see(snapshot.place(entry))).count();
        let Some(known) = known.filter(|_| may || machines > 0) else { return Err(JitError::NotFound) };
        if !may {
            return Err(JitError::Forbidden(format!(
                "no access rule lets you switch Microsoft Defender for Servers Plan 2 on for {}; that takes “enable-defender” on the whole subscription",
                known.name
            )));
        }
        self.can_act_for(&by.user).await?;
        let pricing = self.azure.security.pricing(id).await.map_err(not_read)?;
        Ok(Sight {
            subscription: SubscriptionName { name: known.name.clone(), id },
            machines: u32::try_from(machines).unwrap_or(u32::MAX),
            assessed: snapshot.assessed.contains(&id),
            pricing,
        })
    }

    async fn enable(&self, by: &Caller, sight: Sight) -> Result<SubscriptionPlan, JitError> {
        let SubscriptionName { name, id } = sight.subscription.clone();
        let action = Action::EnableDefender { subscription: id, name, from: sight.pricing.plan };
        let attempt = self.audit.begin(&by.actor(), action).await?;
        let written = self.azure_of(&by.user).security.enable_plan_2(id, Uuid::new_v4()).await;
        let (outcome, enabled) = self.outcome(id, written).await;
        configure::finish(attempt, &outcome).await;
        let pricing = enabled.map_err(|error| match self.of_caller(&by.user, error) {
            JitError::Azure(ArmError::Forbidden { action, scope, .. }) => lacking(action, scope, id),
            error => error,
        })?;
        self.inventory.note_plan(id, pricing);
        // Defender for Cloud has had no time for verdicts.
        Ok(Sight { pricing, assessed: true, ..sight }.told())
    }

    /// What came of it: as Azure has it now, wherever that can be read and something may have been done.
    async fn outcome(
        &self,
        id: Uuid,
        written: Result<Option<String>, ArmError>,
    ) -> (Outcome, Result<Pricing, ArmError>) {
        let correlation_id = match written {
            Ok(correlation_id) => correlation_id,
            Err(ArmError::AnswerLost(_) | ArmError::Unexpected(_)) => None,
            Err(error) => return (start::outcome_of(&error), Err(error)),
        };
        let error = match self.azure.security.pricing(id).await {
            Ok(pricing) if pricing.plan == DefenderPlan::Plan2 => {
                return (Outcome::Done { correlation_id }, Ok(pricing));
            }
            Ok(_) => ArmError::lost("the subscription does not have the plan after it was asked for"),
            Err(error) => ArmError::lost(error),
        };
        let reason = "Azure was asked to switch the plan on, and it cannot be told that it is.".to_owned();
        (Outcome::Unknown { reason, correlation_id }, Err(error))
    }
}

impl Sight {
    fn told(self) -> SubscriptionPlan {
        let Self { subscription, machines, assessed, pricing } = self;
        SubscriptionPlan { machines, ..jit_list::plan(subscription, Some(pricing), assessed) }
    }
}

/// What can be said of a plan that was to be switched on by a process that is gone.
pub(super) async fn outcome_of_left(security: &Security, subscription: Uuid) -> Result<Outcome, ArmError> {
    let pricing = security.pricing(subscription).await?;
    Ok(if pricing.plan == DefenderPlan::Plan2 {
        Outcome::Done { correlation_id: None }
    } else {
        Outcome::unknown("Postern stopped before it had Azure's answer; the plan is not switched on now.")
    })
}

/// Nothing is bought where nobody can see whether it is there already.
fn not_read(error: ArmError) -> JitError {
    match error {
        ArmError::Forbidden { .. } => JitError::Forbidden(
            "Postern's identity may not read which Defender plan this subscription has; it lacks Microsoft.Security/pricings/read there".to_owned(),
        ),
        error => JitError::Azure(error),
    }
}

/// That Postern's identity lacks a permission, for whoever can grant it.
fn lacking(action: Option<String>, scope: Option<String>, subscription: Uuid) -> JitError {
    let (action, scope) = (
        action.unwrap_or_else(|| WRITE.to_owned()),
        scope.unwrap_or_else(|| format!("/subscriptions/{subscription}")),
    );
    JitError::Forbidden(format!(
        "Azure does not let Postern do this: its identity lacks {action} on {scope}; the role Security Admin has it, and so does the one that “postern doctor --role” prints. Nothing was switched on"
    ))
}
