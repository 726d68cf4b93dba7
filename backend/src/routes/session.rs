//! Who looks at the page.

use axum::Json;
use axum::extract::State;
use shared::problem::Problem;
use shared::session::Session;

use crate::clock::Clock;
use crate::error::ApiError;
use crate::session::{CurrentUser, Seen};

/// Tells who is signed in and from which address they come.
#[utoipa::path(
    get, path = "/api/session", tag = "Session", operation_id = "showSession",
    responses(
        (status = 200, body = Session),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
        (status = "5XX", body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn show(
    user: CurrentUser,
    Seen(address): Seen,
    State(clock): State<Clock>,
) -> Result<Json<Session>, ApiError> {
    Ok(Json(Session { person: user.person, address, expires_at: user.expires_at, now: clock.now() }))
}
