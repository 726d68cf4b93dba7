//! The only place that knows what time it is.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use tokio::sync::watch;

/// Tells the time, and waits for it to pass.
///
/// The system's clock in production; one wound by hand in tests, so that three hours take no time.
#[derive(Clone)]
pub struct Clock(Kind);

#[derive(Clone)]
enum Kind {
    System,
    ByHand(Arc<watch::Sender<Timestamp>>),
}

impl Clock {
    /// The system's clock.
    pub fn system() -> Self {
        Self(Kind::System)
    }

    /// A clock that stands still at `start`, and the hand that moves it.
    pub fn by_hand(start: Timestamp) -> (Self, Hand) {
        let time = Arc::new(watch::Sender::new(start));
        (Self(Kind::ByHand(time.clone())), Hand(time))
    }

    /// What time it is.
    #[expect(clippy::disallowed_methods, reason = "this is the clock that everybody else asks")]
    pub fn now(&self) -> Timestamp {
        match &self.0 {
            Kind::System => Timestamp::now(),
            Kind::ByHand(time) => *time.borrow(),
        }
    }

    /// Waits until `moment`; not at all if that has passed.
    #[expect(clippy::disallowed_methods, reason = "this is the clock that everybody else waits with")]
    pub async fn sleep_until(&self, moment: Timestamp) {
        match &self.0 {
            // A suspended machine's monotonic clock stands still, so the wall clock is asked
            // again, at the latest every minute.
            Kind::System => {
                while let Some(left) = time_left(self.now(), moment) {
                    tokio::time::sleep(left.min(Duration::from_mins(1))).await;
                }
            }
            Kind::ByHand(time) => {
                let reached = time.subscribe().wait_for(|now| *now >= moment).await.is_ok();
                if !reached {
                    // Nobody holds the hand any more, so this moment never comes.
                    std::future::pending::<()>().await;
                }
            }
        }
    }

    /// Waits for `duration`.
    pub async fn sleep(&self, duration: SignedDuration) {
        self.sleep_until(self.now().saturating_add(duration).unwrap_or(Timestamp::MAX)).await;
    }
}

fn time_left(now: Timestamp, moment: Timestamp) -> Option<Duration> {
    Duration::try_from(moment.duration_since(now)).ok().filter(|left| !left.is_zero())
}

impl fmt::Debug for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = match self.0 {
            Kind::System => "system",
            Kind::ByHand(_) => "by hand",
        };
        f.debug_tuple("Clock").field(&kind).finish()
    }
}

/// Moves a [`Clock`] that is wound by hand.
#[derive(Clone)]
pub struct Hand(Arc<watch::Sender<Timestamp>>);

impl Hand {
    /// Lets `duration` pass.
    pub fn advance(&self, duration: SignedDuration) {
        self.0.send_modify(|now| *now = now.saturating_add(duration).unwrap_or(Timestamp::MAX));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn nobody_waits_for_what_has_passed() {
        let (clock, hand) = Clock::by_hand(Timestamp::UNIX_EPOCH);
        hand.advance(SignedDuration::from_secs(10));
        clock.sleep_until(Timestamp::from_second(10).unwrap()).await;
        assert_eq!(clock.now().as_second(), 10);
    }

    #[tokio::test]
    async fn a_sleeper_wakes_when_the_hand_reaches_its_moment() {
        let (clock, hand) = Clock::by_hand(Timestamp::UNIX_EPOCH);
        let sleeper = tokio::spawn({
            let clock = clock.clone();
            async move { clock.sleep(SignedDuration::from_hours(3)).await }
        });
        tokio::task::yield_now().await;
        hand.advance(SignedDuration::from_hours(2));
        tokio::task::yield_now().await;
        assert!(!sleeper.is_finished());
        hand.advance(SignedDuration::from_hours(1));
        sleeper.await.unwrap();
    }
}
