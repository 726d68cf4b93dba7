//! Access that one person prepares and another has opened.
//!
//! Whoever was given a link sends its secret in a body, never in an address; what is read with
//! GET is only for whoever has had it opened, and shows nothing of a link.

mod given;

use std::convert::Infallible;

use axum::Json;
use axum::extract::State;
use axum::response::sse::{Event, Sse};
use futures_util::{Stream, StreamExt};
use http::header::SET_COOKIE;
use http::{HeaderName, HeaderValue, StatusCode};
use secrecy::ExposeSecret;
use serde::Deserialize;
use shared::access::{AccessRequest, Watched};
use shared::handoff::{
    GuestKnock, Handoff, HandoffId, HandoffView, Knock, NewHandoff, PreparedHandoff, Redemption,
};
use shared::page::Page;
use utoipa::IntoParams;

use super::access_requests::CloseAccess;
use super::answer;
use super::extract::{Body, Named, Params, maybe, page_size, wrong_field};
use crate::error::ApiError;
use crate::handoff::{GuestCode, LinkSecret};
use crate::jit::{Caller, Jit};
use crate::limits::Limits;
use crate::session::{Cookies, CurrentUser, Sessions};
use given::{Given, guest_cookie};

/// How long a browser holds what a guest is known by, in seconds: as long as a link and the longest
/// request together.
const GUEST_FOR: u32 = 2 * 24 * 60 * 60;

/// Prepares access for somebody else, who has it opened for the address that they come from.
///
/// It takes the right to request access for others, now and when it is opened. The answer holds
/// secrets that are told this once.
#[utoipa::path(
    post, path = "/api/handoffs", tag = "Handing over", operation_id = "prepareHandoff",
    request_body = NewHandoff,
    responses(
        (status = 201, body = PreparedHandoff),
        ApiError,
    )
)]
pub async fn prepare(
    caller: Caller,
    State(jit): State<Jit>,
    Body(new): Body<NewHandoff>,
) -> Result<(StatusCode, Json<PreparedHandoff>), ApiError> {
    Ok((StatusCode::CREATED, Json(jit.prepare(&caller, new).await?)))
}

/// Which of it is wanted.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
pub struct ListQuery {
    /// Where to go on: `next` of the page before.
    cursor: Option<String>,
    /// How many at most; 1 to 200.
    #[param(value_type = Option<usize>)]
    limit: Option<String>,
}

/// Lists what the caller has prepared for others, newest first.
#[utoipa::path(
    get, path = "/api/handoffs", tag = "Handing over", operation_id = "listHandoffs", params(ListQuery),
    responses(
        (status = 200, body = Page<Handoff>),
        ApiError,
    )
)]
pub async fn list(
    user: CurrentUser,
    State(jit): State<Jit>,
    Params(query): Params<ListQuery>,
) -> Result<Json<Page<Handoff>>, ApiError> {
    let before = maybe("cursor", query.cursor.as_deref())?;
    Ok(Json(jit.handoffs_of(&user, before, page_size(query.limit.as_deref())?).await?))
}

/// Takes back what was prepared, unless it has been opened already.
///
/// Whoever prepared it may do that, and whoever may configure access to the machine.
#[utoipa::path(
    post, path = "/api/handoffs/{id}/revoke", tag = "Handing over", operation_id = "revokeHandoff",
    params(("id" = uuid::Uuid, Path)),
    responses(
        (status = 200, body = Handoff),
        ApiError,
    )
)]
pub async fn revoke(
    caller: Caller,
    State(jit): State<Jit>,
    Named(id): Named<HandoffId>,
) -> Result<Json<Handoff>, ApiError> {
    Ok(Json(jit.revoke(&caller, id).await?))
}

/// Shows somebody who was given a link what it is about. That uses nothing up.
///
/// Whoever has had it opened needs no secret; everybody else does.
#[utoipa::path(
    post, path = "/api/handoffs/{id}/visit", tag = "Handing over", operation_id = "visitHandoff",
    params(("id" = uuid::Uuid, Path)), request_body = Knock, security((), ("session" = []), ("token" = [])),
    responses(
        (status = 200, body = HandoffView),
        ApiError,
    )
)]
pub async fn visit(
    given: Given,
    State(jit): State<Jit>,
    Body(knock): Body<Knock>,
) -> Result<Json<HandoffView>, ApiError> {
    let secret = knock.secret.map(LinkSecret::sent);
    Ok(Json(jit.visit(&given.to, given.id, secret).await?))
}

