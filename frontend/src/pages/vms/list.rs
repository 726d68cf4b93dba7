//! What of the list is loaded.

use jiff::Timestamp;
use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::vm::{Facets, UnreadableSubscription, Vm, VmPage};

use crate::api::{self, ApiError};
use crate::components::fresh::stay_fresh;
use crate::loading::{Face, Loading};
use crate::page::Wanted;

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
        // What was added to it with "Load more" is not taken away.
        let as_of = move || list.as_of().filter(|_| list.loading.is_idle() && !list.goes_on.get_value());
        stay_fresh(as_of, move || list.load());
        list
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
