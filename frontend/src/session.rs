//! Who is signed in, and what time it is at the server.

use jiff::{SignedDuration, Timestamp};
use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::session::Session;
use std::time::Duration;

use crate::{api, browser};

/// Seconds do not follow each other by more than this while a page is looked at; browsers let those
/// that nobody looks at wait for up to a minute.
const JUMP: SignedDuration = SignedDuration::from_secs(90);

/// Who is signed in. Only pages below the shell may ask.
pub fn use_session() -> Session {
    expect_context()
}

/// The server's time, as well as the browser can know it.
///
/// Everything that is counted down is counted by this: the browser's own clock may be wrong.
#[derive(Clone, Copy)]
pub struct ServerClock {
    offset: RwSignal<SignedDuration>,
    second: RwSignal<Timestamp>,
}

impl ServerClock {
    /// A clock that trusts the browser until it learns better. Ticks for as long as its owner lives.
    pub fn start() -> Self {
        let clock =
            Self { offset: RwSignal::new(SignedDuration::ZERO), second: RwSignal::new(browser::now()) };
        let tick = move || {
            let before = clock.second.get_untracked();
            clock.second.set(browser::now());
            // The computer slept, or somebody set its clock.
            if browser::now().duration_since(before).abs() > JUMP {
                clock.measure();
            }
        };
        if let Ok(ticking) = set_interval_with_handle(tick, Duration::from_secs(1)) {
            on_cleanup(move || ticking.clear());
        }
        clock
    }

    /// Asks the server what time it is.
    fn measure(self) {
        spawn_local(async move {
            // Without an answer, whatever is asked next brings the time along.
            if let Ok(session) = api::session::show().await {
                self.learn(session.now);
            }
        });
    }

    /// Takes the server's word for what time it is at this moment.
    pub fn learn(self, now: Timestamp) {
        self.offset.set(now.duration_since(browser::now()));
        self.second.set(browser::now());
    }

    /// What time it is. Not reactive.
    pub fn now(self) -> Timestamp {
        browser::now().saturating_add(self.offset.get_untracked()).unwrap_or(Timestamp::MAX)
    }

    /// What time it is, every second anew.
    pub fn tick(self) -> Signal<Timestamp> {
        Signal::derive(move || self.second.get().saturating_add(self.offset.get()).unwrap_or(Timestamp::MAX))
    }
}

/// The clock that all pages go by.
pub fn use_server_clock() -> ServerClock {
    expect_context()
}
