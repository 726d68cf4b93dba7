//! The service, as pages ask it: one function per endpoint, and nobody else knows a URL of it.
//!
//! The session's cookie travels by itself; no token ever gets here.

pub mod access_requests;
pub mod session;
pub mod vms;

use gloo_net::http::{Request, Response};
use serde::Serialize;
use serde::de::DeserializeOwned;
use shared::problem::{Problem, ProblemKind};
use shared::resource_id::VmId;

use crate::page::escaped;

/// Why there is no answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ApiError {
    /// The service answered, and said no.
    #[error(transparent)]
    Refused(#[from] Problem),
    /// There was no answer, or one that made no sense.
    #[error("Postern could not be reached. Check your connection and try again. ({0})")]
    Unreachable(String),
}

impl ApiError {
    /// Whether signing in would help.
    pub fn is_signed_out(&self) -> bool {
        matches!(self, Self::Refused(problem) if problem.kind == ProblemKind::SignedOut)
    }

    /// Whether there is no such thing.
    pub fn is_not_found(&self) -> bool {
        matches!(self, Self::Refused(problem) if problem.kind == ProblemKind::NotFound)
    }
}

impl From<gloo_net::Error> for ApiError {
    fn from(error: gloo_net::Error) -> Self {
        Self::Unreachable(error.to_string())
    }
}

async fn get<T: DeserializeOwned>(url: &str) -> Result<T, ApiError> {
    Ok(succeeded(Request::get(url).send().await?).await?.json().await?)
}

async fn post(url: &str, body: &impl Serialize) -> Result<Response, ApiError> {
    succeeded(Request::post(url).json(body)?.send().await?).await
}

async fn succeeded(response: Response) -> Result<Response, ApiError> {
    if response.ok() {
        return Ok(response);
    }
    let status = response.status();
    match response.json::<Problem>().await {
        Ok(problem) => Err(problem.into()),
        // A proxy in between answered in its own words.
        Err(_) => Err(ApiError::Unreachable(format!("status {status}"))),
    }
}

fn vm_url(vm: &VmId) -> String {
    let (group, name) = (escaped(vm.resource_group().as_str()), escaped(vm.name().as_str()));
    format!("/api/vms/{}/{group}/{name}", vm.subscription())
}

/// A body for what needs none: the service only takes JSON.
#[derive(Serialize)]
struct Nothing {}
