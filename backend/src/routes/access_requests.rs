//! Requests for access.

use axum::Json;
use axum::extract::State;
use axum::response::IntoResponse;
use http::StatusCode;
use serde::Deserialize;
use shared::access::{AccessRequest, CreatedAccess, Extension, NewAccess, RequestId, Watched};
use shared::bastion::ShareableLink;
use shared::code::Code;
use utoipa::ToSchema;

use super::answer;
use super::extract::{Body, Named, Onlooker};
use crate::error::ApiError;
use crate::jit::{Caller, Jit};
use crate::session::CurrentUser;

/// Requests access to ports of one or many machines.
///
/// Every machine is judged before Azure is asked about any. The answer holds one request per
/// machine; one that Azure refused says so in its status.
#[utoipa::path(
    post, path = "/api/access-requests", tag = "Access requests", operation_id = "requestAccess",
    request_body = NewAccess,
    responses(
        (status = 201, body = CreatedAccess),
        ApiError,
    )
)]
pub async fn create(
    caller: Caller,
    State(jit): State<Jit>,
    Body(new): Body<NewAccess>,
) -> Result<(StatusCode, Json<CreatedAccess>), ApiError> {
    let items = jit.request(&caller, new).await?;
    Ok((StatusCode::CREATED, Json(CreatedAccess { items })))
}

/// Writes a request as text for those who would rather script it: for PowerShell and the Azure CLI,
/// which ask Azure itself, and for curl, which asks here. It is judged as the request would be, and
/// nothing is requested.
#[utoipa::path(
    post, path = "/api/access-requests/code", tag = "Access requests", operation_id = "codeOfAccess",
    request_body = NewAccess,
    responses(
        (status = 200, body = Code),
        ApiError,
    )
)]
pub async fn code(
    caller: Caller,
    State(jit): State<Jit>,
    Body(new): Body<NewAccess>,
) -> Result<Json<Code>, ApiError> {
    Ok(Json(jit.code_of_access(&caller, &new).await?))
}

/// Shows one of the caller's requests.
#[utoipa::path(
    get, path = "/api/access-requests/{id}", tag = "Access requests", operation_id = "showAccessRequest",
    params(("id" = uuid::Uuid, Path)),
    responses(
        (status = 200, body = AccessRequest),
        ApiError,
    )
)]
pub async fn show(
    user: CurrentUser,
    State(jit): State<Jit>,
    Named(id): Named<RequestId>,
) -> Result<Json<AccessRequest>, ApiError> {
    Ok(Json(jit.request_of(&user.key, id).await?))
}

/// Follows one of the caller's requests: an event `request` at once and at every change, until it
/// or the session is over. One session can follow so many at a time.
#[utoipa::path(
    get, path = "/api/access-requests/{id}/events", tag = "Access requests", operation_id = "followAccessRequest",
    params(("id" = uuid::Uuid, Path)),
    responses(
        (status = 200, body = Watched, content_type = "text/event-stream"),
        ApiError,
    )
)]
pub async fn events(
    onlooker: Onlooker,
    State(jit): State<Jit>,
    Named(id): Named<RequestId>,
) -> Result<impl IntoResponse + use<>, ApiError> {
    let changes = jit.follow(&onlooker.user.key, id).await?;
    Ok(onlooker.told("request", changes))
}

/// Makes access last longer: the same machine, ports and source are requested again, for a time
/// from now on, and judged as any other request. The answer is the new request, which says so in
/// its status if Azure refused it; the one before goes on until its end then.
#[utoipa::path(
    post, path = "/api/access-requests/{id}/extend", tag = "Access requests", operation_id = "extendAccess",
    params(("id" = uuid::Uuid, Path)), request_body = Extension,
    responses(
        (status = 201, body = AccessRequest),
        ApiError,
    )
)]
pub async fn extend(
    caller: Caller,
    State(jit): State<Jit>,
    Named(id): Named<RequestId>,
    Body(extension): Body<Extension>,
) -> Result<(StatusCode, Json<AccessRequest>), ApiError> {
    let request = jit.extend(&caller, id, extension).await?;
    Ok((StatusCode::CREATED, Json(request)))
}

/// Nothing more needs to be said.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, expecting = "an empty object")]
pub struct CloseAccess {}

/// Closes access before its time, as far as Azure can: an open session stays connected, and new
/// connections are refused once the request has ended. Until Azure shows that, it is `closing`; if
/// it could not be closed, it is as open as before and `not_closed` says why.
#[utoipa::path(
    post, path = "/api/access-requests/{id}/close", tag = "Access requests", operation_id = "closeAccess",
    params(("id" = uuid::Uuid, Path)), request_body = CloseAccess,
    responses(
        (status = 200, body = AccessRequest),
        ApiError,
    )
)]
pub async fn close(
    caller: Caller,
    State(jit): State<Jit>,
    Named(id): Named<RequestId>,
    Body(CloseAccess {}): Body<CloseAccess>,
) -> Result<Json<AccessRequest>, ApiError> {
    Ok(Json(jit.close(&caller, id).await?))
}

/// Hands out the `.rdp` file for a request that is open, or about to be.
#[utoipa::path(
    get, path = "/api/access-requests/{id}/rdp", tag = "Access requests", operation_id = "downloadRdpFile",
    params(("id" = uuid::Uuid, Path)),
    responses(
        (status = 200, body = String, content_type = "application/x-rdp"),
        ApiError,
    )
)]
pub async fn rdp(
    caller: Caller,
    State(jit): State<Jit>,
    Named(id): Named<RequestId>,
) -> Result<answer::File, ApiError> {
    Ok(answer::rdp_file(jit.rdp_file(&caller, id).await?))
}

/// Shows the shareable link of one of the caller's requests, while it is open. Whoever has the link
/// gets as far as the machine's own sign-in.
#[utoipa::path(
    get, path = "/api/access-requests/{id}/shareable-link", tag = "Access requests", operation_id = "showShareableLink",
    params(("id" = uuid::Uuid, Path)),
    responses(
        (status = 200, body = ShareableLink),
        ApiError,
    )
)]
pub async fn shareable_link(
    caller: Caller,
    State(jit): State<Jit>,
    Named(id): Named<RequestId>,
) -> Result<Json<ShareableLink>, ApiError> {
    Ok(Json(jit.shareable_link(&caller, id).await?))
}
