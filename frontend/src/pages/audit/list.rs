//! What of it is loaded.

use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::activity::ActivityPage;

use crate::api;
use crate::loading::{Face, Loading};
use crate::page::Past;

/// What was done, as far as it is loaded.
#[derive(Clone, Copy)]
pub struct ActivityList {
    past: Memo<Past>,
    /// All pages that were loaded, as one.
    page: RwSignal<Option<ActivityPage>>,
    /// What is on its way.
    pub loading: Loading,
}

impl ActivityList {
    /// What `past` looks back at, loaded anew whenever that changes.
    pub fn of(past: Memo<Past>) -> Self {
        let list = Self { past, page: RwSignal::new(None), loading: Loading::new() };
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
        let before = self.page.get_untracked().filter(|page| page.next.is_some());
        if before.is_some() && !self.loading.busy.get_untracked() {
            self.ask(before);
        }
    }

    fn ask(self, before: Option<ActivityPage>) {
        let number = self.loading.begin();
        let past = self.past.get_untracked();
        spawn_local(async move {
            let cursor = before.as_ref().and_then(|page| page.next.as_deref());
            let answer = api::activity::list(&past, cursor).await;
            if self.loading.is_waited_for(number) {
                let answer = answer.map(|page| self.page.set(Some(joined(before, page))));
                self.loading.end(answer.err());
            }
        });
    }

    /// What there is to show.
    pub fn face(self) -> Face {
        self.loading.face(self.page.with(Option::is_some))
    }

    /// All of it.
    pub fn page(self) -> Option<ActivityPage> {
        self.page.get()
    }
}

/// A page behind those before. What could not be read for one of them is missing in all.
fn joined(before: Option<ActivityPage>, mut page: ActivityPage) -> ActivityPage {
    let Some(before) = before else { return page };
    let mut items = before.items;
    items.append(&mut page.items);
    let known = |id| page.unreadable.iter().any(|unreadable| unreadable.id == id);
    let told = before.unreadable.into_iter().filter(|unreadable| !known(unreadable.id)).collect::<Vec<_>>();
    page.unreadable.extend(told);
    ActivityPage { items, ..page }
}
