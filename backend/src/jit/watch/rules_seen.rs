//! Rules around requests that whoever was to read them did not, and those that are old.

use jiff::{SignedDuration, Timestamp};
use shared::access::Status;
use shared::history::Moment;

use super::{WatchError, Watchers};

/// How long reading them takes at most. Whoever has not by then does not any more.
const READING: SignedDuration = SignedDuration::from_mins(15);

/// How far back it is looked for requests whose rules were not read.
const LOOKED_BACK: SignedDuration = SignedDuration::from_hours(30 * 24);

/// How long rules are kept: a year, and a month to look at it.
const KEPT_FOR: SignedDuration = SignedDuration::from_hours(400 * 24);

/// How often that is seen to.
pub(super) const ROUND: SignedDuration = SignedDuration::from_mins(10);

/// Why there are none.
const NOBODY: &str = "Postern stopped, or could not reach its database, when they were to be read.";

impl Watchers {
    /// Puts down what nobody has read and nobody will read any more, and forgets what is old.
    pub(super) async fn tend_rules_seen(&self) -> Result<(), WatchError> {
        let (table, now) = (self.0.store.rules_seen(), self.0.clock.now());
        let ago = |long: SignedDuration| now.saturating_sub(long).unwrap_or(Timestamp::MIN);
        for (request, known) in table.incomplete(ago(LOOKED_BACK)).await? {
            let ended = match request.status {
                Status::Ended { at, .. } => Some(at),
                _ => None,
            };
            let due = [
                (Moment::Before, request.opened_at),
                (Moment::Open, request.opened_at),
                (Moment::After, ended),
            ];
            for (moment, at) in due {
                if at.is_some_and(|at| at < ago(READING)) && !known.contains(&moment) {
                    self.rules_reader().missed(request.id, moment, NOBODY.to_owned()).await;
                }
            }
        }
        table.purge(ago(KEPT_FOR)).await?;
        Ok(())
    }
}
