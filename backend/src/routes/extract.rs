//! What handlers take from a request, with refusals told as problems.

mod json;
mod onlooker;
mod query;
mod refusal;

use std::str::FromStr;

use axum::extract::{FromRequest, FromRequestParts, Path, Request};
use bytes::Bytes;
use http::header::CONTENT_TYPE;
use http::request::Parts;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use shared::problem::Violation;
use shared::resource_id::VmId;
use utoipa::IntoParams;
use utoipa::openapi::path::{Parameter, ParameterIn};

use crate::error::ApiError;
use crate::jit::{Caller, JitError};
use crate::session::{CurrentUser, Seen};
use crate::state::AppState;

pub use onlooker::Onlooker;
pub use query::{maybe, moment, one, page_size};
pub use refusal::wrong_field;

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
            return Err(ApiError::NotJson);
        }
        let bytes = Bytes::from_request(request, state).await.map_err(|rejection| {
            if rejection.status() == http::StatusCode::PAYLOAD_TOO_LARGE {
                ApiError::TooLarge
            } else {
                malformed("the body did not arrive whole".to_owned(), Vec::new())
            }
        })?;
        json::read(&bytes).map(Self)
    }
}

/// The query of a URL.
pub struct Params<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequestParts<S> for Params<T> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ApiError> {
        query::read(parts.uri.query().unwrap_or_default()).map(Self)
    }
}

/// What a path names by its `id`. What cannot be the name of anything names nothing.
pub struct Named<T>(pub T);

impl<S: Send + Sync, T: FromStr> FromRequestParts<S> for Named<T> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let id = Path::<String>::from_request_parts(parts, state).await.ok();
        let named = id.and_then(|Path(id)| id.parse().ok());
        named.map(Self).ok_or(ApiError::Jit(JitError::NotFound))
    }
}

/// The machine that a path names. One that cannot exist does not.
pub struct VmPath(pub VmId);

/// The segments of a path that name a machine.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
struct Segments {
    #[param(value_type = uuid::Uuid)]
    subscription: String,
    group: String,
    name: String,
}

impl IntoParams for VmPath {
    fn into_params(parameter_in: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        Segments::into_params(parameter_in)
    }
}

impl<S: Send + Sync> FromRequestParts<S> for VmPath {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let not_found = || ApiError::Jit(JitError::NotFound);
        let segments = Path::<Segments>::from_request_parts(parts, state).await;
        let Path(Segments { subscription, group, name }) = segments.map_err(|_| not_found())?;
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
