//! What of a tab is loaded: the part that is looked at, and what was looked at before.

use jiff::Timestamp;
use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::jit_list::{JitFacets, JitPage, JitRow};

use crate::api::{self, ApiError};
use crate::components::fresh::stay_fresh;
use crate::page::JitWanted;

/// How many rows are asked for at a time.
const AT_ONCE: usize = 100;

/// A tab as far as it is loaded.
#[derive(Clone, Copy)]
pub struct JitList {
    wanted: Memo<JitWanted>,
    newest: RwSignal<Option<Loaded>>,
    failure: RwSignal<Option<ApiError>>,
    /// Whether something is on its way.
    pub busy: RwSignal<bool>,
    /// Counts how often it was begun anew, so that an answer which was overtaken is known as such.
    begun: StoredValue<u32>,
    /// Which parts were asked for.
    asked: StoredValue<Vec<usize>>,
}

/// What came.
struct Loaded {
    /// What was wanted when it was asked for.
    wanted: JitWanted,
    /// The newest answer, without its rows.
    page: JitPage,
    /// The rows by their place in the tab, as far as they are here.
    rows: Vec<Option<JitRow>>,
}

/// What there is to show.
pub enum Face {
    /// Nothing yet.
    Waiting,
    /// Nothing, and why.
    Failed(ApiError),
    /// That there is nothing.
    Empty,
    /// The rows; while others are under way, those before.
    Loaded,
}

impl JitList {
    /// The tab that is `wanted`, loaded anew whenever that changes.
    pub fn of(wanted: Memo<JitWanted>) -> Self {
        let list = Self {
            wanted,
            newest: RwSignal::new(None),
            failure: RwSignal::new(None),
            busy: RwSignal::new(false),
            begun: StoredValue::new(0),
            asked: StoredValue::new(Vec::new()),
        };
        Effect::new(move |_| {
            // Read, and not only tracked: a memo that nobody reads follows nothing.
            wanted.with(|_| ());
            list.load();
        });
        stay_fresh(move || list.as_of().filter(|_| !list.busy.get_untracked()), move || list.load());
        list
    }

    /// Loads the beginning, in place of what is there.
    pub fn load(self) {
        self.begun.update_value(|begun| *begun += 1);
        self.asked.set_value(Vec::new());
        self.ask(0);
    }

    /// The same, if the page is still there.
    pub fn load_if_there(self) {
        if self.begun.try_get_value().is_some() {
            self.load();
        }
    }

    /// Has the rows from `first` to `last` loaded, as far as they are not.
    pub fn need(self, first: usize, last: usize) {
        for part in first / AT_ONCE..=last / AT_ONCE {
            let is_new = self.asked.with_value(|asked| !asked.contains(&part));
            if is_new && part * AT_ONCE < self.total() {
                self.ask(part);
            }
        }
    }

    fn ask(self, part: usize) {
        let begun = self.begun.get_value();
        self.asked.update_value(|asked| asked.push(part));
        self.busy.set(true);
        let wanted = self.wanted.get_untracked();
        let facets = untrack(|| self.facets(|facets| facets.locations.is_empty()));
        spawn_local(async move {
            let answer = api::jit::list(&wanted, part * AT_ONCE, AT_ONCE, facets).await;
            // The page may be gone by now, or have begun anew.
            if self.begun.try_get_value() == Some(begun) {
                self.take(part, wanted, answer);
            }
        });
    }

    fn take(self, part: usize, wanted: JitWanted, answer: Result<JitPage, ApiError>) {
        match answer {
            Ok(page) => {
                self.newest.update(|newest| *newest = Some(Loaded::after(newest.take(), part, wanted, page)));
                self.failure.set(None);
            }
            Err(error) => {
                self.asked.update_value(|asked| asked.retain(|known| *known != part));
                // What is there stays, unless it is not what is wanted now.
                if untrack(|| self.shown()) != wanted {
                    self.newest.set(None);
                }
                self.failure.set(Some(error));
            }
        }
        self.busy.set(false);
    }

    /// What there is to show.
    pub fn face(self) -> Face {
        let total = self.newest.with(|newest| newest.as_ref().map(|loaded| loaded.page.total));
        match (total, self.failure.get()) {
            (None, Some(error)) => Face::Failed(error),
            (None, None) => Face::Waiting,
            (Some(0), _) => Face::Empty,
            (Some(_), _) => Face::Loaded,
        }
    }

    /// Something that came with the newest rows.
    pub fn about<T: Default>(self, of: impl FnOnce(&JitPage) -> T) -> T {
        self.newest.with(|newest| newest.as_ref().map(|loaded| of(&loaded.page)).unwrap_or_default())
    }

    /// Whether there was any answer yet.
    pub fn is_known(self) -> bool {
        self.newest.with(Option::is_some)
    }

    /// Why what is there could not be brought up to date.
    pub fn failure(self) -> Option<ApiError> {
        self.failure.get().filter(|_| self.is_known())
    }

    /// How many machines match.
    pub fn total(self) -> usize {
        usize::try_from(self.about(|page| page.total)).unwrap_or(usize::MAX)
    }

    /// How old the service's own list is.
    pub fn as_of(self) -> Option<Timestamp> {
        self.about(|page| Some(page.as_of))
    }

    /// What the rows that are there were asked for with.
    pub fn shown(self) -> JitWanted {
        self.newest.with(|newest| newest.as_ref().map(|loaded| loaded.wanted.clone()).unwrap_or_default())
    }

    /// What the filters can be set to.
    pub fn facets<T>(self, of: impl FnOnce(&JitFacets) -> T) -> T {
        let none = JitFacets::default();
        self.newest.with(|newest| {
            of(newest.as_ref().and_then(|loaded| loaded.page.facets.as_ref()).unwrap_or(&none))
        })
    }

    /// The rows from `first` on, before `end`; nothing where one is not loaded yet.
    pub fn rows(self, first: usize, end: usize) -> Vec<Option<JitRow>> {
        let row = |loaded: &Loaded, place: usize| loaded.rows.get(place).cloned().flatten();
        self.newest.with(|newest| {
            newest.iter().flat_map(|loaded| (first..end).map(move |place| row(loaded, place))).collect()
        })
    }
}

impl Loaded {
    /// What there is once a part has come. The first part comes in place of everything before, unless
    /// that is as long and was asked for with the same: then the others stay until they come, too.
    fn after(before: Option<Self>, part: usize, wanted: JitWanted, mut page: JitPage) -> Self {
        let is_alike =
            before.as_ref().is_some_and(|before| before.wanted == wanted && before.page.total == page.total);
        let (facets, rows) = before.map(|before| (before.page.facets, before.rows)).unwrap_or_default();
        page.facets = page.facets.or(facets);
        let mut rows = if part == 0 && !is_alike { Vec::new() } else { rows };
        let items = std::mem::take(&mut page.items);
        rows.resize(rows.len().max(part * AT_ONCE + items.len()), None);
        for (place, row) in (part * AT_ONCE..).zip(items) {
            rows[place] = Some(row);
        }
        Self { wanted, page, rows }
    }
}
