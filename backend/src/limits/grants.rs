//! How many requests for access one person may make.

use std::num::NonZeroUsize;

use jiff::{SignedDuration, Timestamp};

use super::TooMany;

/// How many requests for access one person may make within windows that slide. A request for
/// several machines at once counts once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct GrantLimits {
    /// Within a minute.
    pub minute: NonZeroUsize,
    /// Within an hour.
    pub hour: NonZeroUsize,
    /// Within a day.
    pub day: NonZeroUsize,
}

impl Default for GrantLimits {
    fn default() -> Self {
        let times = |number| NonZeroUsize::new(number).unwrap_or(NonZeroUsize::MIN);
        Self { minute: times(10), hour: times(50), day: times(100) }
    }
}

impl GrantLimits {
    /// The longest window.
    pub const WINDOW: SignedDuration = SignedDuration::from_hours(24);

    /// How many of somebody's latest requests tell whether they may make another.
    pub fn most(self) -> usize {
        self.minute.max(self.hour).max(self.day).get()
    }

    /// Whether somebody may make another request at `now` who made the last ones `at` these times,
    /// newest first.
    pub fn judge(self, at: &[Timestamp], now: Timestamp) -> Result<(), TooMany> {
        let minute = SignedDuration::from_mins(1);
        let windows = [
            (self.minute, minute, "you have made as many requests as one person may within a minute"),
            (self.hour, 60 * minute, "you have made as many requests as one person may within an hour"),
            (self.day, Self::WINDOW, "you have made as many requests as one person may within a day"),
        ];
        let full = windows.into_iter().filter_map(|(most, window, what)| {
            let frees_at = at.get(most.get() - 1)?.saturating_add(window).unwrap_or(Timestamp::MAX);
            (frees_at > now).then(|| TooMany { what, after: frees_at.duration_since(now) })
        });
        full.max_by_key(|too_many| too_many.after).map_or(Ok(()), Err)
    }
}
