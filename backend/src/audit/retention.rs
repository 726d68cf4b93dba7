//! For how long the trail is kept.

use jiff::{SignedDuration, Timestamp};

use super::{Actor, AuditError, AuditLog, Event, event};
use crate::store::Head;

/// How many entries are deleted at a time; writers wait that long.
const AT_ONCE: usize = 1_000;

impl AuditLog {
    /// The same trail, of which entries are let go after so long; `None` to keep all.
    #[must_use]
    pub fn keeping(self, kept: Option<SignedDuration>) -> Self {
        Self { kept, ..self }
    }

    /// Lets those entries go whose time is over, and says where the trail begins then, if anything
    /// was to be let go. What somebody else has begun is finished.
    pub async fn let_go(&self) -> Result<Option<Head>, AuditError> {
        let Some(kept) = self.kept else { return Ok(None) };
        let now = self.clock.now();
        let moment = now.saturating_sub(kept).unwrap_or(Timestamp::MIN);
        let entries = self.store.entries();
        let shortened = entries.shorten(moment, |last| {
            let shortened = Event::TrailShortened { hash: last.hash.clone(), through: last.seq };
            event(now, &Actor::Postern, &shortened)
        });
        let begins_after = shortened.await?;
        while entries.forget(AT_ONCE).await? > 0 {}
        Ok(begins_after)
    }
}
