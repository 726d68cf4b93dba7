//! Requests, looked back at.

mod csv;

use axum::Json;
use axum::body::Body;
use axum::extract::State;
use serde::Deserialize;
use shared::access::{AccessRequest, RequestId, Status};
use shared::history::{OutsideRequests, Timeline};
use shared::page::Page;
use utoipa::IntoParams;

use super::answer::{self, Saved};
use super::extract::{Named, Params, VmPath, maybe, moment, page_size, wrong_field};
use crate::error::ApiError;
use crate::jit::{Caller, Jit};
use crate::limits::Limits;
use crate::session::{CurrentUser, PersonKey, Sessions};
use crate::store::Search;

/// Which requests are wanted.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
pub struct SearchQuery {
    /// `false` for those of others, too, on machines whose audit trail the caller may read.
    mine: Option<bool>,
    /// Only those for this machine: its ARM resource id, or a part of its name.
    vm: Option<String>,
    /// Only those in which somebody with this in their name asked, was asked for, or prepared it.
    person: Option<String>,
    /// Only those that stand at one of these: `requesting`, `opening`, `open`, `closing`, `refused`,
    /// `failed`, `ended`, separated by commas.
    status: String,
    /// Only those made since.
    #[param(value_type = Option<String>, format = DateTime)]
    since: Option<String>,
    /// Only those made before.
    #[param(value_type = Option<String>, format = DateTime)]
    until: Option<String>,
    /// Only those that are not over.
    open: bool,
    /// Where to go on: `next` of the page before.
    cursor: Option<String>,
    /// How many requests at most; 1 to 200.
    #[param(value_type = Option<usize>)]
    limit: Option<String>,
}

/// Lists the caller's requests, and if they want those that they may audit, newest first. A page may
/// be shorter than its limit although there is a next one.
#[utoipa::path(
    get, path = "/api/access-requests", tag = "Access requests", operation_id = "listAccessRequests", params(SearchQuery),
    responses(
        (status = 200, body = Page<AccessRequest>),
        ApiError,
    )
)]
pub async fn list(
    user: CurrentUser,
    State(jit): State<Jit>,
    Params(query): Params<SearchQuery>,
) -> Result<Json<Page<AccessRequest>>, ApiError> {
    let limit = page_size(query.limit.as_deref())?;
    let search = query.search(&user.key)?;
    if let Some(last) = search.before
        && !jit.is_on_record(last).await?
    {
        return Err(wrong_field("cursor", "this is no “next” of a page of this list"));
    }
    Ok(Json(jit.history(&user, search, limit).await?))
}

/// The same as a table for spreadsheets, all of it: `cursor` and `limit` count for nothing. One person
/// gets one at a time, and it breaks off when the session is over.
#[utoipa::path(
    get, path = "/api/access-requests.csv", tag = "Access requests", operation_id = "exportAccessRequests", params(SearchQuery),
    responses(
        (status = 200, body = String, content_type = "text/csv"),
        ApiError,
    )
)]
pub async fn export(
    user: CurrentUser,
    State(jit): State<Jit>,
    State(sessions): State<Sessions>,
    State(limits): State<Limits>,
    Params(query): Params<SearchQuery>,
) -> Result<Saved<Body>, ApiError> {
    let search = Search { before: None, ..query.search(&user.key)? };
    let writing = limits.table_for(&user.key)?;
    let lines = Body::from_stream(csv::table(jit, &sessions, &user, search, writing));
    Ok(answer::table("access-requests.csv", lines))
}

/// Tells what happened to a request from its beginning to its end, with the rules of the network
/// before, while and after it was open.
#[utoipa::path(
    get, path = "/api/access-requests/{id}/timeline", tag = "Access requests", operation_id = "showTimeline",
    params(("id" = uuid::Uuid, Path)),
    responses(
        (status = 200, body = Timeline),
        ApiError,
    )
)]
pub async fn timeline(
    user: CurrentUser,
    State(jit): State<Jit>,
    Named(id): Named<RequestId>,
) -> Result<Json<Timeline>, ApiError> {
    Ok(Json(jit.timeline(&user, id).await?))
}

/// Lists what Azure remembers of requests for a machine that were made past Postern, for those who
/// may read its audit trail.
#[utoipa::path(
    get, path = "/api/vms/{subscription}/{group}/{name}/outside-requests", tag = "Access requests",
    operation_id = "listOutsideRequests", params(VmPath),
    responses(
        (status = 200, body = OutsideRequests),
        ApiError,
    )
)]
pub async fn outside(
    caller: Caller,
    State(jit): State<Jit>,
    VmPath(vm): VmPath,
) -> Result<Json<OutsideRequests>, ApiError> {
    Ok(Json(jit.outside_requests(&caller, &vm).await?))
}

impl SearchQuery {
    fn search(&self, own: &PersonKey) -> Result<Search, ApiError> {
        let vm = self.vm.as_deref().filter(|vm| !vm.is_empty());
        let is_id = |vm: &&str| vm.starts_with('/');
        let mut states = Vec::new();
        for name in self.status.split(',').filter(|name| !name.is_empty()) {
            if !Status::NAMES.contains(&name) {
                return Err(wrong_field(
                    "status",
                    &format!("“{name}” is none of {}", Status::NAMES.join(", ")),
                ));
            }
            states.push(name.to_owned());
        }
        if self.open {
            states.retain(|name| Status::UNFINISHED.contains(&name.as_str()));
            if states.is_empty() {
                states = Status::UNFINISHED.map(str::to_owned).to_vec();
            }
        }
        Ok(Search {
            requester: (self.mine != Some(false)).then(|| own.clone()),
            vm: maybe("vm", vm.filter(is_id))?,
            vm_named: vm.filter(|vm| !is_id(vm)).map(str::to_owned),
            person: self.person.clone().filter(|person| !person.is_empty()),
            states,
            since: moment("since", self.since.as_deref())?,
            until: moment("until", self.until.as_deref())?,
            before: maybe::<RequestId>("cursor", self.cursor.as_deref())?,
        })
    }
}
