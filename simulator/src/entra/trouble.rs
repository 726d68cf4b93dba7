//! Carrying out the faults of [`crate::fault`] on calls to Entra.

use axum::{
    body::Body,
    extract::{Request, State},
    middleware::Next,
    response::{IntoResponse, Response},
};
use http::{StatusCode, header};

use super::error::EntraError;
use crate::{azure::Azure, fault::Trouble, server::CutOff};

/// Notes the call, and lets a fault befall it.
pub(super) async fn befall(State(azure): State<Azure>, request: Request, next: Next) -> Response {
    let path = request.uri().path_and_query().map_or("", |path| path.as_str()).to_owned();
    let trouble = azure.faults.befall_entra(request.method(), &path);
    azure.sign_ins.received(crate::request_log::Received {
        at: azure.clock.now(),
        method: request.method().clone(),
        path,
        principal: String::new(),
        body: String::new(),
        status: 0,
    });
    match trouble {
        None => next.run(request).await,
        Some(Trouble::Slow(delay)) => {
            azure.clock.wait(delay).await;
            next.run(request).await
        }
        Some(Trouble::LateAnswer(delay)) => {
            let response = next.run(request).await;
            azure.clock.wait(delay).await;
            response
        }
        Some(Trouble::CutOff) => cut_off(),
        Some(Trouble::ActThenCutOff | Trouble::CutOffHalfway) => {
            next.run(request).await;
            cut_off()
        }
        Some(Trouble::BadJson) => {
            ([(header::CONTENT_TYPE, "application/json; charset=utf-8")], "{\"token_type\":").into_response()
        }
        Some(Trouble::ServerError(status)) => {
            let mut response = refusal(
                "temporarily_unavailable",
                90033,
                "A transient error has occurred. Please try again.",
                &request,
                &azure,
            );
            *response.status_mut() = StatusCode::from_u16(status).unwrap_or(StatusCode::SERVICE_UNAVAILABLE);
            response
        }
        Some(Trouble::Throttled { retry_after }) => {
            let mut response =
                refusal("temporarily_unavailable", 90055, "Too many requests.", &request, &azure);
            *response.status_mut() = StatusCode::TOO_MANY_REQUESTS;
            response.headers_mut().extend(retry_after.map(|seconds| (header::RETRY_AFTER, seconds.into())));
            response
        }
        Some(
            Trouble::Unauthorized
            | Trouble::ClaimsChallenge
            | Trouble::Forbidden
            | Trouble::NotFound
            | Trouble::Conflict
            | Trouble::Locked
            | Trouble::Busy
            | Trouble::PreconditionFailed
            | Trouble::ForeignNextLink
            | Trouble::UnknownEnums
            | Trouble::OddCasing
            | Trouble::NullLists,
        ) => refusal("invalid_request", 900_144, "The request was refused, as asked.", &request, &azure),
    }
}

fn refusal(error: &'static str, code: u32, message: &str, request: &Request, azure: &Azure) -> Response {
    EntraError::new(error, code, message).respond(request.headers(), azure.clock.now())
}

fn cut_off() -> Response {
    let mut response = Response::new(Body::empty());
    response.extensions_mut().insert(CutOff);
    response
}
