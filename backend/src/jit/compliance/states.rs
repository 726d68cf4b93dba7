//! What Azure Policy said of each subscription, kept for a while.
//!
//! People page through and filter it; Azure is asked for a subscription as a whole, twice, whatever
//! they look at, and by one of those who wait for it.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use jiff::{SignedDuration, Timestamp};
use tokio::sync::Mutex as AsyncMutex;
use uuid::Uuid;

use crate::compliance::{Book, Told};

/// How old it may be. Azure itself is hours behind.
const LONGEST: SignedDuration = SignedDuration::from_mins(2);

/// How long Azure is left alone where something could not be read.
const AFTER_FAILURE: SignedDuration = SignedDuration::from_secs(15);

type Place = Arc<AsyncMutex<Option<Arc<Told>>>>;

/// What Azure Policy said, by subscription. Clones share it.
#[derive(Debug, Clone, Default)]
pub struct ComplianceStates(Arc<Inner>);

#[derive(Debug, Default)]
struct Inner {
    places: Mutex<HashMap<Uuid, Place>>,
    /// Which of it was written down as that of which day.
    kept: Mutex<HashMap<Uuid, (Timestamp, Timestamp)>>,
}

impl ComplianceStates {
    /// What was said of a subscription, asked for by `ask` if that is too long ago.
    pub(super) async fn of(
        &self,
        subscription: Uuid,
        now: Timestamp,
        ask: impl Future<Output = Told>,
    ) -> Arc<Told> {
        let place = self.place(subscription);
        let mut known = place.lock().await;
        if let Some(told) = known.as_ref().filter(|told| is_fresh(told, now)) {
            return told.clone();
        }
        let told = Arc::new(ask.await);
        *known = Some(told.clone());
        told
    }

    /// The subscriptions of which what was said has not been written down as that of this day, and
    /// which are taken to be from now on.
    pub(super) fn take_unkept(&self, book: &Book, day: Timestamp) -> Vec<Uuid> {
        let mut kept = self.0.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let unkept = book
            .iter()
            .filter(|(id, told)| told.trouble.is_none() && kept.get(*id) != Some(&(day, told.as_of)));
        let unkept: Vec<Uuid> = unkept.map(|(id, _)| *id).collect();
        kept.extend(unkept.iter().filter_map(|id| Some((*id, (day, book.get(id)?.as_of)))));
        unkept
    }

    /// Forgets what was said of a subscription, since something was changed there.
    pub(super) fn forget(&self, subscription: Uuid) {
        self.places().remove(&subscription);
    }

    /// Forgets everything.
    pub(super) fn forget_all(&self) {
        self.places().clear();
    }

    fn place(&self, subscription: Uuid) -> Place {
        self.places().entry(subscription).or_default().clone()
    }

    fn places(&self) -> MutexGuard<'_, HashMap<Uuid, Place>> {
        self.0.places.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn is_fresh(told: &Told, now: Timestamp) -> bool {
    let longest = if told.trouble.is_some() { AFTER_FAILURE } else { LONGEST };
    now.duration_since(told.as_of) < longest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn what_failed_is_asked_for_again_sooner() {
        let states = ComplianceStates::default();
        let start: Timestamp = "2030-01-09T12:05:00Z".parse().unwrap();
        let told = |as_of, trouble: Option<&str>| {
            Told::new(Some(Vec::new()), Vec::new(), as_of, trouble.map(str::to_owned))
        };
        let mut asked = 0;
        for (after, trouble, expected) in
            [(0, Some("No."), 1), (14, None, 1), (15, None, 2), (134, None, 2), (135, None, 3)]
        {
            let now = start + SignedDuration::from_secs(after);
            let ask = async {
                asked += 1;
                told(now, trouble)
            };
            states.of(Uuid::nil(), now, ask).await;
            assert_eq!(asked, expected, "after {after} seconds");
        }
        states.forget(Uuid::nil());
        states
            .of(Uuid::nil(), start, async {
                asked += 1;
                told(start, None)
            })
            .await;
        assert_eq!(asked, 4);
    }
}
