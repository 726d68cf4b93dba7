//! What of the requests is loaded.

use shared::access::AccessRequest;
use shared::page::Page;

use crate::api::{self, ApiError};
use crate::loading::{Paged, PagedList};
use crate::page::Past;

/// The requests as far as they are loaded.
pub type PastList = PagedList<Page<AccessRequest>>;

impl Paged for Page<AccessRequest> {
    type Wanted = Past;

    async fn ask(past: Past, cursor: Option<String>) -> Result<Self, ApiError> {
        api::history::list(&past, cursor.as_deref()).await
    }

    fn next(&self) -> Option<&str> {
        self.next.as_deref()
    }

    fn behind(mut self, before: Self) -> Self {
        let mut items = before.items;
        items.append(&mut self.items);
        Self { items, ..self }
    }
}
