//! Asking owners to protect their machines.

use axum::Json;
use axum::extract::State;
use http::StatusCode;
use shared::compliance::{NewRemediation, Remediation, RemediationWay};

use crate::error::ApiError;
use crate::jit::{Caller, Jit};
use crate::routes::extract::{Body, wrong_field};

/// Writes one message for each owner of machines that are not protected: which they are, why, what to
/// do, and a link that opens Postern with them chosen. As `preview` nothing is sent.
///
/// By `mail` or `webhook` it is put on record and sent, and tried again until it is taken. Machines
/// that are protected by now, or that the caller may not comply on, are left out and named.
#[utoipa::path(
    post, path = "/api/compliance/remediation-requests", tag = "Compliance", operation_id = "askOwners",
    request_body = NewRemediation,
    responses(
        (status = 200, body = Remediation, description = "What would be written, as `preview`"),
        (status = 202, body = Remediation, description = "What is written, and on its way"),
        ApiError,
    )
)]
pub async fn ask(
    caller: Caller,
    State(jit): State<Jit>,
    Body(new): Body<NewRemediation>,
) -> Result<(StatusCode, Json<Remediation>), ApiError> {
    if new.vms.is_empty() || NewRemediation::MOST < new.vms.len() {
        return Err(wrong_field("vms", "name one to a thousand machines"));
    }
    let status = match new.way {
        RemediationWay::Preview => StatusCode::OK,
        RemediationWay::Mail | RemediationWay::Webhook => StatusCode::ACCEPTED,
    };
    Ok((status, Json(jit.remediation(&caller, new).await?)))
}
