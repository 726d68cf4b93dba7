//! The trail while one writer has it to itself.

use jiff::Timestamp;

use super::{Action, Actor, Attempt, AuditError, AuditLog};
use crate::session::PersonKey;
use crate::store::{Change, Filter, RequestRecord, entries, links, requests};

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
    pub async fn begin_open(&mut self, by: &Actor, record: &RequestRecord) -> Result<Attempt, AuditError> {
        let request = Box::new(record.request.clone());
        let attempt = self.log.attempt(by, Action::Open { request, policy: record.policy.to_string() });
        entries::append(&mut self.change, &attempt.intent()).await?;
        requests::insert(self.change.connection(), record).await?;
        if record.request.shareable_link {
            links::insert(self.change.connection(), &record.request).await?;
        }
        Ok(attempt)
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

    /// Makes all of it last. If this fails, do not ask Azure.
    pub async fn close(self) -> Result<(), AuditError> {
        Ok(self.change.commit().await?)
    }
}
