//! One watcher per policy follows what Azure does with it, however many people look.
//!
//! A watcher lives as long as a request of its policy is not over. The store holds what it knows,
//! so that a new process goes on where an old one stopped.
//!
//! A request ends early when Azure says so. Where Azure merely does not show it, as after somebody
//! deleted the policy or an answer got lost, it ends once that has been so for a while and the
//! machine's network rules keep its source out; a grant that is written off while its port is open
//! is one that nobody looks after.

mod calls;
mod handoffs;
mod housekeeping;
mod links;
mod rules_seen;
mod settle;
mod witness;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use jiff::{SignedDuration, Timestamp};
use shared::access::{AccessRequest, RequestId, Status};
use tokio::sync::{Notify, broadcast};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::patience::Patience;
use super::progress::{is_missing, moved_on};
use crate::audit::{AuditError, AuditLog};
use crate::azure::Azure;
use crate::azure::arm::ArmError;
use crate::azure::security::PolicyId;
use crate::clock::Clock;
use crate::inventory::Inventory;
use crate::store::{RequestRecord, Store, StoreError};
use calls::{Call, Calls};
use witness::last_sign_of;

pub(super) use calls::InFlight;

/// Everybody who follows a policy.
#[derive(Clone)]
pub struct Watchers(Arc<Inner>);

struct Inner {
    azure: Azure,
    inventory: Inventory,
    store: Store,
    audit: AuditLog,
    clock: Clock,
    patience: Patience,
    calls: Calls,
    running: Mutex<HashMap<PolicyId, Arc<Notify>>>,
    changes: broadcast::Sender<AccessRequest>,
    tasks: TaskTracker,
    stop: CancellationToken,
}

impl Watchers {
    /// Nobody watches anything yet.
    pub fn new(
        azure: Azure,
        inventory: Inventory,
        store: Store,
        audit: AuditLog,
        clock: Clock,
        patience: Patience,
    ) -> Self {
        Self(Arc::new(Inner {
            azure,
            inventory,
            store,
            audit,
            clock,
            patience,
            calls: Calls::default(),
            running: Mutex::default(),
            changes: broadcast::Sender::new(1024),
            tasks: TaskTracker::new(),
            stop: CancellationToken::new(),
        }))
    }

    /// Goes on with every request that was not over when the last process stopped, and from then
    /// on with those that other processes leave behind.
    pub async fn begin(&self) -> Result<(), StoreError> {
        for record in self.0.store.requests().unfinished().await? {
            self.watch(&record.policy);
        }
        let watchers = self.clone();
        self.0.tasks.spawn(async move { watchers.keep_house().await });
        Ok(())
    }

    /// Has the policy looked at now, and then until its requests are over. They are in the store.
    pub fn watch(&self, policy: &PolicyId) {
        let mut running = self.0.running.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(wake) = running.get(policy) {
            wake.notify_one();
            return;
        }
        let wake = Arc::new(Notify::new());
        running.insert(policy.clone(), wake.clone());
        let (watchers, policy) = (self.clone(), policy.clone());
        self.0.tasks.spawn(async move { watchers.run(policy, &wake).await });
    }

    /// Every change of a request, from now on.
    pub fn changes(&self) -> broadcast::Receiver<AccessRequest> {
        self.0.changes.subscribe()
    }

    /// Lets go of everything; what is not over is in the store for the next process.
    pub fn stop(&self) {
        self.0.stop.cancel();
        self.0.tasks.close();
    }

    /// Waits until everything has been let go of after [`Watchers::stop`].
    pub async fn stopped(&self) {
        self.0.tasks.wait().await;
    }

    /// Resolves once [`Watchers::stop`] is called, so that pages are let go of too.
    pub fn stopping(&self) -> impl Future<Output = ()> + Send + use<> {
        self.0.stop.clone().cancelled_owned()
    }

    /// Whether [`Watchers::stop`] was called.
    pub(super) fn is_stopping(&self) -> bool {
        self.0.stop.is_cancelled()
    }

    /// Does something that [`Watchers::stopped`] waits for.
    pub(super) fn track(&self, something: impl Future<Output = ()> + Send + 'static) {
        self.0.tasks.spawn(something);
    }

    /// From now on until the call has led to something, no watcher touches the request.
    pub(super) fn begin_call(&self, id: RequestId) -> InFlight {
        self.0.calls.begin(id)
    }

    pub(super) fn tell(&self, request: &AccessRequest) {
        // Nobody may be listening, which is fine.
        drop(self.0.changes.send(request.clone()));
    }

    async fn run(&self, policy: PolicyId, wake: &Notify) {
        let mut failures = 0;
        let mut missing = HashMap::new();
        loop {
            let next_look = match self.look(&policy, &mut missing).await {
                Ok(Some(next_look)) => {
                    failures = 0;
                    next_look
                }
                Ok(None) => {
                    self.0.running.lock().unwrap_or_else(PoisonError::into_inner).remove(&policy);
                    // A request may have come in between the look and the removal.
                    if let Ok(requests) = self.requests_of(&policy).await
                        && !requests.is_empty()
                    {
                        self.watch(&policy);
                    }
                    return;
                }
                Err(error) => {
                    failures += 1;
                    tracing::warn!(%policy, error = &error as &dyn std::error::Error, "the policy could not be looked at");
                    self.0.clock.now() + SignedDuration::from_secs(5 << failures.min(4))
                }
            };
            tokio::select! {
                () = self.0.clock.sleep_until(next_look) => {}
                () = wake.notified() => {}
                () = self.0.stop.cancelled() => return,
            }
        }
    }

