//! Every failure leaves as a problem with the request's id, and is logged once.

use std::sync::Arc;

use axum::extract::Request;
use axum::middleware::Next;
use axum::response::Response;
use http::header::{CONTENT_LENGTH, CONTENT_TYPE};
use http::{HeaderValue, StatusCode};
use tower_http::request_id::RequestId;

use super::ApiError;

/// What the layer that gives up on slow requests answers, for [`tell_problems`] to put into words.
pub const TIMED_OUT: StatusCode = StatusCode::REQUEST_TIMEOUT;

/// Turns what handlers, extractors and layers refuse into `application/problem+json`.
pub async fn tell_problems(request: Request, next: Next) -> Response {
    let id = request
        .extensions()
        .get::<RequestId>()
        .and_then(|id| id.header_value().to_str().ok().map(str::to_owned));
    let changes = !request.method().is_safe();
    let response = next.run(request).await;
    let Some(error) = failure(&response, changes) else { return response };
    let problem = error.problem(id);
    if problem.status >= 500 {
        tracing::error!(
            status = problem.status,
            error = &*error as &dyn std::error::Error,
            "a request failed"
        );
    } else {
        tracing::debug!(status = problem.status, detail = problem.detail, "a request was refused");
    }
    let (mut parts, _) = response.into_parts();
    parts.headers.remove(CONTENT_LENGTH);
    parts.headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
    parts.status = StatusCode::from_u16(problem.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let body = serde_json::to_vec(&problem).expect("a problem is plain data");
    Response::from_parts(parts, body.into())
}

/// What a response failed with: ours, or the bare status of a layer of the framework.
///
/// Where those come from, whatever was to be done may have been done.
fn failure(response: &Response, changes: bool) -> Option<Arc<ApiError>> {
    if let Some(error) = response.extensions().get::<Arc<ApiError>>() {
        return Some(error.clone());
    }
    let status = response.status();
    // The page that says why a sign-in failed is for people already.
    let is_page =
        response.headers().get(CONTENT_TYPE).is_some_and(|media| media.as_bytes().starts_with(b"text/html"));
    if is_page {
        return None;
    }
    if !status.is_client_error() && !status.is_server_error() {
        return None;
    }
    Some(Arc::new(match status {
        StatusCode::NOT_FOUND => ApiError::NoSuchPath,
        StatusCode::METHOD_NOT_ALLOWED => ApiError::WrongMethod,
        StatusCode::PAYLOAD_TOO_LARGE => ApiError::TooLarge,
        TIMED_OUT if changes => ApiError::StillGoingOn,
        TIMED_OUT => ApiError::TimedOut,
        StatusCode::INTERNAL_SERVER_ERROR if changes => ApiError::BrokeOff,
        other => ApiError::Other(other),
    }))
}
