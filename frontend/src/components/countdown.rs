//! Time running out.

use jiff::{SignedDuration, Timestamp};
use leptos::prelude::*;

use super::announcer::use_announcer;
use crate::format;
use crate::session::use_server_clock;

/// The minutes before the end at which a screen reader is told.
const WARNINGS: [i64; 3] = [10, 5, 1];

/// How long is left until `until`, by the server's time.
#[component]
pub fn Countdown(
    /// The end.
    until: Timestamp,
) -> impl IntoView {
    let tick = use_server_clock().tick();
    let announcer = use_announcer();
    let left = Memo::new(move |_| SignedDuration::from_secs(until.duration_since(tick.get()).as_secs()));
    Effect::new(move |before: Option<SignedDuration>| {
        let now = left.get();
        let passed = |minutes| {
            before.is_some_and(|before| before > SignedDuration::from_mins(minutes))
                && now <= SignedDuration::from_mins(minutes)
        };
        if let Some(minutes) = WARNINGS.into_iter().find(|minutes| passed(*minutes)) {
            announcer.say(format!("Access ends in {minutes} minutes."));
        }
        now
    });
    view! {
        <span class="countdown" role="timer" aria-live="off">
            {move || format::countdown(left.get())}
        </span>
    }
}
