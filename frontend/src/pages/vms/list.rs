//! What of the list is loaded.

use jiff::Timestamp;
use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::vm::{Facets, UnreadableSubscription, Vm, VmPage};

use crate::api::{self, ApiError};

/// The list as far as it is loaded, for the query in the address bar.
#[derive(Clone, Copy)]
pub struct VmList {
    query: Memo<String>,
    /// What came last: its counts and facets hold for the whole list.
    newest: RwSignal<Option<VmPage>>,
    items: RwSignal<Vec<Vm>>,
    failure: RwSignal<Option<ApiError>>,
    busy: RwSignal<bool>,
    /// Counts what was asked for, so that an answer which was overtaken is known as such.
    asked: StoredValue<u32>,
}

/// What there is to show.
#[derive(Clone, PartialEq, Eq)]
pub enum Face {
    /// Nothing yet.
    Waiting,
    /// Nothing, and why.
    Failed(ApiError),
    /// The list; while another query is under way, that of the query before.
    Loaded,
}

impl VmList {
    /// The list for `query`, loaded anew whenever that changes.
    pub fn of(query: Memo<String>) -> Self {
        let list = Self {
            query,
            newest: RwSignal::new(None),
            items: RwSignal::new(Vec::new()),
            failure: RwSignal::new(None),
            busy: RwSignal::new(false),
            asked: StoredValue::new(0),
        };
        Effect::new(move |_| {
            query.track();
            list.load();
        });
        list
    }

    /// Loads the first page.
    pub fn load(self) {
        self.ask(None);
    }

    /// Loads the page after those that are there.
    pub fn load_more(self) {
        let next = self.newest.with_untracked(|page| page.as_ref().and_then(|page| page.next.clone()));
        if next.is_some() && !self.busy.get_untracked() {
            self.ask(next);
        }
    }

    fn ask(self, cursor: Option<String>) {
        let number = self.asked.with_value(|asked| asked + 1);
        self.asked.set_value(number);
        self.busy.set(true);
        let query = self.query.get_untracked();
        spawn_local(async move {
            let answer = api::vms::list(&query, cursor.as_deref()).await;
            // The page may be gone by now, or have asked for something else.
            if self.asked.try_get_value() == Some(number) {
                self.take(answer, cursor.is_some());
            }
        });
    }

    fn take(self, answer: Result<VmPage, ApiError>, goes_on: bool) {
        self.busy.set(false);
        match answer {
            Ok(mut page) => {
                let mut items = std::mem::take(&mut page.items);
                self.items.update(|known| {
                    if goes_on {
                        known.append(&mut items);
                    } else {
                        *known = items;
                    }
                });
                self.failure.set(None);
                self.newest.set(Some(page));
            }
            Err(error) => self.failure.set(Some(error)),
        }
    }

    /// What there is to show.
    pub fn face(self) -> Face {
        match (self.failure.get(), self.newest.with(Option::is_some)) {
            (Some(error), _) => Face::Failed(error),
            (None, true) => Face::Loaded,
            (None, false) => Face::Waiting,
        }
    }

    /// The machines.
    pub fn items(self) -> Vec<Vm> {
        self.items.get()
    }

    /// How many there are in all.
    pub fn total(self) -> u32 {
        self.newest.with(|page| page.as_ref().map_or(0, |page| page.total))
    }

    /// Whether there are more than those loaded.
    pub fn has_more(self) -> bool {
        self.newest.with(|page| page.as_ref().is_some_and(|page| page.next.is_some()))
    }

    /// How old the service's own list is.
    pub fn as_of(self) -> Option<Timestamp> {
        self.newest.with(|page| page.as_ref().map(|page| page.as_of))
    }

    /// The subscriptions that are missing from it, or not whole.
    pub fn unreadable(self) -> Vec<UnreadableSubscription> {
        self.newest.with(|page| page.as_ref().map(|page| page.unreadable.clone()).unwrap_or_default())
    }

    /// What the filters can be set to.
    pub fn facets(self) -> Facets {
        self.newest.with(|page| page.as_ref().map(|page| page.facets.clone()).unwrap_or_default())
    }

    /// Whether anything is asked for that not every machine fits.
    pub fn is_filtered(self) -> bool {
        self.query.with(|query| {
            query.trim_start_matches('?').split('&').any(|pair| !pair.is_empty() && !pair.ends_with('='))
        })
    }

    /// Whether something is on its way.
    pub fn busy(self) -> bool {
        self.busy.get()
    }
}
