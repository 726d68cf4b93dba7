//! What of the machines is loaded.

use jiff::Timestamp;
use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::compliance::{ComplianceFacets, CompliancePage};

use crate::api;
use crate::loading::{Face, Loading};
use crate::page::Complying;

/// How many machines are asked for at a time.
const AT_ONCE: usize = 100;

/// The machines, as far as they are loaded.
#[derive(Clone, Copy)]
pub struct ComplianceList {
    complying: Memo<Complying>,
    /// All pages that were loaded, as one.
    page: RwSignal<Option<CompliancePage>>,
    /// What is on its way.
    pub loading: Loading,
}

impl ComplianceList {
    /// What `complying` looks at, loaded anew whenever that changes.
    pub fn of(complying: Memo<Complying>) -> Self {
        let list = Self { complying, page: RwSignal::new(None), loading: Loading::new() };
        Effect::new(move |_| {
            // Read, and not only tracked: a memo that nobody reads follows nothing.
            complying.with(|_| ());
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

    fn ask(self, before: Option<CompliancePage>) {
        let number = self.loading.begin();
        let complying = self.complying.get_untracked();
        spawn_local(async move {
            let cursor = before.as_ref().and_then(|page| page.next.as_deref());
            let answer = api::compliance::list(&complying, AT_ONCE, cursor).await;
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

    /// Something of what is there.
    pub fn about<T: Default>(self, of: impl FnOnce(&CompliancePage) -> T) -> T {
        self.page.with(|page| page.as_ref().map(of).unwrap_or_default())
    }

    /// All of it.
    pub fn page(self) -> Option<CompliancePage> {
        self.page.get()
    }

    /// When Azure Policy was asked.
    pub fn as_of(self) -> Option<Timestamp> {
        self.about(|page| Some(page.as_of))
    }

    /// What the filters can be set to.
    pub fn facets<T>(self, of: impl FnOnce(&ComplianceFacets) -> T) -> T {
        let none = ComplianceFacets::default();
        self.page.with(|page| of(page.as_ref().and_then(|page| page.facets.as_ref()).unwrap_or(&none)))
    }
}

/// A page behind those before. A group that goes on is told once.
fn joined(before: Option<CompliancePage>, mut page: CompliancePage) -> CompliancePage {
    let Some(before) = before else { return page };
    let (mut items, mut groups) = (before.items, before.groups);
    items.append(&mut page.items);
    for group in page.groups {
        let is_known = |known: &shared::compliance::ComplianceGroup| {
            known.name == group.name && known.subscription_name == group.subscription_name
        };
        if !groups.iter().any(is_known) {
            groups.push(group);
        }
    }
    let facets = page.facets.take().or(before.facets);
    CompliancePage { items, groups, facets, ..page }
}
