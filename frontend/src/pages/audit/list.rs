//! What of it is loaded.

use shared::activity::ActivityPage;

use crate::api::{self, ApiError};
use crate::loading::{Paged, PagedList};
use crate::page::Past;

/// What was done, as far as it is loaded.
pub type ActivityList = PagedList<ActivityPage>;

impl Paged for ActivityPage {
    type Wanted = Past;

    async fn ask(past: Past, cursor: Option<String>) -> Result<Self, ApiError> {
        api::activity::list(&past, cursor.as_deref()).await
    }

    fn next(&self) -> Option<&str> {
        self.next.as_deref()
    }

    /// What could not be read for one of the pages is missing in all.
    fn behind(mut self, before: Self) -> Self {
        let mut items = before.items;
        items.append(&mut self.items);
        let known = |id| self.unreadable.iter().any(|unreadable| unreadable.id == id);
        let told =
            before.unreadable.into_iter().filter(|unreadable| !known(unreadable.id)).collect::<Vec<_>>();
        self.unreadable.extend(told);
        Self { items, ..self }
    }
}
