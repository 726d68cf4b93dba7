//! What was tried, by whom, and what came of it: in two strokes.
//!
//! [`AuditLog::begin`] puts an action on record before anything is done about it; if that fails,
//! nothing must be done. [`Attempt::finish`] adds what came of it. An attempt without an outcome
//! is information too: the process died, or its disk did, between the two strokes.

mod actor;
mod book;
pub mod export;
mod owners;
mod record;
mod retention;
pub mod verify;

use jiff::{SignedDuration, Timestamp};
use serde::Serialize;
use shared::access::{AccessRequest, RequestId, Status};
use uuid::Uuid;

use crate::clock::Clock;
use crate::store::{
    Change, Entry, EntryKind, Head, LinkRecord, NewEntry, RequestRecord, ScanRecord, Store, StoreError, Swap,
    entries, links, requests, scans,
};
use record::Brief;

pub use actor::{Actor, TokenMark};
pub use book::Book;
pub(crate) use owners::owner_outcome;
pub use record::{Action, Event, LinkDeed, Outcome, Refusal, Wanted};

/// The audit trail.
#[derive(Debug, Clone)]
pub struct AuditLog {
    store: Store,
    clock: Clock,
    /// For how long entries are kept, if not for ever.
    kept: Option<SignedDuration>,
}

/// An action on record whose outcome is not. Finish it.
#[must_use = "an attempt without an outcome reads as a crash"]
#[derive(Debug)]
pub struct Attempt {
    log: AuditLog,
    id: Uuid,
    /// What is tried.
    pub action: Action,
    by: Actor,
}

/// An attempt that somebody left without an outcome.
#[derive(Debug)]
pub struct Unresolved {
    /// The attempt, to be finished once the truth is known.
    pub attempt: Attempt,
    /// When it was put on record.
    pub at: Timestamp,
}

impl AuditLog {
    /// A trail kept in `store`.
    pub fn new(store: Store, clock: Clock) -> Self {
        Self { store, clock, kept: None }
    }

    /// Puts an action on record. If this fails, do not act.
    pub async fn begin(&self, by: &Actor, action: Action) -> Result<Attempt, AuditError> {
        let attempt = self.attempt(by, action);
        self.store.entries().append(&attempt.intent()).await?;
        Ok(attempt)
    }

    /// Puts a request for access on record and keeps it, both or neither. If this fails, do not
    /// ask Azure.
    pub async fn begin_open(&self, by: &Actor, record: &RequestRecord) -> Result<Attempt, AuditError> {
        let mut book = self.open_book().await?;
        let attempt = book.begin_open(by, record, Vec::new()).await?;
        book.close().await?;
        Ok(attempt)
    }

    /// Takes it upon this process to have the link of a request made, until `until`, and puts that on
    /// record, both or neither. Nothing if somebody else does, or has the only link there can be.
    pub async fn begin_link(
        &self,
        action: Action,
        request: &AccessRequest,
        until: Timestamp,
    ) -> Result<Option<Attempt>, AuditError> {
        let mut change = self.store.begin().await?;
        entries::hold(&mut change).await?;
        let claimed = links::claim(change.connection(), request, until).await?;
        self.claimed(change, claimed, action).await
    }

    /// Takes it upon this process to have a link deleted, likewise.
    pub async fn begin_link_deletion(
        &self,
        action: Action,
        link: &LinkRecord,
        until: Timestamp,
    ) -> Result<Option<Attempt>, AuditError> {
        let mut change = self.store.begin().await?;
        entries::hold(&mut change).await?;
        let claimed = links::claim_deletion(change.connection(), link, until).await?;
        self.claimed(change, claimed, action).await
    }

    /// Puts on record that a scan is to begin and keeps it, both or neither. Nothing if one of the same
    /// subscription goes on.
    pub async fn begin_scan(&self, by: &Actor, scan: &ScanRecord) -> Result<Option<Attempt>, AuditError> {
        let mut change = self.store.begin().await?;
        entries::hold(&mut change).await?;
        if scans::claim(change.connection(), scan).await? == Swap::Overtaken {
            return Ok(None);
        }
        let attempt = self.attempt(by, Action::ScanCompliance { subscription: scan.subscription });
        entries::append(&mut change, &attempt.intent()).await?;
        change.commit().await?;
        Ok(Some(attempt))
    }

    async fn claimed(
        &self,
        mut change: Change,
        claimed: Swap,
        action: Action,
    ) -> Result<Option<Attempt>, AuditError> {
        if claimed == Swap::Overtaken {
            return Ok(None);
        }
        let attempt = self.attempt(&Actor::Postern, action);
        entries::append(&mut change, &attempt.intent()).await?;
        change.commit().await?;
        Ok(Some(attempt))
    }

