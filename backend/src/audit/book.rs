//! The trail while one writer has it to itself.

mod changes;

use jiff::Timestamp;
use shared::access::{AccessRequest, Displaced, RequestId, Status, Technique};
use shared::handoff::HandoffId;

use super::{Action, Actor, Attempt, AuditError, AuditLog, Event, Refusal, entry, event};
use crate::handoff::HandoffRecord;
use crate::session::PersonKey;
use crate::store::{Change, EntryKind, Filter, RequestRecord, Swap, entries, handoffs, links, requests};

/// Holds up every other writer, in all replicas, so that what is looked up does not change before
/// it is acted on. Nothing of what is put down lasts until [`Book::close`].
#[must_use = "nothing lasts until the book is closed"]
#[derive(Debug)]
pub struct Book {
    log: AuditLog,
    change: Change,
}

impl AuditLog {
    /// Waits for its turn, and keeps everybody else from writing.
    pub async fn open_book(&self) -> Result<Book, AuditError> {
        let mut change = self.store.begin().await?;
        entries::hold(&mut change).await?;
        Ok(Book { log: self.clone(), change })
    }
}

impl Book {
    /// Puts a request for access on record and keeps it, with the link that it wants.
    pub async fn begin_open(
        &mut self,
        by: &Actor,
        record: &RequestRecord,
        replaces: Vec<Displaced>,
    ) -> Result<Attempt, AuditError> {
        let (request, policy) = (Box::new(record.request.clone()), record.policy.to_string());
        let attempt = self.log.attempt(by, Action::Open { request, policy, replaces });
        entries::append(&mut self.change, &attempt.intent()).await?;
        requests::insert(self.change.connection(), record).await?;
        if record.request.shareable_link {
            links::insert(self.change.connection(), &record.request).await?;
        }
        Ok(attempt)
    }

    /// Puts on record that a request is to be closed early, and where it stands by that.
    pub async fn begin_close(
        &mut self,
        by: &Actor,
        request: &AccessRequest,
        was: &Status,
        technique: Technique,
    ) -> Result<(Attempt, Swap), AuditError> {
        let attempt = self.log.attempt(by, Action::Close { request: Box::new(request.clone()), technique });
        entries::append(&mut self.change, &attempt.intent()).await?;
        let swap = requests::update(self.change.connection(), request, was).await?;
        Ok((attempt, swap))
    }

    /// The request with this name.
    pub async fn request(&mut self, id: RequestId) -> Result<Option<RequestRecord>, AuditError> {
        Ok(requests::get(self.change.connection(), id).await?)
    }

    /// The requests that `filter` lets through, newest first.
    pub async fn requests(
        &mut self,
        filter: &Filter,
        limit: usize,
    ) -> Result<Vec<RequestRecord>, AuditError> {
        Ok(requests::list(self.change.connection(), filter, limit).await?)
    }

    /// When somebody made their last requests since `since`, newest first.
    pub async fn requests_made(
        &mut self,
        by: &PersonKey,
        since: Timestamp,
        limit: usize,
    ) -> Result<Vec<Timestamp>, AuditError> {
        Ok(requests::made_at(self.change.connection(), by, since, limit).await?)
    }

    /// Puts on record that something happened.
    pub async fn note(&mut self, by: &Actor, happened: &Event) -> Result<(), AuditError> {
        let entry = event(self.log.clock.now(), by, happened);
        Ok(entries::append(&mut self.change, &entry).await?)
    }

    /// Puts on record that something was asked for and not done.
    pub async fn refuse(&mut self, by: &Actor, refusal: &Refusal) -> Result<(), AuditError> {
        let entry = entry(self.log.clock.now(), EntryKind::Refusal, None, by, refusal);
        Ok(entries::append(&mut self.change, &entry).await?)
    }

    /// Keeps something that was prepared.
    pub async fn keep_handoff(&mut self, record: &HandoffRecord) -> Result<(), AuditError> {
        Ok(handoffs::insert(self.change.connection(), record).await?)
    }

    /// What was prepared and goes by this name.
    pub async fn handoff(&mut self, id: HandoffId) -> Result<Option<HandoffRecord>, AuditError> {
        Ok(handoffs::get(self.change.connection(), id).await?)
    }

    /// Writes what has become of what was prepared, if nothing had become of it yet.
    pub async fn change_handoff(&mut self, record: &HandoffRecord) -> Result<Swap, AuditError> {
        Ok(handoffs::update(self.change.connection(), record).await?)
    }

    /// Puts on record that somebody looked at what is not for them, and remembers that they did.
    pub async fn refuse_stranger(
        &mut self,
        by: &Actor,
        record: &HandoffRecord,
        refusal: &Refusal,
    ) -> Result<(), AuditError> {
        self.refuse(by, refusal).await?;
        Ok(handoffs::note_strangers(self.change.connection(), record).await?)
    }

    /// When somebody last prepared something since `since`, newest first.
    pub async fn handoffs_prepared(
        &mut self,
        by: &PersonKey,
        since: Timestamp,
        limit: usize,
    ) -> Result<Vec<Timestamp>, AuditError> {
        Ok(handoffs::prepared_at(self.change.connection(), by, since, limit).await?)
    }

    /// Makes all of it last. If this fails, do not ask Azure.
    pub async fn close(self) -> Result<(), AuditError> {
        Ok(self.change.commit().await?)
    }
}
