//! The limits on addresses, as layers in front of handlers.

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::Limits;
use crate::error::ApiError;
use crate::session::Seen;
use crate::session::sign_in::SignInFailure;

/// Refuses calls from an address that makes too many.
pub async fn calls_by_address(
    State(limits): State<Limits>,
    Seen(seen): Seen,
    request: Request,
    next: Next,
) -> Response {
    match limits.call(seen.address) {
        Ok(()) => next.run(request).await,
        Err(too_many) => ApiError::TooMany(too_many).into_response(),
    }
}

/// Refuses steps of a sign-in from an address that makes too many. A browser shows the answer.
pub async fn sign_ins_by_address(
    State(limits): State<Limits>,
    Seen(seen): Seen,
    request: Request,
    next: Next,
) -> Response {
    match limits.sign_in(seen.address) {
        Ok(()) => next.run(request).await,
        Err(too_many) => SignInFailure::TooMany(too_many).into_response(),
    }
}
