//! Time running out.

use jiff::{SignedDuration, Timestamp};
use leptos::prelude::*;

use super::announcer::use_announcer;
use crate::format;
use crate::session::use_server_clock;
use crate::view::{Element, el};

/// The minutes before the end at which a screen reader is told.
const WARNINGS: [i64; 3] = [10, 5, 1];

/// What stands for how long is left while the time is not known.
const UNKNOWN: &str = "unknown time";

/// How long is left until `until`, by the server's time. `what` ends then, such as `Access to web-01`.
pub fn countdown(until: Timestamp, what: String) -> Element {
    let clock = use_server_clock();
    let tick = clock.tick();
    let announcer = use_announcer();
    let left = move || SignedDuration::from_secs(until.duration_since(tick.get()).as_secs());
    Effect::new(move |before: Option<SignedDuration>| {
        let now = left();
        if before.is_some_and(|before| warns(before, now)) {
            announcer.say(format!("{what} ends in {}.", format::left(now)));
        }
        now
    });
    el("span")
        .class("countdown")
        .attr("role", "timer")
        .attr("aria-live", "off")
        .child(move || if clock.is_sure() { format::countdown(left()) } else { UNKNOWN.to_owned() })
}

/// Whether a screen reader is told at this step of the countdown.
fn warns(before: SignedDuration, now: SignedDuration) -> bool {
    let passed =
        |minutes| before > SignedDuration::from_mins(minutes) && now <= SignedDuration::from_mins(minutes);
    now > SignedDuration::ZERO && WARNINGS.into_iter().any(passed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_warning_is_said_once_and_not_after_the_end() {
        let warned = |before, now| warns(SignedDuration::from_secs(before), SignedDuration::from_secs(now));
        assert!(warned(301, 300));
        assert!(!warned(300, 299));
        // A computer that slept passes all of them at once.
        assert!(warned(3000, 20));
        assert!(!warned(3000, -5));
    }
}