/// Takes the code of a guest, once. From then on their browser holds a cookie that is good for
/// what was prepared for them and nothing else.
#[utoipa::path(
    post, path = "/api/handoffs/{id}/enter", tag = "Handing over", operation_id = "enterHandoff",
    params(("id" = uuid::Uuid, Path)), request_body = GuestKnock, security(()),
    responses(
        (status = 204, description = "The code is right, and the cookie is set."),
        ApiError,
    )
)]
pub async fn enter(
    given: Given,
    State(jit): State<Jit>,
    State(limits): State<Limits>,
    State(cookies): State<Cookies>,
    Body(knock): Body<GuestKnock>,
) -> Result<(StatusCode, [(HeaderName, HeaderValue); 1]), ApiError> {
    limits.sign_in(given.to.address.address)?;
    let none = "a code is two times four letters and digits; enter all of it";
    let code = GuestCode::sent(&knock.code).ok_or_else(|| wrong_field("code", none))?;
    let secret = LinkSecret::sent(knock.secret);
    let pass = jit.enter(&given.to, given.id, &secret, &code).await?;
    let cookie = cookies.set(&guest_cookie(given.id), pass.expose_secret(), Some(GUEST_FOR));
    Ok((StatusCode::NO_CONTENT, [(SET_COOKIE, cookie)]))
}

/// Has opened what was prepared, for the address that the caller comes from. That works once.
///
/// The address in the body is the one that they were shown; if they have moved meanwhile, nothing
/// is opened. Where others may lose their access by it, that has to be listed in `replaces`; the
/// refusal without it has the list, without where they come from. One that Azure refused says so in
/// its status.
#[utoipa::path(
    post, path = "/api/handoffs/{id}/redeem", tag = "Handing over", operation_id = "redeemHandoff",
    params(("id" = uuid::Uuid, Path)), request_body = Redemption, security((), ("session" = []), ("token" = [])),
    responses(
        (status = 201, body = AccessRequest),
        ApiError,
    )
)]
pub async fn redeem(
    given: Given,
    State(jit): State<Jit>,
    Body(redemption): Body<Redemption>,
) -> Result<(StatusCode, Json<AccessRequest>), ApiError> {
    let secret = LinkSecret::sent(redemption.secret);
    let Redemption { address, replaces, .. } = redemption;
    let request = jit.redeem(&given.to, given.id, &secret, address, replaces).await?;
    Ok((StatusCode::CREATED, Json(request)))
}

/// Closes what came of it before its time, for whoever had it opened: as any other request.
#[utoipa::path(
    post, path = "/api/handoffs/{id}/close", tag = "Handing over", operation_id = "closeHandoff",
    params(("id" = uuid::Uuid, Path)), request_body = CloseAccess, security((), ("session" = []), ("token" = [])),
    responses(
        (status = 200, body = AccessRequest),
        ApiError,
    )
)]
pub async fn close(
    given: Given,
    State(jit): State<Jit>,
    Body(CloseAccess {}): Body<CloseAccess>,
) -> Result<Json<AccessRequest>, ApiError> {
    Ok(Json(jit.close_handoff(&given.to, given.id).await?))
}

/// Follows the request that came of it, for whoever had it opened: as that of any other request.
#[utoipa::path(
    get, path = "/api/handoffs/{id}/events", tag = "Handing over", operation_id = "followHandoff",
    params(("id" = uuid::Uuid, Path)), security((), ("session" = []), ("token" = [])),
    responses(
        (status = 200, body = Watched, content_type = "text/event-stream"),
        ApiError,
    )
)]
pub async fn events(
    given: Given,
    State(jit): State<Jit>,
    State(sessions): State<Sessions>,
    State(limits): State<Limits>,
) -> Result<Sse<impl Stream<Item = Result<Event, Infallible>>>, ApiError> {
    let changes = jit.follow_handoff(&given.to, given.id).await?;
    let watching = limits.watching(&given.name())?;
    let changes = match &given.to.user {
        Some(user) => sessions.during(user, changes).boxed(),
        None => changes.boxed(),
    };
    Ok(answer::events("request", changes, watching))
}

/// Hands out the `.rdp` file to whoever had it opened, while it is open or about to be.
#[utoipa::path(
    get, path = "/api/handoffs/{id}/rdp", tag = "Handing over", operation_id = "downloadRdpFileOfHandoff",
    params(("id" = uuid::Uuid, Path)), security((), ("session" = []), ("token" = [])),
    responses(
        (status = 200, body = String, content_type = "application/x-rdp"),
        ApiError,
    )
)]
pub async fn rdp(given: Given, State(jit): State<Jit>) -> Result<answer::File, ApiError> {
    Ok(answer::rdp_file(jit.rdp_file_of_handoff(&given.to, given.id).await?))
}
