//! What was done about just-in-time access.

use shared::activity::ActivityPage;

use super::history::conditions;
use super::{ApiError, get};
use crate::page::{Past, escaped};

/// A page of what is looked for; `cursor` is the `next` of the page before.
pub async fn list(past: &Past, cursor: Option<&str>) -> Result<ActivityPage, ApiError> {
    let cursor = cursor.map(|cursor| format!("&cursor={}", escaped(cursor))).unwrap_or_default();
    get(format!("/api/activity?limit=50{}{cursor}", query(past))).await
}

/// Where all of it is as a file; `form` is `csv` or `jsonl`.
pub fn file(past: &Past, form: &str) -> String {
    format!("/api/activity.{form}?limit=50{}", query(past))
}

fn query(past: &Past) -> String {
    conditions(past, &["person", "vm", "status", "operation", "made"])
}
