//! Seeing a change of many machines through: here, or wherever else somebody left it.

use std::collections::HashMap;

use futures_util::{StreamExt, stream};
use jiff::{SignedDuration, Timestamp};
use shared::policy_change::ChangeId;
use shared::resource_id::VmId;
use tokio::sync::Mutex;
use uuid::Uuid;

use super::Here;
use super::part::Part;
use crate::azure::arm::ArmError;
use crate::azure::security::{PolicyDocument, PolicyId};
use crate::jit::{Jit, JitError};
use crate::session::CurrentUser;
use crate::store::{ChangeRecord, PartState, StoreError};

/// How many policies of one change are written at a time.
const AT_ONCE: usize = 4;

/// How long it counts what policies a subscription was seen to have.
const FRESH: SignedDuration = SignedDuration::from_secs(30);

/// How long after it was asked for a part may begin. Whoever asked has long looked by then, and who
/// they are may count for something else.
const BEGINS_WITHIN: SignedDuration = SignedDuration::from_hours(1);

/// How long what is over is kept, for whoever asked for it to see.
const KEPT_FOR: SignedDuration = SignedDuration::from_hours(30 * 24);

/// A change that this process has to itself.
pub(super) struct Run {
    pub(super) jit: Jit,
    pub(super) record: ChangeRecord,
    /// In whose name Azure is asked.
    pub(super) user: CurrentUser,
    /// Whether that is somebody who asked for it in this process.
    pub(super) present: bool,
    holder: Uuid,
    listed: Mutex<HashMap<Uuid, (Timestamp, Vec<PolicyDocument>)>>,
}

impl Jit {
    /// Goes on with every change that is not over, and from then on with those that other processes
    /// leave behind.
    pub fn tend_changes(&self) {
        let jit = self.clone();
        self.watchers.track(async move {
            loop {
                if let Err(error) = jit.look_after_changes().await {
                    let error = &error as &dyn std::error::Error;
                    tracing::warn!(error, "changes of many machines could not be looked through");
                }
                tokio::select! {
                    () = jit.clock.sleep(jit.change_lasts() / 2) => {}
                    () = jit.watchers.stopping() => return,
                }
            }
        });
    }

    async fn look_after_changes(&self) -> Result<(), StoreError> {
        for id in self.store.changes().unfinished().await? {
            self.go_on_with(id);
        }
        let long_ago = self.clock.now().saturating_sub(KEPT_FOR).unwrap_or(Timestamp::MIN);
        self.store.changes().purge(long_ago).await
    }

    /// Sees a change through that somebody has left, unless somebody sees to it already, here or
    /// elsewhere.
    pub(super) fn go_on_with(&self, id: ChangeId) {
        let Some(here) = self.changes.claim(id) else { return };
        let jit = self.clone();
        self.watchers.track(async move {
            match jit.hold(here).await {
                Ok(Some(held)) => jit.see_through(held, None).await,
                Ok(None) => {}
                Err(error) => warn_of(id, &error.into()),
            }
        });
    }

    /// Has a change to itself before anybody can know of it, so that nobody goes on with it instead
    /// of whoever asks for it.
    pub(super) async fn hold_new(&self, id: ChangeId) -> Result<Held, JitError> {
        let here = self.changes.claim(id).ok_or_else(|| taken(id))?;
        self.hold(here).await?.ok_or_else(|| taken(id))
    }

    /// Sees a new change through. It goes on without anybody waiting for it.
    pub(super) fn go_on_with_new(&self, held: Held, present: CurrentUser) {
        let jit = self.clone();
        self.watchers.track(async move { jit.see_through(held, Some(present)).await });
    }

    async fn see_through(&self, held: Held, present: Option<CurrentUser>) {
        let id = held.here.id;
        if let Err(error) = self.try_to_see_through(&held, present).await {
            warn_of(id, &error);
        }
        drop(held);
        self.changes.tell(id);
    }

