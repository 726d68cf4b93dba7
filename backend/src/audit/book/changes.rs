//! Changes of many machines, on record and kept in one stroke.

use shared::policy_change::ChangeId;
use shared::resource_id::VmId;

use super::super::{Action, Actor, Attempt, AuditError, Event, Outcome};
use super::Book;
use crate::store::{ChangeRecord, PartRecord, PartState, Swap, changes, entries};

impl Book {
    /// Keeps a change that somebody asked for.
    pub async fn keep_change(
        &mut self,
        record: &ChangeRecord,
        parts: &[PartRecord],
    ) -> Result<(), AuditError> {
        Ok(changes::insert(self.change.connection(), record, parts).await?)
    }

    /// Keeps what of a change has not begun from beginning, and puts on record who did. One that is
    /// over, or was cancelled before, stays as it is.
    pub async fn cancel_change(&mut self, by: &Actor, id: ChangeId) -> Result<(), AuditError> {
        match changes::cancel(self.change.connection(), id).await? {
            Swap::Done => self.note(by, &Event::ChangeCancelled { id }).await,
            Swap::Overtaken => Ok(()),
        }
    }

    /// Writes how far a part of a change has come.
    pub async fn move_part(&mut self, part: &PartRecord, was: PartState) -> Result<Swap, AuditError> {
        Ok(changes::update_part(self.change.connection(), part, was).await?)
    }

    /// Whether a machine is on its way to a policy of its own.
    pub async fn is_split_now(&mut self, vm: &VmId) -> Result<bool, AuditError> {
        Ok(changes::is_split_now(self.change.connection(), vm).await?)
    }

    /// Puts an action on record. Act once the book is closed.
    pub async fn begin(&mut self, by: &Actor, action: Action) -> Result<Attempt, AuditError> {
        let attempt = self.log.attempt(by, action);
        entries::append(&mut self.change, &attempt.intent()).await?;
        Ok(attempt)
    }

    /// Adds what came of it.
    pub async fn finish(&mut self, attempt: &Attempt, outcome: &Outcome) -> Result<(), AuditError> {
        attempt.first(entries::append(&mut self.change, &attempt.outcome(outcome)).await)
    }
}
