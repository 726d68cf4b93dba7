//! Lists that the service keeps at hand, and that are asked for again while somebody looks at them.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use leptos::prelude::*;

use crate::browser;
use crate::session::use_server_clock;

/// From which age on a list is asked for again. The service lets one grow a minute old.
const OLD: SignedDuration = SignedDuration::from_secs(75);

/// How often its age is looked at.
const GLANCE: Duration = Duration::from_secs(5);

/// Asks again for what has grown old while it is looked at; the service reads the machines anew when
/// it is asked for an old list. `as_of` is how old the list is that is there, and nothing as long as
/// none is or another is under way.
pub fn stay_fresh(as_of: impl Fn() -> Option<Timestamp> + 'static, ask: impl Fn() + 'static) {
    let clock = use_server_clock();
    // The list that was found old last, and how often.
    let found_old = StoredValue::new((None, 0_u32));
    let glance = move || {
        let as_of = untrack(&as_of);
        let is_old = as_of.is_some_and(|as_of| clock.now().duration_since(as_of) > OLD);
        if is_old && browser::is_looked_at() {
            let (known, times) = found_old.get_value();
            let times = if known == as_of { times + 1 } else { 1 };
            found_old.set_value((as_of, times));
            if is_worth_asking(times) {
                ask();
            }
        }
    };
    let glance = StoredValue::new_local(glance);
    let glance = move || glance.with_value(|glance| glance());
    let ticking = set_interval_with_handle(glance, GLANCE);
    let shown = window_event_listener_untyped("visibilitychange", move |_| glance());
    on_cleanup(move || {
        shown.remove();
        if let Ok(ticking) = ticking {
            ticking.clear();
        }
    });
}

/// Whether to ask again for a list that was found old so many times in a row: at first, when the
/// service is about to have a newer one, and later, where it lets lists grow older, once a minute.
fn is_worth_asking(times: u32) -> bool {
    times <= 3 || times.is_multiple_of(12)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_that_stays_old_is_asked_for_less_and_less() {
        let asked: Vec<u32> = (1..=36).filter(|times| is_worth_asking(*times)).collect();
        assert_eq!(asked, [1, 2, 3, 12, 24, 36]);
    }
}
