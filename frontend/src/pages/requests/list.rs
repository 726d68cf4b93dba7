//! What of the requests is loaded.

use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::access::AccessRequest;

use crate::api;
use crate::loading::{Face, Loading};
use crate::page::Past;

/// The requests as far as they are loaded.
#[derive(Clone, Copy)]
pub struct PastList {
    past: Memo<Past>,
    items: RwSignal<Option<Vec<AccessRequest>>>,
    next: RwSignal<Option<String>>,
    /// What is on its way.
    pub loading: Loading,
}

impl PastList {
    /// The requests that `past` looks back at, loaded anew whenever that changes.
    pub fn of(past: Memo<Past>) -> Self {
        let list =
            Self { past, items: RwSignal::new(None), next: RwSignal::new(None), loading: Loading::new() };
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
        if next.is_some() && !self.loading.busy.get_untracked() {
            self.ask(next);
        }
    }

    fn ask(self, cursor: Option<String>) {
        let number = self.loading.begin();
        let past = self.past.get_untracked();
        spawn_local(async move {
            let answer = api::history::list(&past, cursor.as_deref()).await;
            if !self.loading.is_waited_for(number) {
                return;
            }
            let failure = match answer {
                Ok(page) => {
                    let before = if cursor.is_some() { self.items.get_untracked() } else { None };
                    let mut items = before.unwrap_or_default();
                    items.extend(page.items);
                    self.next.set(page.next);
                    self.items.set(Some(items));
                    None
                }
                Err(error) => Some(error),
            };
            self.loading.end(failure);
        });
    }

    /// What there is to show.
    pub fn face(self) -> Face {
        self.loading.face(self.items.with(Option::is_some))
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
