//! The same change for many machines.
//!
//! Nothing is changed that was not seen before: a plan says what a change would mean for each
//! machine and names its version, and the change comes with those versions. It is kept in the store,
//! a part for each policy, and a part is read, written and read once for all of its machines. A part
//! begins together with the intents of its machines and ends together with their outcomes, so that
//! whoever goes on with it after a process has died knows what was begun.

mod ask;
mod code;
mod follow;
mod part;
mod plan;
mod run;
mod split;
mod warnings;

use std::collections::HashSet;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use shared::configuration::Version;
use shared::page::Page;
use shared::policy_change::{ChangeId, ChangePlan, NewPolicyChange, PolicyChange, Progress};
use shared::resource_id::VmId;
use shared::verb::Verb;
use tokio::sync::broadcast;

use plan::Kept;

use crate::jit::{Caller, Jit, JitError};
use crate::session::CurrentUser;
use crate::store::{ChangeRecord, PartItem, PartRecord, PartState};

/// How many of somebody's changes are listed.
const LISTED: usize = 50;

/// What goes on in this process. Clones share it.
#[derive(Debug, Clone)]
pub struct Changes(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    /// Those that this process sees to.
    running: Mutex<HashSet<ChangeId>>,
    /// That something has become of one.
    told: broadcast::Sender<ChangeId>,
}

impl Default for Changes {
    fn default() -> Self {
        Self(Arc::new(Inner { running: Mutex::default(), told: broadcast::Sender::new(1024) }))
    }
}

/// That this process sees to a change, until this is dropped.
#[derive(Debug)]
struct Here {
    id: ChangeId,
    changes: Changes,
}

impl Drop for Here {
    fn drop(&mut self) {
        self.changes.running().remove(&self.id);
    }
}

impl Changes {
    /// Lets one task of this process see to a change, if none does.
    fn claim(&self, id: ChangeId) -> Option<Here> {
        self.running().insert(id).then(|| Here { id, changes: self.clone() })
    }

    fn running(&self) -> MutexGuard<'_, HashSet<ChangeId>> {
        self.0.running.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn tell(&self, id: ChangeId) {
        // Nobody may be listening, which is fine.
        drop(self.0.told.send(id));
    }
}

/// Machines of a change that it is tried again for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Retry {
    /// The machines; all that could be tried again if none are named.
    pub vms: Vec<VmId>,
    /// What the plan showed of them.
    pub versions: Vec<Version>,
}

impl Jit {
    /// One change of many machines, for whoever asked for it or may audit all of its machines. To
    /// everybody else there is none.
    pub async fn policy_change(&self, by: &CurrentUser, id: ChangeId) -> Result<PolicyChange, JitError> {
        let (record, progress, parts) = self.change_for(by, id).await?;
        Ok(shown(&record, progress, parts))
    }

    /// The changes of many machines that somebody asked for, the newest first, without the machines.
    pub async fn policy_changes(&self, by: &CurrentUser) -> Result<Page<PolicyChange>, JitError> {
        let listed = self.store.changes().asked_for_by(&by.key, LISTED).await?;
        let items =
            listed.into_iter().map(|(record, progress, settled)| record.shown(progress, settled, Vec::new()));
        Ok(Page { items: items.collect(), next: None })
    }

    /// Keeps what has not begun from beginning. What has begun is finished.
    pub async fn cancel_change(&self, by: &Caller, id: ChangeId) -> Result<PolicyChange, JitError> {
        self.own_change(&by.user, id).await?;
        let mut book = self.audit.open_book().await?;
        book.cancel_change(&by.actor(), id).await?;
        book.close().await?;
        self.changes.tell(id);
        self.go_on_with(id);
        self.policy_change(&by.user, id).await
    }

    /// What it would mean to try a change again for those of its machines that are not as they were
    /// to be.
    pub async fn plan_retry(
        &self,
        by: &Caller,
        id: ChangeId,
        vms: Vec<VmId>,
    ) -> Result<ChangePlan, JitError> {
        let (new, kept) = self.retried(by, id, Retry { vms, versions: Vec::new() }).await?;
        self.plan_with(by, &new, &kept).await
    }

    /// Tries a change again for those of its machines that are not as they were to be: a change of
    /// its own.
    pub async fn retry_change(
        &self,
        by: &Caller,
        id: ChangeId,
        retry: Retry,
    ) -> Result<PolicyChange, JitError> {
        let (new, kept) = self.retried(by, id, retry).await?;
        self.ask_with(by, new, &kept).await
    }

    async fn retried(
        &self,
        by: &Caller,
        id: ChangeId,
        retry: Retry,
    ) -> Result<(NewPolicyChange, Kept), JitError> {
        let (record, _, parts) = self.own_change(&by.user, id).await?;
        let kept = split::kept(&parts);
        let mut items: Vec<&PartItem> = parts.iter().flat_map(|part| &part.items).collect();
        items.sort_unstable_by_key(|item| item.place);
        let items = items.into_iter().map(|item| &item.changed);
        let left = items.filter(|changed| changed.fate.can_be_retried()).map(|changed| &changed.vm);
        let left: Vec<VmId> =
            left.filter(|vm| retry.vms.is_empty() || retry.vms.contains(vm)).cloned().collect();
        if left.is_empty() || (!retry.vms.is_empty() && left.len() != retry.vms.len()) {
            return Err(JitError::Conflict(
                "there is nothing to try again: only machines that failed, were refused, overtaken or cancelled are".to_owned(),
            ));
        }
        let vms = if retry.vms.is_empty() { left } else { retry.vms };
        let versions = retry.versions;
        Ok((NewPolicyChange { vms, change: record.change, versions, dry_run: false }, kept))
    }

    /// A change that somebody asked for. Nobody else does anything about it.
    async fn own_change(
        &self,
        by: &CurrentUser,
        id: ChangeId,
    ) -> Result<(ChangeRecord, Progress, Vec<PartRecord>), JitError> {
        let change = self.change_for(by, id).await?;
        if change.0.by.key == by.key {
            return Ok(change);
        }
        Err(JitError::Forbidden("this is somebody else's change; only they can do that".to_owned()))
    }

    async fn change_for(
        &self,
        by: &CurrentUser,
        id: ChangeId,
    ) -> Result<(ChangeRecord, Progress, Vec<PartRecord>), JitError> {
        let (record, progress) = self.store.changes().get(id).await?.ok_or(JitError::NotFound)?;
        let parts = self.store.changes().parts(id).await?;
        if record.by.key == by.key {
            return Ok((record, progress, parts));
        }
        let snapshot = self.inventory.snapshot().await?;
        let rules = self.rules.now();
        let rules = rules.of(by.who());
        let mut machines = parts.iter().flat_map(|part| &part.items).map(|item| &item.changed.vm);
        if machines.all(|vm| plan::allowed(&rules, &snapshot, vm, Verb::Audit)) {
            Ok((record, progress, parts))
        } else {
            Err(JitError::NotFound)
        }
    }
}

fn shown(record: &ChangeRecord, progress: Progress, parts: Vec<PartRecord>) -> PolicyChange {
    let over = parts.iter().filter(|part| part.state() == PartState::Over);
    let settled: usize = over.map(|part| part.items.len()).sum();
    let mut items: Vec<PartItem> = parts.into_iter().flat_map(|part| part.items).collect();
    items.sort_unstable_by_key(|item| item.place);
    let items = items.into_iter().map(|item| item.changed).collect();
    record.shown(progress, u32::try_from(settled).unwrap_or(u32::MAX), items)
}
