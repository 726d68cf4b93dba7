//! The simulator's idea of now.
//!
//! Everything that changes with time (grants that open and expire, machines that start,
//! buckets that refill, tokens that run out) is worked out from this clock when somebody
//! asks. There are no background tasks, so winding the clock is all a test has to do.

use jiff::{SignedDuration, Timestamp};
use tokio::sync::watch;

/// A clock that runs by itself or is wound by hand. Clones show the same time.
#[derive(Debug, Clone)]
pub struct Clock {
    source: Source,
}

#[derive(Debug, Clone)]
enum Source {
    /// The machine's clock, ahead by so much.
    Real(watch::Sender<SignedDuration>),
    ByHand(watch::Sender<Timestamp>),
}

impl Clock {
    /// A clock that follows the machine's. [`Self::advance`] puts it ahead.
    pub fn real() -> Self {
        Self { source: Source::Real(watch::Sender::new(SignedDuration::ZERO)) }
    }

    /// A clock that stands still at `now` until it is wound.
    pub fn by_hand(now: Timestamp) -> Self {
        Self { source: Source::ByHand(watch::Sender::new(now)) }
    }

    pub fn now(&self) -> Timestamp {
        match &self.source {
            Source::Real(ahead) => {
                #[expect(clippy::disallowed_methods, reason = "this is the clock")]
                let now = Timestamp::now();
                now + *ahead.borrow()
            }
            Source::ByHand(now) => *now.borrow(),
        }
    }

    /// Winds the clock forward and wakes whoever waits for the time that passed.
    pub fn advance(&self, by: SignedDuration) {
        match &self.source {
            Source::Real(ahead) => ahead.send_modify(|ahead| *ahead += by),
            Source::ByHand(now) => now.send_modify(|now| *now += by),
        }
    }

    /// Waits until `duration` has passed on this clock.
    pub async fn wait(&self, duration: SignedDuration) {
        let until = self.now() + duration;
        match &self.source {
            Source::Real(ahead) => {
                let mut wound = ahead.subscribe();
                while let Ok(left) = until.duration_since(self.now()).try_into() {
                    let left: std::time::Duration = left;
                    if left.is_zero() {
                        return;
                    }
                    #[expect(clippy::disallowed_methods, reason = "this is the clock")]
                    let passed = tokio::time::sleep(left);
                    tokio::select! {
                        () = passed => {}
                        _ = wound.changed() => {}
                    }
                }
            }
            Source::ByHand(now) => {
                // The sender lives as long as `self`, so this cannot fail.
                _ = now.subscribe().wait_for(|now| until <= *now).await;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clones_show_the_same_time() {
        let clock = Clock::by_hand(Timestamp::UNIX_EPOCH);
        let other = clock.clone();
        clock.advance(SignedDuration::from_secs(90));
        assert_eq!(other.now().as_second(), 90);
    }

    #[tokio::test]
    async fn waiting_ends_when_the_clock_is_wound_far_enough() {
        let clock = Clock::by_hand(Timestamp::UNIX_EPOCH);
        let waiting = tokio::spawn({
            let clock = clock.clone();
            async move { clock.wait(SignedDuration::from_secs(10)).await }
        });
        tokio::task::yield_now().await;
        clock.advance(SignedDuration::from_secs(9));
        tokio::task::yield_now().await;
        assert!(!waiting.is_finished());
        clock.advance(SignedDuration::from_secs(1));
        waiting.await.unwrap();
    }
}
