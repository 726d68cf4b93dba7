//! What was prepared and nobody came for.

use jiff::{SignedDuration, Timestamp};
use shared::handoff::HandoffState;

use super::{WatchError, Watchers};
use crate::audit::{Actor, Event};
use crate::store::Swap;

/// How long what is over is kept, for whoever prepared it to see.
const KEPT_FOR: SignedDuration = SignedDuration::from_hours(30 * 24);

impl Watchers {
    /// Puts on record what nobody came for in time, whichever replica is first, and forgets what
    /// has been over for long.
    pub(super) async fn end_handoffs(&self) -> Result<(), WatchError> {
        let now = self.0.clock.now();
        for overdue in self.0.store.handoffs().overdue(now).await? {
            let mut book = self.0.audit.open_book().await?;
            let Some(mut record) = book.handoff(overdue.handoff.id).await? else { continue };
            record.handoff.state = HandoffState::Expired { at: record.handoff.expires_at };
            // Somebody else has told what became of it, and nothing of this lasts.
            if book.change_handoff(&record).await? == Swap::Overtaken {
                continue;
            }
            let handoff = Box::new(record.handoff);
            book.note(&Actor::Postern, &Event::HandoffExpired { handoff }).await?;
            book.close().await?;
        }
        let long_ago = now.saturating_sub(KEPT_FOR).unwrap_or(Timestamp::MIN);
        self.0.store.handoffs().purge(long_ago).await?;
        Ok(())
    }
}
