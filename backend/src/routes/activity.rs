//! What was done about just-in-time access.

mod export;

use axum::Json;
use axum::body::Body;
use axum::extract::State;
use futures_util::StreamExt;
use serde::Deserialize;
use shared::activity::{ActivityPage, ActivityStatus, Operation};
use utoipa::IntoParams;

use super::answer::{self, Saved};
use super::extract::{Params, maybe, moment, page_size, wrong_field};
use crate::error::ApiError;
use crate::jit::{ActivityFilter, ActivityPlace, Jit};
use crate::limits::Limits;
use crate::session::{CurrentUser, Sessions};
use export::Form;

/// What is wanted of it. Several values are separated by commas.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
pub struct ActivityQuery {
    /// Only what was done to this machine: its ARM resource id, or a part of its name.
    vm: Option<String>,
    /// Only what somebody did, or wanted for somebody, with this in their name.
    person: Option<String>,
    /// `initiate`, `update`, `delete`, `close`, `start`, `link` or `other`.
    operation: String,
    /// `started`, `accepted`, `succeeded`, `failed`, `refused` or `unknown`.
    status: String,
    /// `outside` for what was made outside Postern alone, `postern` for the rest.
    made: String,
    /// Only what was done since.
    #[param(value_type = Option<String>, format = DateTime)]
    since: Option<String>,
    /// Only what was done before.
    #[param(value_type = Option<String>, format = DateTime)]
    until: Option<String>,
    /// Where to go on: `next` of the page before.
    cursor: Option<String>,
    /// How many entries at most; 1 to 200.
    #[param(value_type = Option<usize>)]
    limit: Option<String>,
}

/// Lists what was done about just-in-time access on machines whose audit trail the caller may read,
/// newest first: Azure's activity log joined with Postern's own trail. Azure keeps its log for 90
/// days, and is 3 to 20 minutes behind.
#[utoipa::path(
    get, path = "/api/activity", tag = "Activity", operation_id = "listActivity", params(ActivityQuery),
    responses(
        (status = 200, body = ActivityPage),
        ApiError,
    )
)]
pub async fn list(
    user: CurrentUser,
    State(jit): State<Jit>,
    Params(query): Params<ActivityQuery>,
) -> Result<Json<ActivityPage>, ApiError> {
    let limit = page_size(query.limit.as_deref())?;
    Ok(Json(jit.activity(&user, query.filter()?, limit).await?))
}

/// The same as a table for spreadsheets, all of it: `cursor` and `limit` count for nothing. One person
/// gets one at a time, and it breaks off when the session is over. Subscriptions whose log could not
/// be read are named in its last lines.
#[utoipa::path(
    get, path = "/api/activity.csv", tag = "Activity", operation_id = "exportActivity", params(ActivityQuery),
    responses(
        (status = 200, body = String, content_type = "text/csv"),
        ApiError,
    )
)]
pub async fn table(
    user: CurrentUser,
    State(jit): State<Jit>,
    State(sessions): State<Sessions>,
    State(limits): State<Limits>,
    Params(query): Params<ActivityQuery>,
) -> Result<Saved<Body>, ApiError> {
    let lines = written(&user, &jit, &sessions, &limits, &query, Form::Table).await?;
    Ok(answer::table("activity.csv", lines))
}

/// The same as lines of JSON, likewise.
#[utoipa::path(
    get, path = "/api/activity.jsonl", tag = "Activity", operation_id = "exportActivityLines", params(ActivityQuery),
    responses(
        (status = 200, body = String, content_type = "application/jsonl"),
        ApiError,
    )
)]
pub async fn lines(
    user: CurrentUser,
    State(jit): State<Jit>,
    State(sessions): State<Sessions>,
    State(limits): State<Limits>,
    Params(query): Params<ActivityQuery>,
) -> Result<Saved<Body>, ApiError> {
    let lines = written(&user, &jit, &sessions, &limits, &query, Form::Lines).await?;
    Ok(answer::json_lines("activity.jsonl", lines))
}

async fn written(
    user: &CurrentUser,
    jit: &Jit,
    sessions: &Sessions,
    limits: &Limits,
    query: &ActivityQuery,
    form: Form,
) -> Result<Body, ApiError> {
    let filter = ActivityFilter { after: None, ..query.filter()? };
    let writing = limits.table_for(&user.key)?;
    let stretches = jit.all_activity(user, filter).await?;
    let pieces = export::pieces(stretches, form).boxed();
    Ok(Body::from_stream(answer::in_pieces(sessions, user, pieces, writing)))
}

impl ActivityQuery {
    fn filter(&self) -> Result<ActivityFilter, ApiError> {
        let vm = self.vm.as_deref().filter(|vm| !vm.is_empty());
        let is_id = |vm: &&str| vm.starts_with('/');
        let outside = match self.made.as_str() {
            "" => None,
            "outside" => Some(true),
            "postern" => Some(false),
            other => return Err(wrong_field("made", &format!("“{other}” is neither outside nor postern"))),
        };
        Ok(ActivityFilter {
            vm: maybe("vm", vm.filter(is_id))?,
            vm_named: vm.filter(|vm| !is_id(vm)).map(str::to_owned),
            person: self.person.clone().filter(|person| !person.is_empty()),
            operations: some_of("operation", &self.operation, &Operation::ALL, Operation::name)?,
            statuses: some_of("status", &self.status, &ActivityStatus::ALL, ActivityStatus::name)?,
            outside,
            since: moment("since", self.since.as_deref())?,
            until: moment("until", self.until.as_deref())?,
            after: maybe::<ActivityPlace>("cursor", self.cursor.as_deref())?,
        })
    }
}

/// The values that a list names.
fn some_of<T: Copy>(
    field: &str,
    text: &str,
    all: &[T],
    name: fn(T) -> &'static str,
) -> Result<Vec<T>, ApiError> {
    let names = text.split(',').filter(|text| !text.is_empty());
    names
        .map(|text| {
            all.iter().copied().find(|known| name(*known) == text).ok_or_else(|| {
                let known: Vec<&str> = all.iter().map(|known| name(*known)).collect();
                wrong_field(field, &format!("“{text}” is none of {}", known.join(", ")))
            })
        })
        .collect()
}
