//! The service, as pages ask it: one function per endpoint, and nobody else knows a URL of it.
//!
//! The session's cookie travels by itself; no token ever gets here.

pub mod access_requests;
pub mod activity;
pub mod code;
pub mod compliance;
pub mod download;
pub mod handoffs;
pub mod history;
pub mod jit;
pub mod jit_policies;
pub mod policy_changes;
pub mod reports;
pub mod session;
pub mod vms;

use std::pin::Pin;

use gloo_net::http::{Method, RequestBuilder};
use leptos::task::spawn_local;
use shared::json::{FromJson, Json, Unreadable};
use shared::problem::{Problem, ProblemKind};
use shared::resource_id::VmId;

use crate::browser;
use crate::page::escaped;

/// Why there is no answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ApiError {
    /// The service answered, and said no.
    Refused(Box<Problem>),
    /// There was no answer.
    Unreachable,
    /// Something answered that is not the service, or is another version of it.
    Garbled(String),
}

impl ApiError {
    /// Whether signing in would help.
    pub fn is_signed_out(&self) -> bool {
        matches!(self, Self::Refused(problem) if problem.kind == ProblemKind::SignedOut)
    }

    /// Where to sign in again, if it takes a sign-in that proves more.
    pub fn login(&self) -> Option<&str> {
        match self {
            Self::Refused(problem) => problem.login.as_deref(),
            Self::Unreachable | Self::Garbled(_) => None,
        }
    }

    /// Whether there is no such thing.
    pub fn is_not_found(&self) -> bool {
        matches!(self, Self::Refused(problem) if problem.kind == ProblemKind::NotFound)
    }

    /// Whether it is not for the one who asked.
    pub fn is_forbidden(&self) -> bool {
        matches!(self, Self::Refused(problem) if problem.kind == ProblemKind::Forbidden)
    }

    /// What went wrong, in a sentence for people.
    pub fn words(&self) -> String {
        match self {
            Self::Refused(problem) => problem.detail.clone(),
            Self::Unreachable => {
                "Postern could not be reached. Check your connection and try again.".to_owned()
            }
            Self::Garbled(what) => format!(
                "Postern's answer could not be understood: {what}. Try again in a moment, and tell whoever runs Postern if it stays."
            ),
        }
    }
}

impl From<Unreadable> for ApiError {
    fn from(error: Unreadable) -> Self {
        Self::Garbled(format!("there is something else than expected at {}", error.at))
    }
}

/// An answer that is under way. Every request has this one type, which keeps the page small.
type Answer = Pin<Box<dyn Future<Output = Result<Json, ApiError>>>>;

/// Fetches a file, and has the browser save it under `name`; if it is not handed out, `then` is told why.
pub fn save(url: String, name: String, then: Box<dyn FnOnce(Option<ApiError>)>) {
    spawn_local(async move {
        then(match exchange(Method::GET, &url, None, None).await {
            Ok((200..300, text)) => {
                browser::save(&name, &text);
                None
            }
            Ok((status, text)) => Some(refused(status, Json::parse(&text))),
            Err(_) => Some(ApiError::Unreachable),
        });
    });
}

async fn get<T: FromJson>(url: String) -> Result<T, ApiError> {
    Ok(T::from_json(&call(Method::GET, url, None).await?)?)
}

/// Reads something and hands it over: one kind of waiting for all who do nothing else meanwhile.
fn fetch<T: FromJson>(url: String, then: impl FnOnce(Result<T, ApiError>) + 'static) {
    ask(Method::GET, url, None, then);
}

/// Asks for something, and hands over what came of it.
fn ask<T: FromJson>(
    method: Method,
    url: String,
    body: Option<Json>,
    then: impl FnOnce(Result<T, ApiError>) + 'static,
) {
    hand_over(method, url, body, Box::new(|answer| then(answer.and_then(|json| Ok(T::from_json(&json)?)))));
}

/// The same, whatever the answer is made of.
fn hand_over(method: Method, url: String, body: Option<Json>, then: Box<dyn FnOnce(Result<Json, ApiError>)>) {
    spawn_local(async move { then(call(method, url, body).await) });
}

async fn post<T: FromJson>(url: String, body: Json) -> Result<T, ApiError> {
    Ok(T::from_json(&call(Method::POST, url, Some(body)).await?)?)
}

fn call(method: Method, url: String, body: Option<Json>) -> Answer {
    call_if(method, url, body, None)
}

/// The same, of something that still is as it was at a version (RFC 9110, `If-Match`).
fn call_if(method: Method, url: String, body: Option<Json>, version: Option<String>) -> Answer {
    Box::pin(async move {
        let (status, text) =
            exchange(method, &url, body, version).await.map_err(|_| ApiError::Unreachable)?;
        let json = Json::parse(&text);
        if (200..300).contains(&status) {
            return if text.is_empty() { Ok(Json::Null) } else { Ok(json?) };
        }
        Err(refused(status, json))
    })
}

/// What an answer says that is none of success. A proxy in between may have given it in its own words.
fn refused(status: u16, json: Result<Json, Unreadable>) -> ApiError {
    let problem = json.and_then(|json| Problem::from_json(&json));
    problem.map_or_else(
        |_| ApiError::Garbled(format!("it has the status {status}")),
        |problem| ApiError::Refused(Box::new(problem)),
    )
}

/// The status of the answer, and its text.
async fn exchange(
    method: Method,
    url: &str,
    body: Option<Json>,
    version: Option<String>,
) -> Result<(u16, String), gloo_net::Error> {
    let request = RequestBuilder::new(url).method(method);
    let request = match version {
        Some(version) => request.header("if-match", &version),
        None => request,
    };
    let request = match body {
        Some(body) => request.header("content-type", "application/json").body(body.to_string())?,
        None => request.build()?,
    };
    let response = request.send().await?;
    Ok((response.status(), response.text().await?))
}

fn vm_url(vm: &VmId) -> String {
    let (group, name) = (escaped(vm.resource_group().as_str()), escaped(vm.name().as_str()));
    format!("/api/vms/{}/{group}/{name}", vm.subscription())
}

/// A body for what needs none: the service only takes JSON.
fn nothing() -> Json {
    Json::Object(Vec::new())
}
