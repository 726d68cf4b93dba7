//! What nobody else sees to: what other processes left behind, and where the audit trail ends.

use jiff::{SignedDuration, Timestamp};
use shared::access::{AccessRequest, Status};
use shared::compliance::AssignmentScope;
use shared::resource_id::VmId;
use shared::vm::PowerState;

use super::{WatchError, Watchers, links, rules_seen};
use crate::audit::{Action, AuditError, Outcome};
use crate::azure::arm::ArmError;
use crate::jit::{compliance, configure, defender};
use crate::notify;

/// How often to look around.
const ROUND: SignedDuration = SignedDuration::from_secs(30);

/// How often entries of the trail are let go whose time is over.
const LET_GO: SignedDuration = SignedDuration::from_hours(24);

/// How often the end of the trail is logged while the trail grows.
const TELL_HEAD: SignedDuration = SignedDuration::from_mins(10);

impl Watchers {
    pub(super) async fn keep_house(&self) {
        let mut told = None;
        let mut tell_next = self.0.clock.now();
        let mut tend_rules_next = tell_next;
        let mut let_go_next = tell_next;
        loop {
            if let Err(error) = self.take_over().await {
                let error = &error as &dyn std::error::Error;
                tracing::warn!(error, "what other processes left behind could not be looked through");
            }
            if let Err(error) = self.end_handoffs().await {
                let error = &error as &dyn std::error::Error;
                tracing::warn!(error, "prepared access whose time is over could not be looked through");
            }
            let now = self.0.clock.now();
            if now >= tend_rules_next {
                tend_rules_next = now + rules_seen::ROUND;
                if let Err(error) = self.tend_rules_seen().await {
                    let error = &error as &dyn std::error::Error;
                    tracing::warn!(error, "the rules around requests could not be looked through");
                }
            }
            if now >= let_go_next {
                let_go_next = now + LET_GO;
                self.let_go().await;
            }
            if now >= tell_next {
                self.tell_head(&mut told).await;
                tell_next = now + TELL_HEAD;
            }
            tokio::select! {
                () = self.0.clock.sleep_until(now + ROUND.min(self.0.patience.abandoned())) => {}
                () = self.0.stop.cancelled() => break,
            }
        }
        self.tell_head(&mut told).await;
    }

    /// Lets entries of the trail go whose time is over.
    async fn let_go(&self) {
        match self.0.audit.let_go().await {
            Ok(Some(last)) => {
                tracing::info!(%last, "the audit trail was shortened by what is older than store.audit_kept_days");
            }
            Ok(None) => {}
            Err(error) => {
                let error = &error as &dyn std::error::Error;
                tracing::warn!(error, "the audit trail could not be shortened");
            }
        }
    }

    /// Logs where the trail ends, if that was not the last thing told: whoever rewrites the trail
    /// in the database does not reach the log.
    async fn tell_head(&self, told: &mut Option<String>) {
        match self.0.audit.head().await {
            Ok(head) => {
                let head = head.to_string();
                if told.as_ref() != Some(&head) {
                    tracing::info!(%head, "the audit trail ends here; `postern audit verify --expect` checks that");
                    *told = Some(head);
                }
            }
            Err(error) => {
                let error = &error as &dyn std::error::Error;
                tracing::error!(error, "the end of the audit trail could not be read");
            }
        }
    }

