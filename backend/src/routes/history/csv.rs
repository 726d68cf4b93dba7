//! Requests as a table for spreadsheets, a page at a time.

use std::io;

use bytes::Bytes;
use futures_util::{Stream, StreamExt, stream};
use shared::access::{AccessRequest, Ending, Status};

use super::super::answer;
use crate::jit::Jit;
use crate::limits::Watching;
use crate::session::{CurrentUser, Sessions};
use crate::store::Search;

/// What the columns are called.
const COLUMNS: [&str; 18] = [
    "requested_at",
    "name",
    "username",
    "requested_for",
    "prepared_by",
    "vm",
    "resource_group",
    "subscription",
    "ports",
    "source",
    "opened_at",
    "ends_at",
    "status",
    "how",
    "reason",
    "rule",
    "correlation_id",
    "id",
];

/// How many requests a piece of the table has.
const AT_ONCE: usize = 200;

/// The table of all requests that are looked for, in pieces. It breaks off, as something unfinished,
/// where the store does, and when the session is over.
pub fn table(
    jit: Jit,
    sessions: &Sessions,
    user: &CurrentUser,
    search: Search,
    writing: Watching,
) -> impl Stream<Item = Result<Bytes, io::Error>> + Send + use<> {
    answer::in_pieces(sessions, user, pieces(jit, user.clone(), search).boxed(), writing)
}

fn pieces(
    jit: Jit,
    user: CurrentUser,
    search: Search,
) -> impl Stream<Item = Result<Bytes, io::Error>> + Send + 'static {
    let heads = stream::once(async { answer::table_lines([COLUMNS.map(str::to_owned)]) });
    let pages = stream::try_unfold(Some(search), move |search| {
        let (jit, user) = (jit.clone(), user.clone());
        async move {
            let Some(search) = search else { return Ok(None) };
            let page = jit.history(&user, search.clone(), AT_ONCE).await.map_err(io::Error::other)?;
            let piece = answer::table_lines(page.items.iter().map(cells))?;
            // A cursor of ours is one.
            let before = page.next.and_then(|next| next.parse().ok());
            let next = before.map(|before| Search { before: Some(before), ..search });
            Ok(Some((piece, next)))
        }
    });
    heads.chain(pages)
}

fn cells(request: &AccessRequest) -> [String; COLUMNS.len()] {
    let AccessRequest { vm, requested_by, .. } = request;
    let ports: Vec<String> = request.ports.iter().map(ToString::to_string).collect();
    [
        request.requested_at.to_string(),
        requested_by.name.clone(),
        requested_by.username.clone(),
        request.requested_for.as_ref().map_or_else(String::new, |person| person.as_str().to_owned()),
        request.handed_over.as_ref().map_or_else(String::new, |by| by.by.username.clone()),
        vm.name().to_string(),
        vm.resource_group().to_string(),
        vm.subscription().to_string(),
        ports.join("; "),
        request.source.to_string(),
        request.opened_at.map_or_else(String::new, |at| at.to_string()),
        request.over_at().to_string(),
        request.status.name().to_owned(),
        how(&request.status),
        request.reason.as_ref().map_or_else(String::new, |reason| reason.as_str().to_owned()),
        request.rule.clone(),
        request.correlation_id.clone().unwrap_or_default(),
        request.id.to_string(),
    ]
}

fn how(status: &Status) -> String {
    match status {
        Status::Refused { reason, .. } | Status::Failed { reason, .. } => reason.clone(),
        Status::Ended { how: Ending::Expired, .. } => "expired".to_owned(),
        Status::Ended { how: Ending::Replaced, .. } => "replaced".to_owned(),
        Status::Ended { how: Ending::Extended, .. } => "extended".to_owned(),
        Status::Ended { how: Ending::Closed, .. } => "closed early".to_owned(),
        Status::Ended { how: Ending::Withdrawn, .. } => "withdrawn".to_owned(),
        Status::Requesting | Status::Opening { .. } | Status::Open { .. } | Status::Closing { .. } => {
            String::new()
        }
    }
}
