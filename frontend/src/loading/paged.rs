//! A list that comes page by page.

use leptos::prelude::*;
use leptos::task::spawn_local;

use super::{Face, Loading};
use crate::api::ApiError;

/// A page of a list, and the list so far.
pub trait Paged: Clone + Send + Sync + 'static {
    /// What is looked at: the conditions of the list.
    type Wanted: Clone + PartialEq + Send + Sync + 'static;

    /// Asks for the first page, or for the one that `cursor` leads to.
    fn ask(
        wanted: Self::Wanted,
        cursor: Option<String>,
    ) -> impl Future<Output = Result<Self, ApiError>> + 'static;

    /// What leads to the page behind this; `None` on the last one.
    fn next(&self) -> Option<&str>;

    /// This page behind those `before`, as one.
    fn behind(self, before: Self) -> Self;
}

/// A list, as far as it is loaded.
pub struct PagedList<P: Paged> {
    wanted: Memo<P::Wanted>,
    /// All pages that were loaded, as one.
    page: RwSignal<Option<P>>,
    /// What is on its way.
    pub loading: Loading,
}

#[expect(clippy::expl_impl_clone_on_copy, reason = "deriving it would ask that of the page itself")]
impl<P: Paged> Clone for PagedList<P> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<P: Paged> Copy for PagedList<P> {}

impl<P: Paged> PagedList<P> {
    /// What is `wanted`, loaded anew whenever that changes.
    pub fn of(wanted: Memo<P::Wanted>) -> Self {
        let list = Self { wanted, page: RwSignal::new(None), loading: Loading::new() };
        Effect::new(move |_| {
            // Read, and not only tracked: a memo that nobody reads follows nothing.
            wanted.with(|_| ());
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
        let before = self.page.get_untracked().filter(|page| page.next().is_some());
        if before.is_some() && !self.loading.busy.get_untracked() {
            self.ask(before);
        }
    }

    fn ask(self, before: Option<P>) {
        let number = self.loading.begin();
        let cursor = before.as_ref().and_then(|page| page.next().map(ToOwned::to_owned));
        let answer = P::ask(self.wanted.get_untracked(), cursor);
        spawn_local(async move {
            let answer = answer.await;
            if !self.loading.is_waited_for(number) {
                return;
            }
            let taken = answer.map(|page| {
                let all = if let Some(before) = before { page.behind(before) } else { page };
                self.page.set(Some(all));
            });
            self.loading.end(taken.err());
        });
    }

    /// What there is to show.
    pub fn face(self) -> Face {
        self.loading.face(self.page.with(Option::is_some))
    }

    /// Something of what is there; the type's default where nothing is.
    pub fn about<T: Default>(self, of: impl FnOnce(&P) -> T) -> T {
        self.page.with(|page| page.as_ref().map(of).unwrap_or_default())
    }

    /// All of it.
    pub fn page(self) -> Option<P> {
        self.page.get()
    }

    /// Whether there is more of it than what is loaded.
    pub fn has_more(self) -> bool {
        self.page.with(|page| page.as_ref().is_some_and(|page| page.next().is_some()))
    }
}
