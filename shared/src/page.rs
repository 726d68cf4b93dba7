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
