//! Asking for access: the main road.

use std::sync::Arc;

use futures_util::{StreamExt, TryStreamExt, stream};
use jiff::Timestamp;
use shared::access::{AccessRequest, NewAccess, RequestId, Status};
use shared::problem::Violation;
use shared::vm::JitState;
use uuid::Uuid;

use super::verdict::{correlation_id, verdict};
use super::watch::InFlight;
use super::{Caller, Jit, JitError};
use crate::audit::{Attempt, Outcome, Wanted};
use crate::guardrails::{self, Approved, Bounds, Protection, Wish};
use crate::inventory::LiveVm;
use crate::limits::GrantLimits;
use crate::rules::Place;
use crate::store::{Filter, RequestRecord};

/// How many machines Azure is asked for at a time.
const AT_ONCE: usize = 8;

impl Jit {
    /// Requests access to every machine that `new` names: to all of them, or, if anything is
    /// wrong with one, to none.
    ///
    /// Azure may still refuse one of them; that stands in its status.
    pub async fn request(&self, by: &Caller, new: NewAccess) -> Result<Vec<AccessRequest>, JitError> {
        let outcome = match self.approve(by, &new).await {
            Ok(approved) => {
                // What has begun is brought to its end, even if the one who asked hangs up meanwhile.
                let (jit, caller, wanted) = (self.clone(), by.clone(), new.clone());
                let opening = tokio::spawn(async move { jit.open_all(&caller, &wanted, approved).await });
                opening.await.unwrap_or_else(|panic| std::panic::resume_unwind(panic.into_panic()))
            }
            Err(error) => Err(error),
        };
        if let Err(error) = &outcome {
            self.put_refusal_on_record(by, Wanted::Access { access: new }, error).await?;
        }
        outcome
    }

    async fn approve(&self, by: &Caller, new: &NewAccess) -> Result<Vec<Approved>, JitError> {
        against_itself(new)?;
        let mut looks = Vec::new();
        for target in &new.vms {
            looks.push(self.visible(by, &target.vm));
        }
        let machines: Vec<Arc<LiveVm>> = stream::iter(looks).buffered(AT_ONCE).try_collect().await?;
        let now = self.clock.now();
        let mut violations = Vec::new();
        let mut approved = Vec::new();
        for (index, (target, machine)) in new.vms.iter().zip(&machines).enumerate() {
            let place = Place { vm: &machine.vm.id, tags: &machine.tags };
            let wish = Wish {
                id: RequestId(Uuid::now_v7()),
                username: &by.user.person.username,
                vm: &machine.vm.id,
                ports: &target.ports,
                source: new.source,
                duration: new.duration,
                reason: new.reason.as_ref(),
                field: &format!("vms[{index}]"),
            };
            let rules = self.rules.for_requests(by.who(), place);
            let policy = match (machine.policy(), &machine.vm.jit) {
                (Some((id, policy)), _) => Protection::Policy(id, policy),
                (None, JitState::Unknown) => Protection::Unreadable,
                (None, JitState::Configured { .. } | JitState::NotConfigured) => Protection::NotSetUp,
            };
            let bounds = Bounds { policy, rules: &rules };
            match guardrails::check(wish, bounds, now) {
                Ok(one) => approved.push(one),
                Err(broken) => violations.extend(broken),
            }
        }
        // What is wrong with the request as a whole is wrong for each machine; it is said once.
        let mut told: Vec<Violation> = Vec::new();
        for violation in violations {
            if !told.contains(&violation) {
                told.push(violation);
            }
        }
        if told.is_empty() { Ok(approved) } else { Err(JitError::Guardrails(told)) }
    }

    /// Refuses whoever has made as many requests as one person may.
    async fn not_too_often(&self, by: &Caller) -> Result<(), JitError> {
        let now = self.clock.now();
        let since = now.saturating_sub(GrantLimits::WINDOW).unwrap_or(Timestamp::MIN);
        let made = self.store.requests().made_at(&by.user.key, since, self.limits.most()).await?;
        Ok(self.limits.judge(&made, now)?)
    }

    /// Refuses what a double click asks for: the same again while Azure is still at it.
    async fn not_under_way_already(
        &self,
        by: &Caller,
        vm: &shared::resource_id::VmId,
        new: &NewAccess,
    ) -> Result<(), JitError> {
        let mine = Filter {
            vm: Some(vm.clone()),
            requester: Some(by.user.key.clone()),
            unfinished_only: true,
            ..Filter::default()
        };
        let wanted = new.vms.iter().find(|target| target.vm == *vm).map(|target| &target.ports);
        for RequestRecord { request, .. } in self.store.requests().list(&mine, 50).await? {
            let pending = matches!(request.status, Status::Requesting | Status::Opening { .. });
            let overlaps = wanted.is_some_and(|ports| ports.iter().any(|port| request.ports.contains(port)));
            if pending && overlaps && request.source == new.source {
                return Err(JitError::Conflict(format!(
                    "you have just requested this, and Azure is still opening the port on {}; wait for it",
                    vm.name()
                )));
            }
        }
        Ok(())
    }

