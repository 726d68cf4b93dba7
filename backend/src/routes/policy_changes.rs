//! The same change of just-in-time access for many machines.

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use serde::Deserialize;
use shared::code::Code;
use shared::configuration::Version;
use shared::page::Page;
use shared::policy_change::{ChangeId, ChangePlan, NewPolicyChange, PolicyChange};
use shared::resource_id::VmId;
use utoipa::ToSchema;

use super::extract::{Body, Named, Onlooker};
use crate::error::ApiError;
use crate::jit::{Caller, Jit, Retry};
use crate::session::CurrentUser;

/// Plans the same change for many machines, or makes it.
///
/// With `dry_run` the answer is the plan: what is set up on each machine, what would be, and its
/// version; nothing is changed. Without, the versions of the plan come along, the answer names the
/// change, and what becomes of each machine is told by and by. A machine that is not as the plan
/// showed it is left as it is.
#[utoipa::path(
    post, path = "/api/jit/policies", tag = "Just-in-time policies", operation_id = "changeJitPolicies",
    request_body = NewPolicyChange,
    responses(
        (status = 200, body = ChangePlan, description = "The plan, with `dry_run`"),
        (status = 202, body = PolicyChange, description = "The change has begun"),
        ApiError,
    )
)]
pub async fn create(
    caller: Caller,
    State(jit): State<Jit>,
    Body(new): Body<NewPolicyChange>,
) -> Result<Response, ApiError> {
    if new.dry_run {
        return Ok(Json(jit.plan_change(&caller, &new).await?).into_response());
    }
    Ok(begun(jit.ask_for_change(&caller, new).await?))
}

/// Writes a change as text for those who would rather script it: for PowerShell, the Azure CLI and as
/// Bicep, which replace policies at Azure itself, and for curl, which asks here. It is planned as the
/// change would be, for the machines that can be changed like that, and nothing is changed; versions
/// need not come along.
#[utoipa::path(
    post, path = "/api/jit/policies/code", tag = "Just-in-time policies", operation_id = "codeOfPolicyChange",
    request_body = NewPolicyChange,
    responses(
        (status = 200, body = Code),
        ApiError,
    )
)]
pub async fn code(
    caller: Caller,
    State(jit): State<Jit>,
    Body(new): Body<NewPolicyChange>,
) -> Result<Json<Code>, ApiError> {
    Ok(Json(jit.code_of_change(&caller, new).await?))
}

/// Lists one's own changes of many machines, the newest first, without the machines.
#[utoipa::path(
    get, path = "/api/jit/changes", tag = "Just-in-time policies", operation_id = "listPolicyChanges",
    responses(
        (status = 200, body = Page<PolicyChange>),
        ApiError,
    )
)]
pub async fn list(user: CurrentUser, State(jit): State<Jit>) -> Result<Json<Page<PolicyChange>>, ApiError> {
    Ok(Json(jit.policy_changes(&user).await?))
}

/// Shows how far a change of many machines has come, to whoever asked for it or may audit all of
/// its machines.
#[utoipa::path(
    get, path = "/api/jit/changes/{id}", tag = "Just-in-time policies", operation_id = "showPolicyChange",
    params(("id" = uuid::Uuid, Path)),
    responses(
        (status = 200, body = PolicyChange),
        ApiError,
    )
)]
pub async fn show(
    user: CurrentUser,
    State(jit): State<Jit>,
    Named(id): Named<ChangeId>,
) -> Result<Json<PolicyChange>, ApiError> {
    Ok(Json(jit.policy_change(&user, id).await?))
}

/// Follows a change of many machines: an event `change` at once, with all machines, and then one
/// with those that something has become of, until the change or the session is over.
#[utoipa::path(
    get, path = "/api/jit/changes/{id}/events", tag = "Just-in-time policies", operation_id = "followPolicyChange",
    params(("id" = uuid::Uuid, Path)),
    responses(
        (status = 200, body = PolicyChange, content_type = "text/event-stream"),
        ApiError,
    )
)]
pub async fn events(
    onlooker: Onlooker,
    State(jit): State<Jit>,
    Named(id): Named<ChangeId>,
) -> Result<impl IntoResponse + use<>, ApiError> {
    let changes = jit.follow_change(&onlooker.user, id).await?;
    Ok(onlooker.told("change", changes))
}

/// Nothing more needs to be said.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, expecting = "an empty object")]
pub struct CancelChange {}

/// Cancels a change of many machines: what has begun is finished, and nothing else is begun.
#[utoipa::path(
    post, path = "/api/jit/changes/{id}/cancel", tag = "Just-in-time policies", operation_id = "cancelPolicyChange",
    params(("id" = uuid::Uuid, Path)), request_body = CancelChange,
    responses(
        (status = 200, body = PolicyChange),
        ApiError,
    )
)]
pub async fn cancel(
    caller: Caller,
    State(jit): State<Jit>,
    Named(id): Named<ChangeId>,
    Body(CancelChange {}): Body<CancelChange>,
) -> Result<Json<PolicyChange>, ApiError> {
    Ok(Json(jit.cancel_change(&caller, id).await?))
}

/// Which machines a change is tried again for.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default, expecting = "an object with the fields vms, versions and dry_run")]
pub struct RetryChange {
    /// The machines; all that are not as they were to be if none are named.
    vms: Vec<VmId>,
    /// The version of each that the plan showed, in the order of its items.
    versions: Vec<Version>,
    /// Whether only the plan is wanted.
    dry_run: bool,
}

/// Tries a change again for machines that failed, were refused, overtaken or cancelled, as a change
/// of its own. With `dry_run` the answer is the plan: what stands there now comes first.
#[utoipa::path(
    post, path = "/api/jit/changes/{id}/retry", tag = "Just-in-time policies", operation_id = "retryPolicyChange",
    params(("id" = uuid::Uuid, Path)), request_body = RetryChange,
    responses(
        (status = 200, body = ChangePlan, description = "The plan, with `dry_run`"),
        (status = 202, body = PolicyChange, description = "The new change has begun"),
        ApiError,
    )
)]
pub async fn retry(
    caller: Caller,
    State(jit): State<Jit>,
    Named(id): Named<ChangeId>,
    Body(RetryChange { vms, versions, dry_run }): Body<RetryChange>,
) -> Result<Response, ApiError> {
    if dry_run {
        return Ok(Json(jit.plan_retry(&caller, id, vms).await?).into_response());
    }
    Ok(begun(jit.retry_change(&caller, id, Retry { vms, versions }).await?))
}

fn begun(change: PolicyChange) -> Response {
    (StatusCode::ACCEPTED, Json(change)).into_response()
}
