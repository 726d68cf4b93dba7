//! Requests, looked back at.

use jiff::Timestamp;
use shared::access::{AccessRequest, RequestId};
use shared::history::{OutsideRequests, Timeline};
use shared::moment;
use shared::page::Page;
use shared::resource_id::VmId;

use super::{ApiError, get, vm_url};
use crate::browser;
use crate::page::{Past, escaped};

/// A page of those that are looked back at; `cursor` is the `next` of the page before.
pub async fn list(past: &Past, cursor: Option<&str>) -> Result<Page<AccessRequest>, ApiError> {
    let cursor = cursor.map(|cursor| format!("&cursor={}", escaped(cursor))).unwrap_or_default();
    get(format!("/api/access-requests?{}{cursor}", query(past))).await
}

/// Where all of them are as a table for spreadsheets.
pub fn csv(past: &Past) -> String {
    format!("/api/access-requests.csv?{}", query(past))
}

/// One from its beginning to its end.
pub async fn timeline(id: RequestId) -> Result<Timeline, ApiError> {
    get(format!("/api/access-requests/{id}/timeline")).await
}

/// What Azure remembers of requests for a machine that were made past Postern.
pub async fn outside(vm: &VmId) -> Result<OutsideRequests, ApiError> {
    get(format!("{}/outside-requests", vm_url(vm))).await
}

fn query(past: &Past) -> String {
    format!("mine={}{}", !past.value("mine").is_empty(), conditions(past, &["person", "vm", "status"]))
}

/// The conditions of these names, and those on the time, as the service takes them.
pub(super) fn conditions(past: &Past, names: &[&'static str]) -> String {
    let names = names.iter().filter(|key| !past.value(key).is_empty());
    let names = names.map(|key| format!("&{key}={}", escaped(past.value(key))));
    // Days are those of whoever looks, and the last one counts.
    let (since, until) = days(past);
    let days = [("since", since), ("until", until)].into_iter();
    let days = days.filter_map(|(name, midnight)| Some(format!("&{name}={}", moment::text(midnight?))));
    names.chain(days).collect()
}

/// The first moment that `past` is about, and the first after it, where it says so.
pub fn days(past: &Past) -> (Option<Timestamp>, Option<Timestamp>) {
    (browser::midnight(past.value("from"), 0), browser::midnight(past.value("to"), 1))
}
