//! What of the requests is loaded.

use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::access::AccessRequest;

use crate::api::{self, ApiError};
use crate::page::Past;

/// The requests as far as they are loaded.
#[derive(Clone, Copy)]
pub struct PastList {
    past: Memo<Past>,
    items: RwSignal<Option<Vec<AccessRequest>>>,
    next: RwSignal<Option<String>>,
    failure: RwSignal<Option<ApiError>>,
    /// Whether something is on its way.
    pub busy: RwSignal<bool>,
    /// Counts what was asked for, so that an answer which was overtaken is known as such.
    asked: StoredValue<u32>,
}

/// What there is to show.
pub enum Face {
    /// Nothing yet.
    Waiting,
    /// Nothing, and why.
    Failed(ApiError),
    /// The requests; while others are under way, those from before.
    Loaded,
}

impl PastList {
    /// The requests that `past` looks back at, loaded anew whenever that changes.
    pub fn of(past: Memo<Past>) -> Self {
        let list = Self {
            past,
            items: RwSignal::new(None),
            next: RwSignal::new(None),
            failure: RwSignal::new(None),
            busy: RwSignal::new(false),
            asked: StoredValue::new(0),
        };
        Effect::new(move |_| {
            // Read, and not only tracked: a memo that nobody reads follows nothing.
            past.with(|_| ());
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
        let next = self.next.get_untracked();
        if next.is_some() && !self.busy.get_untracked() {
            self.ask(next);
        }
    }

    fn ask(self, cursor: Option<String>) {
        let number = self.asked.with_value(|asked| asked + 1);
        self.asked.set_value(number);
        self.busy.set(true);
        let past = self.past.get_untracked();
        spawn_local(async move {
            let answer = api::history::list(&past, cursor.as_deref()).await;
            // The page may be gone by now, or have asked for something else.
            if self.asked.try_get_value() != Some(number) {
                return;
            }
            match answer {
                Ok(page) => {
                    let before = if cursor.is_some() { self.items.get_untracked() } else { None };
                    let mut items = before.unwrap_or_default();
                    items.extend(page.items);
                    self.failure.set(None);
                    self.next.set(page.next);
                    self.items.set(Some(items));
                }
                Err(error) => self.failure.set(Some(error)),
            }
            self.busy.set(false);
        });
    }

    /// What there is to show.
    pub fn face(self) -> Face {
        match (self.items.with(Option::is_some), self.failure.get()) {
            (true, _) => Face::Loaded,
            (false, Some(error)) => Face::Failed(error),
            (false, None) => Face::Waiting,
        }
    }

    /// Why what is there could not be brought up to date.
    pub fn failure(self) -> Option<ApiError> {
        self.failure.get()
    }

    /// The requests.
    pub fn items(self) -> Vec<AccessRequest> {
        self.items.get().unwrap_or_default()
    }

    /// Whether there are more than those loaded.
    pub fn has_more(self) -> bool {
        self.next.with(Option::is_some)
    }
}
