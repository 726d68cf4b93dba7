//! Assigning the policy, and having Azure Policy look at machines anew.

use axum::Json;
use axum::extract::State;
use http::StatusCode;
use serde::Deserialize;
use shared::compliance::{Assignment, NewAssignment, NewScans, ScanList};
use utoipa::IntoParams;
use uuid::Uuid;

use crate::error::ApiError;
use crate::jit::{Caller, Jit};
use crate::routes::extract::{Body, Params, one, wrong_field};
use crate::session::CurrentUser;

/// How long the name of an assignment is at most, as Azure has it.
const LONGEST_NAME: usize = 128;

/// How many subscriptions can be scanned by one call.
const MOST_SCANS: usize = 50;

/// Assigns the policy to a management group, a subscription or a resource group. Whoever may comply on
/// all of it may do that.
#[utoipa::path(
    post, path = "/api/compliance/assignments", tag = "Compliance", operation_id = "assignPolicy",
    request_body = NewAssignment,
    responses(
        (status = 201, body = Assignment),
        ApiError,
    )
)]
pub async fn assign(
    caller: Caller,
    State(jit): State<Jit>,
    Body(mut new): Body<NewAssignment>,
) -> Result<(StatusCode, Json<Assignment>), ApiError> {
    new.display_name =
        new.display_name.as_deref().map(str::trim).filter(|name| !name.is_empty()).map(str::to_owned);
    if let Some(name) = &new.display_name {
        if LONGEST_NAME < name.chars().count() {
            return Err(wrong_field("display_name", "a display name has at most 128 characters"));
        }
        if name.chars().any(char::is_control) {
            return Err(wrong_field("display_name", "a display name is one line of text"));
        }
    }
    Ok((StatusCode::CREATED, Json(jit.assign(&caller, new).await?)))
}

/// Which assignment is meant.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct RemovalQuery {
    /// The ARM id of the part of Azure that it is of.
    scope: String,
}

/// Takes an assignment away that Postern made.
#[utoipa::path(
    delete, path = "/api/compliance/assignments", tag = "Compliance", operation_id = "removeAssignment",
    params(RemovalQuery),
    responses(
        (status = 204, description = "It is gone"),
        ApiError,
    )
)]
pub async fn remove(
    caller: Caller,
    State(jit): State<Jit>,
    Params(RemovalQuery { scope }): Params<RemovalQuery>,
) -> Result<StatusCode, ApiError> {
    jit.remove_assignment(&caller, one("scope", &scope)?).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Lists the latest scan of each subscription that the caller may have scanned, of the last 24 hours,
/// and which those are.
#[utoipa::path(
    get, path = "/api/compliance/scans", tag = "Compliance", operation_id = "listScans",
    responses(
        (status = 200, body = ScanList),
        ApiError,
    )
)]
pub async fn scans(user: CurrentUser, State(jit): State<Jit>) -> Result<Json<ScanList>, ApiError> {
    Ok(Json(jit.scans(&user).await?))
}

/// Has Azure Policy look at the machines of subscriptions anew, which takes it minutes to hours. Where
/// that goes on already, nothing is begun. Whoever may comply on any of the machines may do that.
#[utoipa::path(
    post, path = "/api/compliance/scans", tag = "Compliance", operation_id = "beginScans",
    request_body = NewScans,
    responses(
        (status = 202, body = ScanList),
        ApiError,
    )
)]
pub async fn scan(
    caller: Caller,
    State(jit): State<Jit>,
    Body(NewScans { subscriptions }): Body<NewScans>,
) -> Result<(StatusCode, Json<ScanList>), ApiError> {
    let id = |text: &String| {
        let what = || format!("“{text}” is not the id of a subscription");
        Uuid::try_parse(text).map_err(|_| wrong_field("subscriptions", &what()))
    };
    let mut subscriptions = subscriptions.iter().map(id).collect::<Result<Vec<Uuid>, _>>()?;
    subscriptions.sort_unstable();
    subscriptions.dedup();
    if subscriptions.is_empty() || MOST_SCANS < subscriptions.len() {
        return Err(wrong_field("subscriptions", "name one to fifty subscriptions"));
    }
    Ok((StatusCode::ACCEPTED, Json(jit.scan(&caller, subscriptions).await?)))
}
