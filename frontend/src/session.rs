//! Who is signed in, and what time it is at the server.

use jiff::{SignedDuration, Timestamp};
use leptos::prelude::*;
use shared::session::Session;
use std::time::Duration;

use crate::{browser, format};

/// How far the browser's clock may get from its stopwatch until neither is believed.
const SLIP: SignedDuration = SignedDuration::from_secs(2);

const SECOND: SignedDuration = SignedDuration::from_secs(1);

/// How many seconds pass until the server is asked for the time once more.
const AGAIN: i64 = 5;

/// Who is signed in. Only pages below the shell may ask.
pub fn use_session() -> Session {
    expect_context()
}

/// The server's time, as well as the browser can know it.
///
/// Everything that is counted down is counted by this: the browser's own clock may be wrong. From
/// when the computer slept, or its clock was set, it stands still until the server was asked.
#[derive(Clone, Copy)]
pub struct ServerClock {
    offset: RwSignal<SignedDuration>,
    second: RwSignal<Timestamp>,
    heard: RwSignal<Timestamp>,
    /// How far the browser's clock was ahead of its stopwatch when the server was asked.
    ahead: RwSignal<SignedDuration>,
    /// For how long the time has not been known, in whole seconds.
    doubt: RwSignal<SignedDuration>,
}

impl ServerClock {
    /// A clock that trusts the browser until it learns better. Ticks for as long as its owner lives.
    pub fn start() -> Self {
        let clock = Self {
            offset: RwSignal::new(SignedDuration::ZERO),
            second: RwSignal::new(browser::now()),
            heard: RwSignal::new(browser::now()),
            ahead: RwSignal::new(browser::clock_ahead()),
            doubt: RwSignal::new(SignedDuration::ZERO),
        };
        let tick = move || clock.tick_once();
        if let Ok(ticking) = set_interval_with_handle(tick, Duration::from_secs(1)) {
            on_cleanup(move || ticking.clear());
        }
        clock
    }

    fn tick_once(self) {
        let doubt = self.doubt.get_untracked();
        if doubt.is_zero() && !self.slipped() {
            return self.second.set(browser::now());
        }
        if doubt.as_secs() % AGAIN == 0 {
            self.ahead.set(browser::clock_ahead());
        }
        self.doubt.set(doubt + SECOND);
    }

    /// Has `ask` ask the server, who is then [told](Self::told), as long as the time is not known.
    pub fn when_in_doubt(self, ask: impl Fn() + 'static) {
        Effect::new(move |_| {
            if self.doubt.get().as_secs() % AGAIN == 1 {
                ask();
            }
        });
    }

    /// Whether the browser's clock and its stopwatch did not go on alike.
    fn slipped(self) -> bool {
        (browser::clock_ahead() - self.ahead.get_untracked()).abs() > SLIP
    }

    /// Takes the server's word for what time it is, which it said on its own. While the time is not
    /// known, that may have been before the computer slept.
    pub fn learn(self, now: Timestamp) {
        if self.doubt.get_untracked().is_zero() {
            self.told(now);
        }
    }

    /// Takes the server's word for what time it is, as it was asked just now.
    pub fn told(self, now: Timestamp) {
        if self.slipped() {
            return;
        }
        self.offset.set(now.duration_since(browser::now()));
        self.second.set(browser::now());
        self.heard.set(now);
        self.doubt.set(SignedDuration::ZERO);
    }

    /// Notes that the server is heard until this moment.
    pub fn hear(self) {
        self.heard.set(self.now());
    }

    /// Whether it is known what time it is.
    pub fn is_sure(self) -> bool {
        self.doubt.get().is_zero()
    }

    /// How long ago something was heard from the server last, in words.
    pub fn heard(self) -> String {
        if self.is_sure() {
            format::ago(self.second().duration_since(self.heard.get()))
        } else {
            "before this device slept or its clock was set".to_owned()
        }
    }

    /// What time it is. Not reactive.
    pub fn now(self) -> Timestamp {
        let is_sure = self.doubt.get_untracked().is_zero();
        let browsers = if is_sure { browser::now() } else { self.second.get_untracked() };
        browsers.saturating_add(self.offset.get_untracked()).unwrap_or(Timestamp::MAX)
    }

    /// What time it is, every second anew.
    pub fn tick(self) -> Signal<Timestamp> {
        Signal::derive(move || self.second())
    }

    fn second(self) -> Timestamp {
        self.second.get().saturating_add(self.offset.get()).unwrap_or(Timestamp::MAX)
    }
}

/// The clock that all pages go by.
pub fn use_server_clock() -> ServerClock {
    expect_context()
}
