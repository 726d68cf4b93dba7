//! What happens to the computer that a page is open on, and what the page says to it.

use std::ops::RangeInclusive;

use jiff::SignedDuration;
use serde::Deserialize;
use serde_json::json;

use super::Page;

/// What a page said, and its countdowns showed, since somebody began to listen.
#[derive(Debug, Deserialize)]
pub struct Heard {
    /// What a screen reader was told, in order.
    pub told: Vec<String>,
    /// What stood in the countdowns, in order.
    pub left: Vec<String>,
}

/// Whether the computer has a network.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Network {
    /// It has.
    There,
    /// It has a slow one: the mobile network of a moving train. Nothing was loaded before.
    Slow,
    /// It has none: what was under way is cut off, and nothing more gets out.
    Lost,
}

impl Page {
    /// Gives the computer a network, or takes it away.
    pub async fn set_network(&self, network: Network) {
        let offline = network == Network::Lost;
        // Milliseconds, and bytes a second.
        let (latency, throughput) = if network == Network::Slow { (400, 60_000) } else { (0, -1) };
        self.devtools("Network.enable", json!({})).await;
        self.devtools("Network.setCacheDisabled", json!({ "cacheDisabled": network == Network::Slow })).await;
        let conditions = json!({
            "offline": offline, "latency": latency,
            "downloadThroughput": throughput, "uploadThroughput": throughput,
        });
        self.devtools("Network.emulateNetworkConditions", conditions).await;
    }

    /// Puts the computer to sleep for so long. Its clock goes on, the browser's stopwatch does not.
    ///
    /// Seen from the page that is what setting the clock is.
    pub async fn sleep_for(&self, duration: SignedDuration) {
        self.wind(duration, SignedDuration::ZERO).await;
    }

    /// Sets the computer's clock forward, or back.
    pub async fn set_clock_by(&self, change: SignedDuration) {
        self.wind(change, SignedDuration::ZERO).await;
    }

    /// Lets time pass for the browser.
    pub async fn wait(&self, duration: SignedDuration) {
        self.wind(duration, duration).await;
    }

    async fn wind(&self, clock: SignedDuration, stopwatch: SignedDuration) {
        let by = [clock, stopwatch].map(|by| json!(i64::try_from(by.as_millis()).expect("tests are short")));
        let wound = self.client.execute(include_str!("outside.js"), by.into()).await;
        wound.expect("the script only changes two functions");
    }

    /// Listens to the page from now on, until another is gone to.
    pub async fn listen(&self) {
        self.run(include_str!("witness.js")).await;
    }

    /// Waits until the countdown shows a number of seconds within `left`.
    pub async fn shows_left(&self, left: RangeInclusive<i64>) {
        let shown = async || self.run("return document.querySelector('[role=timer]')?.textContent").await;
        let is_near = |text: &str| seconds(text).is_some_and(|seconds| left.contains(&seconds));
        let near = self.eventually(async || is_near(shown().await.as_str()?).then_some(()));
        assert!(near.await.is_some(), "not {left:?} s are left but {}", shown().await);
    }

    /// Waits until a screen reader was told something with these words in it.
    pub async fn hears(&self, words: &str) {
        let told = self.eventually(async || (self.heard().await.times(words) > 0).then_some(()));
        assert!(told.await.is_some(), "nobody was told “{words}”, only {:?}", self.heard().await.told);
    }

    /// What was heard and seen since.
    pub async fn heard(&self) -> Heard {
        let heard = self.run("return window.postern_witness").await;
        serde_json::from_value(heard).expect("somebody listens")
    }
}

impl Heard {
    /// How often somebody was told something with these words in it.
    pub fn times(&self, words: &str) -> usize {
        self.told.iter().filter(|told| told.contains(words)).count()
    }

    /// What the countdowns showed, in seconds; nothing where they did not know.
    pub fn seconds(&self) -> Vec<Option<i64>> {
        self.left.iter().map(|left| seconds(left)).collect()
    }
}

fn seconds(left: &str) -> Option<i64> {
    left.split(':').try_fold(0, |sum, part| Some(sum * 60 + part.parse::<i64>().ok()?))
}
