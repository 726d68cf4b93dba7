//! How just-in-time access is set up on a machine.

use axum::Json;
use axum::extract::{FromRequestParts, State};
use http::header::{ETAG, HeaderMap, IF_MATCH, IF_NONE_MATCH};
use http::request::Parts;
use http::{HeaderName, HeaderValue};
use shared::configuration::JitConfiguration;
use shared::policy::JitPolicy;

use super::extract::{Body, VmPath, malformed};
use crate::error::ApiError;
use crate::jit::{Caller, Jit, SeenConfiguration};

/// Shows how just-in-time access is set up on a machine. The header `ETag` names the version.
#[utoipa::path(
    get, path = "/api/vms/{subscription}/{group}/{name}/jit-policy", tag = "Just-in-time policies", operation_id = "showJitPolicy",
    params(("subscription" = uuid::Uuid, Path), ("group" = String, Path), ("name" = String, Path)),
    responses(
        (status = 200, body = JitConfiguration),
        ApiError,
    )
)]
pub async fn show(caller: Caller, State(jit): State<Jit>, VmPath(vm): VmPath) -> Result<Answer, ApiError> {
    Ok(answer(jit.configuration(&caller, &vm).await?))
}

/// Sets just-in-time access up on a machine: exactly these ports. Other machines in the same policy
/// stay as they are, and so does what is open.
///
/// `If-Match` names the version that was read, or `If-None-Match: *` says that nothing was set up.
/// If somebody has changed it since, nothing is done, and the 412 shows what it is now.
#[utoipa::path(
    put, path = "/api/vms/{subscription}/{group}/{name}/jit-policy", tag = "Just-in-time policies", operation_id = "setJitPolicy",
    params(
        ("subscription" = uuid::Uuid, Path), ("group" = String, Path), ("name" = String, Path),
        ("If-Match" = Option<String>, Header, description = "The version that was read, in double quotes"),
        ("If-None-Match" = Option<String>, Header, description = "`*`: only where nothing is set up"),
    ),
    request_body = JitPolicy,
    responses(
        (status = 200, body = JitConfiguration),
        ApiError,
    )
)]
pub async fn replace(
    caller: Caller,
    State(jit): State<Jit>,
    VmPath(vm): VmPath,
    Seen(seen): Seen,
    Body(policy): Body<JitPolicy>,
) -> Result<Answer, ApiError> {
    Ok(answer(jit.configure(&caller, &vm, seen, Some(policy)).await?))
}

/// Disables just-in-time access on a machine. What is open closes.
///
/// `If-Match` names the version that was read.
#[utoipa::path(
    delete, path = "/api/vms/{subscription}/{group}/{name}/jit-policy", tag = "Just-in-time policies", operation_id = "removeJitPolicy",
    params(
        ("subscription" = uuid::Uuid, Path), ("group" = String, Path), ("name" = String, Path),
        ("If-Match" = String, Header, description = "The version that was read, in double quotes"),
    ),
    responses(
        (status = 200, body = JitConfiguration),
        ApiError,
    )
)]
pub async fn remove(
    caller: Caller,
    State(jit): State<Jit>,
    VmPath(vm): VmPath,
    Seen(seen): Seen,
) -> Result<Answer, ApiError> {
    Ok(answer(jit.configure(&caller, &vm, seen, None).await?))
}

type Answer = ([(HeaderName, HeaderValue); 1], Json<JitConfiguration>);

fn answer(configuration: JitConfiguration) -> Answer {
    let tag = format!("\"{}\"", configuration.version);
    let tag = HeaderValue::try_from(tag).expect("a version is digits and letters");
    ([(ETAG, tag)], Json(configuration))
}

/// What the one who changes a configuration has seen of it (RFC 9110, 13.1).
pub struct Seen(SeenConfiguration);

impl<S: Send + Sync> FromRequestParts<S> for Seen {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ApiError> {
        seen(&parts.headers).map(Self)
    }
}

fn seen(headers: &HeaderMap) -> Result<SeenConfiguration, ApiError> {
    let value = |name| headers.get(name).map(|value: &HeaderValue| value.to_str().unwrap_or_default().trim());
    match (value(IF_MATCH), value(IF_NONE_MATCH)) {
        (None, None) => Err(ApiError::NoVersion),
        (None, Some("*")) => Ok(SeenConfiguration::Nothing),
        (Some(tag), None) => {
            let version = tag.strip_prefix('"').and_then(|tag| tag.strip_suffix('"'));
            let version = version.and_then(|version| version.parse().ok());
            version.map(SeenConfiguration::State).ok_or_else(|| {
                wrong("If-Match takes the version that was read with the policy, in double quotes, and nothing else")
            })
        }
        (None, Some(_)) => Err(wrong("If-None-Match takes * and nothing else here")),
        (Some(_), Some(_)) => Err(wrong("send If-Match or If-None-Match, not both")),
    }
}

fn wrong(detail: &str) -> ApiError {
    malformed(detail.to_owned(), Vec::new())
}

#[cfg(test)]
mod tests;
