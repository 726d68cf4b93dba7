//! How all machines stand with just-in-time access.

use shared::jit_list::JitPage;

use super::{ApiError, get};
use crate::page::JitWanted;

/// At most `limit` machines of a tab from `offset` on; with what the filters can be set to, if
/// `facets` says so.
pub async fn list(
    wanted: &JitWanted,
    offset: usize,
    limit: usize,
    facets: bool,
) -> Result<JitPage, ApiError> {
    let facets = if facets { "" } else { "&facets=no" };
    get(format!("/api/jit?offset={offset}&limit={limit}{facets}&{}", wanted.query())).await
}

/// Where all of them are handed out as a file for spreadsheets.
pub fn sheet(wanted: &JitWanted) -> String {
    format!("/api/jit.csv?{}", wanted.query())
}