    async fn open_all(
        &self,
        by: &Caller,
        new: &NewAccess,
        approved: Vec<Approved>,
    ) -> Result<Vec<AccessRequest>, JitError> {
        let begun = self.begin_all(by, new, approved).await?;
        let mut openings = Vec::new();
        for (one, request, attempt, in_flight) in begun {
            openings.push(self.open(one, request, attempt, in_flight));
        }
        Ok(stream::iter(openings).buffered(AT_ONCE).collect().await)
    }

    /// Puts every request on record, or none. One call at a time: of two clicks at the same
    /// moment the second finds what the first has begun.
    async fn begin_all(
        &self,
        by: &Caller,
        new: &NewAccess,
        approved: Vec<Approved>,
    ) -> Result<Vec<(Approved, AccessRequest, Attempt, InFlight)>, JitError> {
        let _one_at_a_time = self.beginning.lock().await;
        self.not_too_often(by).await?;
        for target in &new.vms {
            self.not_under_way_already(by, &target.vm, new).await?;
        }
        let now = self.clock.now();
        let mut begun: Vec<(Approved, AccessRequest, Attempt, InFlight)> = Vec::new();
        for one in approved {
            let request = put_down(by, new, &one, now);
            let in_flight = self.watchers.hold(request.id);
            let record = RequestRecord {
                request: request.clone(),
                requester: by.user.key.clone(),
                policy: one.policy().clone(),
            };
            match self.audit.begin_open(&by.actor(), &record).await {
                Ok(attempt) => begun.push((one, request, attempt, in_flight)),
                Err(error) => {
                    for (_, request, attempt, _) in begun {
                        let reason = "the audit trail could not be written; Azure was not asked";
                        self.give_up(request, attempt, reason).await;
                    }
                    return Err(error.into());
                }
            }
        }
        Ok(begun)
    }

    /// Asks Azure, writes down what came of it, and has it watched. What cannot be told yet stays
    /// [`Status::Requesting`] for the watcher to find out.
    async fn open(
        &self,
        approved: Approved,
        request: AccessRequest,
        attempt: Attempt,
        in_flight: InFlight,
    ) -> AccessRequest {
        let answer = self.azure.security.initiate(&approved).await;
        let Some((status, outcome)) = verdict(&answer, &request, self.clock.now()) else {
            drop(in_flight);
            self.watchers.watch(approved.policy());
            return request;
        };
        let after = AccessRequest { status, correlation_id: correlation_id(&answer), ..request.clone() };
        let written = attempt.finish_request(&outcome, &after, &request.status).await;
        drop(in_flight);
        self.watchers.watch(approved.policy());
        match written {
            Ok(_) => {
                self.watchers.tell(&after);
                after
            }
            Err(error) => {
                // The intent is on record and the policy tells the rest: the watcher tries again.
                let error = &error as &dyn std::error::Error;
                tracing::error!(error, "the outcome of a request could not be written");
                request
            }
        }
    }

    async fn give_up(&self, mut request: AccessRequest, attempt: Attempt, reason: &str) {
        let was = request.status.clone();
        request.status = Status::Failed { at: self.clock.now(), reason: reason.to_owned() };
        let outcome = Outcome::Failed { reason: reason.to_owned() };
        if let Err(error) = attempt.finish_request(&outcome, &request, &was).await {
            tracing::error!(
                error = &error as &dyn std::error::Error,
                "an attempt that was given up could not be closed"
            );
        }
    }
}

/// What is wrong with a request whatever the machines are.
fn against_itself(new: &NewAccess) -> Result<(), JitError> {
    let wrong = |field: &str, detail: String| {
        Err(JitError::Guardrails(vec![Violation { field: field.to_owned(), detail, offer: None }]))
    };
    if new.vms.is_empty() {
        return wrong("vms", "name at least one machine".to_owned());
    }
    if new.vms.len() > NewAccess::MOST_VMS {
        return wrong("vms", format!("at most {} machines can be requested at a time", NewAccess::MOST_VMS));
    }
    for (index, target) in new.vms.iter().enumerate() {
        if new.vms[..index].iter().any(|earlier| earlier.vm == target.vm) {
            return wrong(&format!("vms[{index}].vm"), format!("{} is named twice", target.vm.name()));
        }
    }
    Ok(())
}

fn put_down(by: &Caller, new: &NewAccess, approved: &Approved, now: Timestamp) -> AccessRequest {
    AccessRequest {
        id: approved.id(),
        vm: approved.vm().clone(),
        ports: approved.ports().to_vec(),
        source: *approved.source(),
        reason: new.reason.clone(),
        requested_by: by.user.person.clone(),
        requested_at: now,
        ends_at: approved.ends_at(),
        rule: approved.rule().to_owned(),
        status: Status::Requesting,
        correlation_id: None,
    }
}