    /// Looks at the policy once. Tells when to look again; `None` once there is nothing to watch.
    /// `missing` holds since when Azure has not shown which requests.
    async fn look(
        &self,
        policy: &PolicyId,
        missing: &mut HashMap<RequestId, Timestamp>,
    ) -> Result<Option<Timestamp>, WatchError> {
        let requests = self.requests_of(policy).await?;
        let now = self.0.clock.now();
        if !requests.iter().any(|record| self.is_ours_to_judge(&record.request, now)) {
            return Ok(requests.iter().map(|record| self.next_look(&record.request, now)).min());
        }
        let seen = match self.0.azure.security.policy(policy).await {
            Ok(seen) => Some(seen),
            Err(ArmError::NotFound) => None,
            Err(error) => return Err(error.into()),
        };
        let now = self.0.clock.now();
        // Those that came in while Azure was being asked are not in its answer: they are read
        // afresh, and what somebody is asking Azure for is left alone.
        for record in self.requests_of(policy).await? {
            if !self.is_ours_to_judge(&record.request, now) {
                continue;
            }
            if matches!(record.request.status, Status::Closing { .. }) {
                if let Some(after) = self.after_closing(&record.request, seen.as_ref(), now).await {
                    self.settle(record, after).await?;
                }
            } else if let Some(after) = moved_on(&record.request, seen.as_ref(), now) {
                self.settle_as(record, after).await?;
            } else if !is_missing(&record.request, seen.as_ref(), now) {
                missing.remove(&record.request.id);
            } else {
                let seen_last =
                    missing.entry(record.request.id).or_insert_with(|| last_sign_of(&record.request, now));
                if let Some(status) = self.given_up(&record.request, *seen_last, now).await {
                    let after = AccessRequest { status, ..record.request.clone() };
                    self.settle_as(record, after).await?;
                }
            }
        }
        let left = self.requests_of(policy).await?;
        Ok(left.iter().map(|record| self.next_look(&record.request, now)).min())
    }

    /// Whether nobody is asking Azure for the request any more, here or in another replica.
    fn is_ours_to_judge(&self, request: &AccessRequest, now: Timestamp) -> bool {
        match self.0.calls.of(request.id) {
            Some(Call::UnderWay) => false,
            Some(Call::Over) => true,
            None => !is_asked_for(request) || now >= self.is_abandoned_at(request),
        }
    }

    fn is_abandoned_at(&self, request: &AccessRequest) -> Timestamp {
        let since = match request.status {
            Status::Closing { since, .. } => since,
            Status::Requesting
            | Status::Opening { .. }
            | Status::Open { .. }
            | Status::Refused { .. }
            | Status::Failed { .. }
            | Status::Ended { .. } => request.requested_at,
        };
        since.saturating_add(self.0.patience.abandoned()).unwrap_or(Timestamp::MAX)
    }

    /// When something may have happened to the request. Azure needs seconds to a minute to open a
    /// port; after that, only a newer request or a change of the policy would end it early.
    fn next_look(&self, request: &AccessRequest, now: Timestamp) -> Timestamp {
        let since = match &request.status {
            Status::Requesting => request.requested_at,
            Status::Opening { since } | Status::Closing { since, .. } => *since,
            Status::Open { .. } | Status::Refused { .. } | Status::Failed { .. } | Status::Ended { .. } => {
                let at_most = now + SignedDuration::from_mins(1);
                let end = request.ends_at + SignedDuration::from_secs(1);
                return if end > now { end.min(at_most) } else { now + SignedDuration::from_secs(5) };
            }
        };
        if !self.is_ours_to_judge(request, now) {
            return self.is_abandoned_at(request).max(now + SignedDuration::from_secs(1));
        }
        let waited = now.duration_since(since);
        let wait = if waited < SignedDuration::from_secs(10) {
            1
        } else if waited < self.0.patience.showing() {
            2
        } else {
            10
        };
        now + SignedDuration::from_secs(wait)
    }

    async fn requests_of(&self, policy: &PolicyId) -> Result<Vec<RequestRecord>, StoreError> {
        let unfinished = self.0.store.requests().unfinished().await?;
        Ok(unfinished.into_iter().filter(|record| record.policy == *policy).collect())
    }
}

/// Whether Azure is being asked for something about the request, whose answer is not known.
fn is_asked_for(request: &AccessRequest) -> bool {
    matches!(request.status, Status::Requesting | Status::Closing { until: None, .. })
}

#[derive(Debug, thiserror::Error)]
enum WatchError {
    #[error(transparent)]
    Azure(#[from] ArmError),
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Audit(#[from] AuditError),
}
