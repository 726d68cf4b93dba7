//! What of the list is loaded.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::vm::{Facets, UnreadableSubscription, Vm, VmPage};

use crate::api::{self, ApiError};
use crate::browser;
use crate::loading::{Face, Loading};
use crate::page::Wanted;
use crate::session::use_server_clock;

/// From which age on a list is asked for again. The service lets one grow a minute old.
const OLD: SignedDuration = SignedDuration::from_secs(75);

/// How often its age is looked at.
const GLANCE: Duration = Duration::from_secs(5);

/// The list as far as it is loaded.
#[derive(Clone, Copy)]
pub struct VmList {
    wanted: Memo<Wanted>,
    /// What was wanted when it was asked for, and what came last: its counts hold for the whole list.
    newest: RwSignal<Option<(Wanted, VmPage)>>,
    items: RwSignal<Vec<Vm>>,
    /// What is on its way.
    pub loading: Loading,
    /// Whether there is more than the first page.
    goes_on: StoredValue<bool>,
}

impl VmList {
    /// The list of what is `wanted`, loaded anew whenever that changes.
    pub fn of(wanted: Memo<Wanted>) -> Self {
        let list = Self {
            wanted,
            newest: RwSignal::new(None),
            items: RwSignal::new(Vec::new()),
            loading: Loading::new(),
            goes_on: StoredValue::new(false),
        };
        Effect::new(move |_| {
            // Read, and not only tracked: a memo that nobody reads follows nothing.
            wanted.with(|_| ());
            list.load();
        });
        list.stay_fresh();
        list
    }

    /// Asks again for what has grown old while it is looked at; the service reads the machines anew
    /// when it is asked for an old list. What was added to it with "Load more" is not taken away.
    fn stay_fresh(self) {
        let clock = use_server_clock();
        // The list that was found old last, and how often.
        let found_old = StoredValue::new((None, 0_u32));
        let glance = move || {
            let as_of = untrack(|| self.as_of());
            let is_old = as_of.is_some_and(|as_of| clock.now().duration_since(as_of) > OLD);
            let is_first_page = !self.goes_on.get_value();
            if is_old && self.loading.is_idle() && is_first_page && browser::is_looked_at() {
                let (known, times) = found_old.get_value();
                let times = if known == as_of { times + 1 } else { 1 };
                found_old.set_value((as_of, times));
                if is_worth_asking(times) {
                    self.load();
                }
            }
        };
        let ticking = set_interval_with_handle(glance, GLANCE);
        let shown = window_event_listener_untyped("visibilitychange", move |_| glance());
        on_cleanup(move || {
            shown.remove();
            if let Ok(ticking) = ticking {
                ticking.clear();
            }
        });
    }

    /// Loads the first page.
    pub fn load(self) {
        self.ask(None);
    }

    /// Loads the page after those that are there.
    pub fn load_more(self) {
        let next = self.page(|page| page.next.clone());
        if next.is_some() && !self.loading.busy.get_untracked() {
            self.ask(next);
        }
    }

    fn ask(self, cursor: Option<String>) {
        let number = self.loading.begin();
        let wanted = self.wanted.get_untracked();
        spawn_local(async move {
            let answer = api::vms::list(&wanted, cursor.as_deref()).await;
            if self.loading.is_waited_for(number) {
                self.take(wanted, answer, cursor.is_some());
            }
        });
    }

    fn take(self, wanted: Wanted, answer: Result<VmPage, ApiError>, goes_on: bool) {
        let failure = match answer {
            Ok(mut page) => {
                let mut items = std::mem::take(&mut page.items);
                self.items.update(|known| {
                    if goes_on {
                        known.append(&mut items);
                    } else {
                        *known = items;
                    }
                });
                self.goes_on.set_value(goes_on);
                self.newest.set(Some((wanted, page)));
                None
            }
            Err(error) => {
                // What is there stays, unless it is not what is wanted now.
                if self
                    .newest
                    .with_untracked(|newest| newest.as_ref().is_some_and(|(shown, _)| *shown != wanted))
                {
                    self.newest.set(None);
                }
                Some(error)
            }
        };
        self.loading.end(failure);
    }

    fn page<T: Default>(self, of: impl FnOnce(&VmPage) -> T) -> T {
        self.newest.with(|newest| newest.as_ref().map(|(_, page)| of(page)).unwrap_or_default())
    }

    /// What there is to show.
    pub fn face(self) -> Face {
        self.loading.face(self.newest.with(Option::is_some))
    }

    /// The machines.
    pub fn items(self) -> Vec<Vm> {
        self.items.get()
    }

    /// How many there are in all.
    pub fn total(self) -> u32 {
        self.page(|page| page.total)
    }

    /// Whether there are more than those loaded.
    pub fn has_more(self) -> bool {
        self.page(|page| page.next.is_some())
    }

    /// How old the service's own list is.
    pub fn as_of(self) -> Option<Timestamp> {
        self.page(|page| Some(page.as_of))
    }

    /// The subscriptions that are missing from it, or not whole.
    pub fn unreadable(self) -> Vec<UnreadableSubscription> {
        self.page(|page| page.unreadable.clone())
    }

    /// What the filters can be set to.
    pub fn facets(self) -> Facets {
        self.page(|page| page.facets.clone())
    }

    /// Whether what is shown leaves machines out.
    pub fn is_choosy(self) -> bool {
        self.newest.with(|newest| newest.as_ref().is_some_and(|(wanted, _)| wanted.is_choosy()))
    }
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
