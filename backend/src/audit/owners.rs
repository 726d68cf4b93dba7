//! Owners who are asked to protect machines, on record.

use jiff::Timestamp;
use uuid::Uuid;

use super::record::Brief;
use super::{Action, Actor, AuditError, AuditLog, Event, Outcome, Settled, entry, event};
use crate::store::{EntryKind, NewEntry, Swap, entries, weeks};

impl AuditLog {
    /// Puts on record that owners are to be asked, all or none. They are, because of that.
    pub async fn ask_owners(&self, by: &Actor, askings: Vec<Action>) -> Result<(), AuditError> {
        let mut change = self.store.begin().await?;
        for action in askings {
            entries::append(&mut change, &self.attempt(by, action).intent()).await?;
        }
        Ok(change.commit().await?)
    }

    /// Puts on record that an owner is to be asked in a week, unless that was done already in it.
    pub async fn ask_owner_of_week(
        &self,
        week: &str,
        owner: &str,
        askings: Vec<Action>,
    ) -> Result<Swap, AuditError> {
        let mut change = self.store.begin().await?;
        let swap = weeks::claim(change.connection(), week, owner, self.clock.now()).await?;
        if swap == Swap::Done {
            for action in askings {
                entries::append(&mut change, &self.attempt(&Actor::Postern, action).intent()).await?;
            }
            change.commit().await?;
        }
        Ok(swap)
    }

    /// Puts on record that the owners of a week have been asked, once.
    pub async fn end_week(&self, week: &str, summary: &Event) -> Result<(), AuditError> {
        let mut change = self.store.begin().await?;
        let now = self.clock.now();
        if weeks::claim(change.connection(), week, "", now).await? == Swap::Done {
            entries::append(&mut change, &event(now, &Actor::Postern, summary)).await?;
            change.commit().await?;
        }
        Ok(())
    }
}

/// The entry for what came of asking an owner, to be written together with it.
pub(crate) fn owner_outcome(at: Timestamp, attempt: Uuid, outcome: &Outcome) -> NewEntry {
    let settled = Settled { of: Brief::ASK_OWNER, outcome };
    entry(at, EntryKind::Outcome(attempt), None, &Actor::Postern, &settled)
}