    async fn try_to_see_through(&self, held: &Held, present: Option<CurrentUser>) -> Result<(), JitError> {
        let (id, holder) = (held.here.id, held.holder);
        let Some((record, _)) = self.store.changes().get(id).await? else { return Ok(()) };
        let user = present.clone().unwrap_or_else(|| record.by.right(record.person.clone()));
        let run = Run {
            jit: self.clone(),
            record,
            user,
            present: present.is_some(),
            holder,
            listed: Mutex::default(),
        };
        let seen = tokio::select! {
            seen = run.all_parts() => seen,
            () = run.keep_up() => Ok(()),
        };
        self.inventory.refresh_soon();
        self.store.changes().finish(id).await?;
        self.store.leases().give_back(&lease(id), holder).await?;
        seen
    }

    /// How long a process has a change to itself that does not say that it is still at it: half a
    /// minute, where Azure is given two. Twice in that time it is looked for what others have left.
    fn change_lasts(&self) -> SignedDuration {
        self.patience.showing() / 4
    }

    async fn hold(&self, here: Here) -> Result<Option<Held>, StoreError> {
        let (now, holder) = (self.clock.now(), Uuid::new_v4());
        let until = now + self.change_lasts();
        let taken = self.store.leases().take(&lease(here.id), holder, now, until).await?;
        Ok(taken.then_some(Held { here, holder }))
    }
}

impl Run {
    async fn all_parts(&self) -> Result<(), JitError> {
        let parts = self.jit.store.changes().parts(self.record.id).await?;
        let left = parts.into_iter().filter(|part| part.state() != PartState::Over);
        let parts = stream::iter(left).map(async |record| {
            let id = self.record.id;
            if let Err(error) = (Part { run: self, record }).see_through().await {
                let error = &error as &dyn std::error::Error;
                tracing::warn!(change = %id, error, "a part of a change could not be gone on with");
            }
            self.jit.changes.tell(id);
        });
        parts.buffer_unordered(AT_ONCE).collect::<()>().await;
        Ok(())
    }

    /// Says that one is still at it, until that is no longer so.
    async fn keep_up(&self) {
        loop {
            self.jit.clock.sleep(self.jit.change_lasts() / 3).await;
            let until = self.jit.clock.now() + self.jit.change_lasts();
            match self.jit.store.leases().renew(&lease(self.record.id), self.holder, until).await {
                Ok(true) => {}
                Ok(false) => return,
                Err(error) => {
                    let error = &error as &dyn std::error::Error;
                    tracing::warn!(error, "a change of many machines could not be held on to");
                }
            }
        }
    }

    /// Whether it was asked for so long ago that nothing more of it may begin.
    pub(super) fn is_stale(&self) -> bool {
        let until = (self.record.asked_at + BEGINS_WITHIN).min(self.record.by.signed_in_until);
        until < self.jit.clock.now()
    }

    /// Whether a policy other than `own` names a machine by now.
    pub(super) async fn is_named_elsewhere(&self, vm: &VmId, own: &PolicyId) -> Result<bool, ArmError> {
        let mut listed = self.listed.lock().await;
        let (subscription, now) = (vm.subscription(), self.jit.clock.now());
        let fresh = listed.get(&subscription).is_some_and(|(at, _)| now.duration_since(*at) < FRESH);
        if !fresh {
            let documents = self.jit.policies_in(subscription).await?;
            listed.insert(subscription, (now, documents));
        }
        let documents = listed.get(&subscription).map_or(&[][..], |(_, documents)| documents);
        Ok(documents.iter().any(|document| document.id() != own && document.of(vm).is_some()))
    }
}

/// A change that this process, and no other, sees to.
pub(super) struct Held {
    here: Here,
    holder: Uuid,
}

fn warn_of(id: ChangeId, error: &JitError) {
    let error = error as &dyn std::error::Error;
    tracing::warn!(change = %id, error, "a change of many machines could not be gone on with");
}

/// Nobody else can know the name of a change that is new.
fn taken(id: ChangeId) -> JitError {
    JitError::Conflict(format!("somebody else sees to the change {id} already"))
}

fn lease(id: ChangeId) -> String {
    format!("change/{id}")
}