    /// Puts on record that something was asked for and not tried.
    pub async fn refusal(&self, by: &Actor, refusal: &Refusal) -> Result<(), AuditError> {
        let entry = entry(self.clock.now(), EntryKind::Refusal, None, by, refusal);
        Ok(self.store.entries().append(&entry).await?)
    }

    /// Where the trail ends, to be noted where whoever holds the database cannot reach.
    pub async fn head(&self) -> Result<Head, AuditError> {
        Ok(self.store.entries().head().await?)
    }

    /// The attempt to open what a request asks for, or to close it, if it has no outcome.
    pub async fn unresolved_of(&self, request: RequestId) -> Result<Option<Unresolved>, AuditError> {
        let entries = self.store.entries().unresolved_about(request).await?;
        let mut left = entries.into_iter().filter_map(|entry| self.left_behind(entry));
        left.find(|left| left.as_ref().map_or(true, |left| left.attempt.action.is_about_ports())).transpose()
    }

    /// The attempts from before `moment` that have no outcome, oldest first.
    ///
    /// Those of the last minutes may be in the hands of another replica.
    pub async fn unresolved(&self, moment: Timestamp) -> Result<Vec<Unresolved>, AuditError> {
        let entries = self.store.entries().unresolved(moment).await?;
        entries.into_iter().filter_map(|entry| self.left_behind(entry)).collect()
    }

    fn left_behind(&self, Entry { content, .. }: Entry) -> Option<Result<Unresolved, AuditError>> {
        let NewEntry { at, kind: EntryKind::Intent(id), actor, body, .. } = content else { return None };
        let read = || {
            let (action, by) = (serde_json::from_value(body)?, serde_json::from_value(actor)?);
            Ok(Unresolved { attempt: Attempt { log: self.clone(), id, action, by }, at })
        };
        let what = "an intent of the audit trail";
        Some(read().map_err(|error: serde_json::Error| {
            AuditError::Store(StoreError::Unreadable { what, source: error.into() })
        }))
    }

    fn attempt(&self, by: &Actor, action: Action) -> Attempt {
        Attempt { log: self.clone(), id: Uuid::now_v7(), action, by: by.clone() }
    }
}

/// The entry for something that happened, to be written together with it.
pub(crate) fn event(at: Timestamp, by: &Actor, event: &Event) -> NewEntry {
    entry(at, EntryKind::Event, None, by, event)
}

fn entry(
    at: Timestamp,
    kind: EntryKind,
    request: Option<RequestId>,
    actor: &Actor,
    body: &impl Serialize,
) -> NewEntry {
    let actor = serde_json::to_value(actor).expect("an actor is plain data");
    let body = serde_json::to_value(body).expect("what is put on record is plain data");
    NewEntry { at, kind, request, actor, body }
}

impl Attempt {
    /// Its name, which intent and outcome have in common.
    pub fn id(&self) -> Uuid {
        self.id
    }

    /// Adds what came of it.
    pub async fn finish(self, outcome: &Outcome) -> Result<(), AuditError> {
        self.first(self.log.store.entries().append(&self.outcome(outcome)).await)
    }

    /// Adds what came of it and writes where the request stands now, both or neither.
    ///
    /// The outcome goes on record also where the request has moved on from where it `was`.
    pub async fn finish_request(
        self,
        outcome: &Outcome,
        request: &AccessRequest,
        was: &Status,
    ) -> Result<Swap, AuditError> {
        let mut change = self.log.store.begin().await?;
        self.first(entries::append(&mut change, &self.outcome(outcome)).await)?;
        let swap = requests::update(change.connection(), request, was).await?;
        change.commit().await?;
        Ok(swap)
    }

    fn intent(&self) -> NewEntry {
        let now = self.log.clock.now();
        entry(now, EntryKind::Intent(self.id), self.action.request(), &self.by, &self.action)
    }

    fn outcome(&self, outcome: &Outcome) -> NewEntry {
        let now = self.log.clock.now();
        let settled = Settled { of: self.action.brief(), outcome };
        entry(now, EntryKind::Outcome(self.id), self.action.request(), &self.by, &settled)
    }

    fn first(&self, appended: Result<(), StoreError>) -> Result<(), AuditError> {
        appended.map_err(|error| match error {
            error if error.is_duplicate() => AuditError::AlreadyFinished(self.id),
            error => AuditError::Store(error),
        })
    }
}

/// The body of an outcome.
#[derive(Serialize)]
struct Settled<'a> {
    #[serde(flatten)]
    of: Brief<'a>,
    #[serde(flatten)]
    outcome: &'a Outcome,
}

/// Something could not be put on record.
#[derive(Debug, thiserror::Error)]
pub enum AuditError {
    /// The trail cannot be written, or read.
    #[error("the audit trail cannot be kept")]
    Store(#[from] StoreError),
    /// Another process was first to say what came of the attempt.
    #[error("the outcome of attempt {0} is on record already")]
    AlreadyFinished(Uuid),
}

#[cfg(test)]
mod tests;
