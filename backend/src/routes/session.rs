//! Who looks at the page.

use axum::Json;
use axum::extract::{Path, State};
use http::StatusCode;
use shared::page::Page;
use shared::session::{Session, SignedIn};

use crate::clock::Clock;
use crate::error::ApiError;
use crate::jit::{Caller, Jit, JitError};
use crate::session::{CurrentUser, Seen, Sessions};

/// Tells who is signed in, from which address they come, and what they may do at all.
#[utoipa::path(
    get, path = "/api/session", tag = "Session", operation_id = "showSession",
    responses(
        (status = 200, body = Session),
        ApiError,
    )
)]
pub async fn show(
    user: CurrentUser,
    Seen(address): Seen,
    State(clock): State<Clock>,
    State(jit): State<Jit>,
) -> Result<Json<Session>, ApiError> {
    let may = jit.rules.now().of(user.who()).verbs();
    let rdp_publisher = jit.signing.publisher().await.map(|publisher| publisher.about());
    let cannot_sign = jit.signing.is_out_of_reach();
    let can_close = jit.close_by.is_some();
    let (person, expires_at, now) = (user.person, user.expires_at, clock.now());
    Ok(Json(Session { person, address, may, can_close, rdp_publisher, cannot_sign, expires_at, now }))
}

/// Lists where the caller is signed in.
#[utoipa::path(
    get, path = "/api/sessions", tag = "Session", operation_id = "listSessions",
    responses(
        (status = 200, body = Page<SignedIn>),
        ApiError,
    )
)]
pub async fn list(
    user: CurrentUser,
    State(sessions): State<Sessions>,
) -> Result<Json<Page<SignedIn>>, ApiError> {
    Ok(Json(Page { items: sessions.of(&user).await?, next: None }))
}

/// Signs the caller out somewhere.
#[utoipa::path(
    delete, path = "/api/sessions/{id}", tag = "Session", operation_id = "endSession",
    params(("id" = String, Path, description = "The session, as the list of them names it")),
    responses(
        (status = 204, description = "It is over."),
        ApiError,
    )
)]
pub async fn end(
    caller: Caller,
    State(sessions): State<Sessions>,
    Path(id): Path<String>,
) -> Result<StatusCode, ApiError> {
    if sessions.end_one(&caller.actor(), &caller.user.key, &id).await? {
        Ok(StatusCode::NO_CONTENT)
    } else {
        Err(JitError::NotFound.into())
    }
}