    /// Goes on with what should have got further by now, so that nobody can be seeing to it.
    async fn take_over(&self) -> Result<(), WatchError> {
        let now = self.0.clock.now();
        for record in self.0.store.requests().unfinished().await? {
            if self.is_overdue(&record.request, now) {
                self.watch(&record.policy);
            }
        }
        self.tend_links();
        let abandoned = now.saturating_sub(self.0.patience.abandoned()).unwrap_or(Timestamp::MIN);
        for left in self.0.audit.unresolved(abandoned).await? {
            let outcome = match &left.attempt.action {
                Action::StartVm { vm } => self.outcome_of_start(vm).await,
                Action::ShareableLink { deed, .. } if left.at < now - links::PATIENCE * 2 => {
                    Self::outcome_of_link(*deed, left.attempt).await?;
                    continue;
                }
                // Whoever goes on with a change of many machines tells what became of each.
                Action::Configure { vm, policy, to, change: None, .. }
                    if left.at < now - configure::LONGEST_CHANGE =>
                {
                    let security = &self.0.azure.security;
                    match configure::outcome_of_left(security, vm, policy, to.as_ref()).await {
                        Ok(outcome) => Some(outcome),
                        Err(error) => {
                            let error = &error as &dyn std::error::Error;
                            tracing::warn!(%vm, error, "what became of a change of a policy could not be looked at");
                            None
                        }
                    }
                }
                Action::EnableDefender { subscription, .. } if left.at < now - configure::LONGEST_CHANGE => {
                    match defender::outcome_of_left(&self.0.azure.security, *subscription).await {
                        Ok(outcome) => Some(outcome),
                        Err(error) => {
                            let error = &error as &dyn std::error::Error;
                            tracing::warn!(%subscription, error, "which Defender plan a subscription has could not be looked at");
                            None
                        }
                    }
                }
                Action::AssignPolicy { scope, .. } if left.at < now - configure::LONGEST_CHANGE => {
                    self.outcome_of_assignment(scope, true).await
                }
                Action::RemoveAssignment { scope } if left.at < now - configure::LONGEST_CHANGE => {
                    self.outcome_of_assignment(scope, false).await
                }
                Action::ScanCompliance { .. } if left.at < now - configure::LONGEST_CHANGE => {
                    Some(Outcome::unknown("Postern stopped before it had Azure's answer."))
                }
                // Whoever delivers it says what came of it, for as long as it is tried.
                Action::AskOwner { .. } if left.at < now - notify::LONGEST_TRIED => {
                    Some(Outcome::unknown("Nobody knows whether it was delivered."))
                }
                Action::ShareableLink { .. }
                | Action::AskOwner { .. }
                | Action::Configure { .. }
                | Action::Split { .. }
                | Action::EnableDefender { .. }
                | Action::AssignPolicy { .. }
                | Action::RemoveAssignment { .. }
                | Action::ScanCompliance { .. }
                | Action::Open { .. }
                | Action::Close { .. } => None,
            };
            let Some(outcome) = outcome else { continue };
            match left.attempt.finish(&outcome).await {
                Ok(()) | Err(AuditError::AlreadyFinished(_)) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Ok(())
    }

    /// What can be said of an assignment of the policy that was to be made, or taken away.
    async fn outcome_of_assignment(&self, scope: &AssignmentScope, is_to_be: bool) -> Option<Outcome> {
        match compliance::outcome_of_left(&self.0.azure.policy, scope, is_to_be).await {
            Ok(outcome) => Some(outcome),
            Err(error) => {
                let error = &error as &dyn std::error::Error;
                tracing::warn!(%scope, error, "what became of an assignment of a policy could not be looked at");
                None
            }
        }
    }

    fn is_overdue(&self, request: &AccessRequest, now: Timestamp) -> bool {
        let due = match &request.status {
            Status::Requesting => self.is_abandoned_at(request),
            Status::Opening { since } | Status::Closing { since, .. } => *since + self.0.patience.showing(),
            Status::Open { .. } => request.ends_at + SignedDuration::from_mins(1),
            Status::Refused { .. } | Status::Failed { .. } | Status::Ended { .. } => return false,
        };
        now >= due
    }

    /// What can be said of a machine that was to be started by a process that is gone, if Azure
    /// says anything at all.
    async fn outcome_of_start(&self, vm: &VmId) -> Option<Outcome> {
        let now = match self.0.azure.compute.vm(vm).await {
            Ok(machine) => said_of(machine.power),
            Err(ArmError::NotFound) => "there is no such machine any more",
            Err(ArmError::Forbidden { .. }) => "Azure does not let it look at the machine any more",
            Err(error) => {
                let error = &error as &dyn std::error::Error;
                tracing::warn!(%vm, error, "what became of a start of a machine could not be looked at");
                return None;
            }
        };
        Some(Outcome::unknown(format!("Postern stopped before it had Azure's answer; {now}")))
    }
}

fn said_of(power: PowerState) -> &'static str {
    match power {
        PowerState::Starting => "the machine is starting now",
        PowerState::Running => "the machine is running now",
        PowerState::Stopping => "the machine is stopping now",
        PowerState::Stopped => "the machine is stopped now",
        PowerState::Deallocating => "the machine is being deallocated now",
        PowerState::Deallocated => "the machine is deallocated now",
        PowerState::Unknown => "Azure does not say what the machine is doing now",
    }
}
