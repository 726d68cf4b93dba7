//! What handlers take from a request, with refusals told as problems.

use axum::extract::{FromRequest, FromRequestParts, Path, Request};
use bytes::Bytes;
use http::header::CONTENT_TYPE;
use http::request::Parts;
use serde::de::DeserializeOwned;
use shared::problem::Violation;
use shared::resource_id::VmId;

use crate::error::ApiError;
use crate::jit::{Caller, JitError};
use crate::session::{CurrentUser, Seen};
use crate::state::AppState;

/// A JSON body. What is wrong with a field is told with the path of the field.
pub struct Body<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Body<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &S) -> Result<Self, ApiError> {
        let json = request
            .headers()
            .get(CONTENT_TYPE)
            .and_then(|value| value.to_str().ok())
            .and_then(|value| value.split(';').next())
            .is_some_and(|media| media.trim().eq_ignore_ascii_case("application/json"));
        if !json {
            return Err(ApiError::Unsupported(
                "the body must be JSON, sent with Content-Type: application/json",
            ));
        }
        let bytes = Bytes::from_request(request, state).await.map_err(|rejection| {
            if rejection.status() == http::StatusCode::PAYLOAD_TOO_LARGE {
                ApiError::TooLarge
            } else {
                malformed("the body did not arrive whole".to_owned(), Vec::new())
            }
        })?;
        let mut deserializer = serde_json::Deserializer::from_slice(&bytes);
        let value =
            serde_path_to_error::deserialize(&mut deserializer).map_err(|error| unreadable(&error))?;
        deserializer
            .end()
            .map_err(|error| malformed(format!("the body is not JSON: {error}"), Vec::new()))?;
        Ok(Self(value))
    }
}

fn unreadable(error: &serde_path_to_error::Error<serde_json::Error>) -> ApiError {
    let inner = error.inner();
    if !inner.is_data() {
        return malformed(format!("the body is not JSON: {inner}"), Vec::new());
    }
    let place = format!(" at line {} column {}", inner.line(), inner.column());
    let detail = inner.to_string();
    let detail = detail.strip_suffix(&place).unwrap_or(&detail).to_owned();
    let field = error.path().to_string();
    malformed(
        format!("the request could not be understood: {detail}"),
        vec![Violation { field, detail, offer: None }],
    )
}

/// The query of a URL.
pub struct Params<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequestParts<S> for Params<T> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ApiError> {
        axum::extract::Query::try_from_uri(&parts.uri).map(|query| Self(query.0)).map_err(|rejection| {
            malformed(format!("the query could not be understood: {}", rejection.body_text()), Vec::new())
        })
    }
}

/// The machine that a path names. One that cannot exist does not.
pub struct VmPath(pub VmId);

impl<S: Send + Sync> FromRequestParts<S> for VmPath {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let not_found = || ApiError::Jit(JitError::NotFound);
        let Path((subscription, group, name)) =
            Path::<(String, String, String)>::from_request_parts(parts, state)
                .await
                .map_err(|_| not_found())?;
        let subscription = uuid::Uuid::try_parse(&subscription).map_err(|_| not_found())?;
        let group = group.parse().map_err(|_| not_found())?;
        Ok(Self(VmId::new(subscription, group, name.parse().map_err(|_| not_found())?)))
    }
}

impl FromRequestParts<AppState> for Caller {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, ApiError> {
        let user = CurrentUser::from_request_parts(parts, state).await?;
        if !parts.method.is_safe() {
            state.limits.change(&user.key)?;
        }
        let seen = Seen::from_request_parts(parts, state).await;
        let Seen(address) = seen.map_err(|rejection| ApiError::Other(rejection.status()))?;
        Ok(Self { user, address })
    }
}

/// A request that cannot be understood.
pub fn malformed(detail: String, violations: Vec<Violation>) -> ApiError {
    ApiError::Malformed { detail, violations }
}
