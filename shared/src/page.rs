//! Lists that come in pages.

use serde::{Deserialize, Serialize};

/// A page of a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Page<T> {
    /// The entries, in order.
    pub items: Vec<T>,
    /// What to pass as `cursor` to go on; `None` on the last page.
    pub next: Option<String>,
}

impl<T> Page<T> {
    /// The first `limit` of the entries, of which there is one more if the list goes on; `cursor` says
    /// how to go on after an entry.
    pub fn first(mut items: Vec<T>, limit: usize, cursor: impl FnOnce(&T) -> String) -> Self {
        let goes_on = items.len() > limit;
        items.truncate(limit);
        let next = items.last().filter(|_| goes_on).map(cursor);
        Self { items, next }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_goes_on_after_the_last_entry_of_a_page_that_is_not_all_of_it() {
        let page = |items: &[i32], limit| Page::first(items.to_vec(), limit, ToString::to_string);
        assert_eq!(page(&[3, 2, 1], 2), Page { items: vec![3, 2], next: Some("2".to_owned()) });
        assert_eq!(page(&[3, 2], 2), Page { items: vec![3, 2], next: None });
        assert_eq!(page(&[], 2), Page { items: vec![], next: None });
    }
}
