//! Time, which passes when a test says so.

use std::time::{Duration, Instant};

use jiff::{SignedDuration, Timestamp};
use shared::access::{AccessRequest, Status};
use tokio::time::{Interval, MissedTickBehavior};

use super::{Events, TestApp};

/// So many minutes.
pub fn minutes(count: i64) -> SignedDuration {
    SignedDuration::from_mins(count)
}

/// How much time may pass before something happens that was to happen soon.
const SOON: i64 = 5 * 60;

/// How long one second takes while it is hurried, by the clock on the wall.
const HURRY: Duration = Duration::from_millis(5);

/// How long it may take, by the clock on the wall, until what was to happen has happened.
const PATIENCE: Duration = Duration::from_secs(30);

impl TestApp {
    /// What time it is, for the service and for Azure.
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// How long the access lasts that was granted and ends last.
    pub async fn left(&self) -> SignedDuration {
        let open = self.store.requests().unfinished().await.expect("the store answers");
        let ends = open.iter().map(|record| record.request.ends_at).max().expect("something is open");
        ends.duration_since(self.now())
    }

    /// Lets time pass.
    pub fn wait(&self, duration: SignedDuration) {
        // Azure first: who wakes up in the service is to see what has become of it by then.
        self.azure.clock().advance(duration);
        self.hand.advance(duration);
    }

    /// Lets time pass, second by second and for five minutes at most, until `something` is done.
    pub async fn while_time_passes<T>(&self, something: impl Future<Output = T>) -> T {
        let mut something = std::pin::pin!(something);
        let mut seconds = Pace::new();
        for _ in 0..SOON {
            tokio::select! {
                biased;
                done = &mut something => return done,
                () = seconds.next(Duration::ZERO) => self.wait(SignedDuration::from_secs(1)),
            }
        }
        let late = tokio::time::timeout(PATIENCE, something).await;
        late.expect("it is done five minutes later at most")
    }

    /// Lets time pass, `step` by `step`, until `look` sees something.
    pub async fn until<T>(&self, step: SignedDuration, look: impl AsyncFn() -> Option<T>) -> T {
        let looked = async {
            let mut steps = Pace::new();
            loop {
                let begun = Instant::now();
                let mut looking = std::pin::pin!(look());
                let seen = loop {
                    match tokio::time::timeout(LOOK, &mut looking).await {
                        Ok(seen) => break seen,
                        // Whoever looks may have to wait for something that time brings.
                        Err(_) => self.wait(step),
                    }
                };
                if let Some(seen) = seen {
                    return seen;
                }
                // Where a look takes long, so does what the service is doing meanwhile.
                let looked = begun.elapsed();
                steps.next(looked * 3).await;
                self.wait(step);
            }
        };
        tokio::time::timeout(PATIENCE, looked).await.expect("it comes about")
    }

    /// Lets time pass until a request stands as wished, and returns it as it then stands.
    pub async fn hurry(&self, events: &mut Events, reached: impl Fn(&Status) -> bool) -> AccessRequest {
        let followed = async {
            while let Some(watched) = events.next().await {
                if reached(&watched.request.status) {
                    return watched.request;
                }
            }
            panic!("the stream ended before the request stood as it was to")
        };
        self.while_time_passes(followed).await
    }
}

/// How long a look may take until time passes meanwhile.
const LOOK: Duration = Duration::from_millis(500);

/// How much later a tick is on a machine that is busy, at most.
const AT_MOST: Duration = Duration::from_millis(40);

/// Ticks while time is hurried. On a machine that is busy they come later, and never several at once:
/// the service is given the time to do what it was to do in each second.
struct Pace(Interval);

impl Pace {
    fn new() -> Self {
        let mut ticks = tokio::time::interval(HURRY);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        Self(ticks)
    }

    /// Waits for the next one, and after it until `more` is over. One that came late says that there was
    /// much to do, as there still may be: the next is longer in coming.
    async fn next(&mut self, more: Duration) {
        let more = more.min(AT_MOST);
        if HURRY < more {
            self.0.reset_after(more);
        }
        let begun = Instant::now();
        self.0.tick().await;
        let late = begun.elapsed().saturating_sub(HURRY.max(more));
        self.0.reset_after(HURRY + (late * 4).min(AT_MOST));
    }
}
