//! Subscriptions that may not be read, which are asked about less and less.
//!
//! What passes is tried again at once; that Azure says no stays so until somebody changes a role.

use std::collections::HashMap;

use jiff::{SignedDuration, Timestamp};
use uuid::Uuid;

use crate::azure::arm::ArmError;

/// How long a subscription is left alone at most.
const LONGEST_REST: SignedDuration = SignedDuration::from_mins(10);

/// Those that Azure refused to tell anything of.
pub(in crate::inventory) type Refusals = HashMap<Uuid, Refused>;

/// That Azure refused to tell anything of a subscription.
#[derive(Debug, Clone)]
pub(in crate::inventory) struct Refused {
    /// With what.
    pub(super) error: ArmError,
    in_a_row: u32,
    rests_until: Timestamp,
}

impl Refused {
    /// That it was refused at `now`, and before that as `before` says. A failure that may have passed
    /// the next time is no refusal.
    pub(super) fn after(before: Option<&Self>, error: &ArmError, now: Timestamp) -> Option<Self> {
        let in_a_row = before.map_or(1, |before| before.in_a_row.saturating_add(1));
        let rests_until = now.saturating_add(rest(in_a_row)).unwrap_or(Timestamp::MAX);
        is_refusal(error).then(|| Self { error: error.clone(), in_a_row, rests_until })
    }

    /// Whether it is not asked about at `now`.
    pub(super) fn rests(&self, now: Timestamp) -> bool {
        now < self.rests_until
    }
}

/// Whether Azure says no, and not just that it cannot say.
pub(super) fn is_refusal(error: &ArmError) -> bool {
    match error {
        ArmError::NotFound | ArmError::Forbidden { .. } | ArmError::Refused { .. } => true,
        ArmError::Throttled { .. }
        | ArmError::Token(_)
        | ArmError::Transport(_)
        | ArmError::AnswerLost(_)
        | ArmError::Unexpected(_) => false,
    }
}

/// How long to wait after so many refusals in a row: not at all after the first, and then for 2, 4 and
/// 8 minutes.
fn rest(in_a_row: u32) -> SignedDuration {
    match in_a_row {
        0 | 1 => SignedDuration::ZERO,
        more => SignedDuration::from_mins(1 << (more - 1).min(4)).min(LONGEST_REST),
    }
}
