//! What the service answered.

use axum::response::Response;
use bytes::Bytes;
use http::header::CONTENT_TYPE;
use http::{HeaderMap, StatusCode};
use http_body_util::BodyExt;
use serde::de::DeserializeOwned;
use shared::problem::Problem;

/// A whole answer.
#[derive(Debug, Clone)]
pub struct Answer {
    /// Its status.
    pub status: StatusCode,
    /// Its headers.
    pub headers: HeaderMap,
    /// Its body.
    pub body: Bytes,
}

impl Answer {
    pub(super) async fn read(response: Response) -> Self {
        Self::try_to_read(response).await.expect("the body arrives whole")
    }

    /// Nothing if the service goes away before the answer is whole.
    pub(super) async fn try_to_read(response: Response) -> Option<Self> {
        let (parts, body) = response.into_parts();
        let body = body.collect().await.ok()?.to_bytes();
        Some(Self { status: parts.status, headers: parts.headers, body })
    }

    /// What a successful answer holds.
    #[track_caller]
    pub fn json<T: DeserializeOwned>(&self) -> T {
        assert!(self.status.is_success(), "{} {}", self.status, self.text());
        assert_eq!(self.header(CONTENT_TYPE.as_str()), "application/json");
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("{error} in {}", self.text()))
    }

    /// What an answer that is a failure says. It is checked to be a whole problem.
    #[track_caller]
    pub fn problem(&self) -> Problem {
        assert!(!self.status.is_success(), "{} {}", self.status, self.text());
        assert_eq!(self.header(CONTENT_TYPE.as_str()), "application/problem+json", "{}", self.text());
        let problem: Problem = serde_json::from_slice(&self.body).expect("a problem can be read");
        assert_eq!(problem.status, self.status.as_u16(), "{}", self.text());
        assert!(problem.detail.ends_with(['.', '?', '!']), "not a sentence: {}", problem.detail);
        let details = problem.violations.iter().map(|violation| &violation.detail).chain([&problem.detail]);
        for words in details {
            let leaks = ["`", "u16", "struct", "UUID", "deserialize", "sequence"];
            assert!(!leaks.iter().any(|leak| words.contains(leak)), "not words for people: {words}");
        }
        let id = problem.request_id.as_deref().unwrap_or_default();
        assert!(!id.is_empty(), "no request id: {}", self.text());
        problem
    }

    /// All of it that could tell it from another: without the name of the request.
    pub fn whole(&self) -> String {
        let id = self.header("x-request-id");
        let head = self
            .headers
            .iter()
            .map(|(name, value)| format!("{name}: {}\n", String::from_utf8_lossy(value.as_bytes())));
        let whole = format!("{}\n{}\n{}", self.status, head.collect::<String>(), self.text());
        whole.replace(&id, "<request id>")
    }

    /// The body as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// The value of a header; empty if it is not there.
    pub fn header(&self, name: &str) -> String {
        let values = self.headers.get_all(name).iter();
        values.map(|value| String::from_utf8_lossy(value.as_bytes())).collect::<Vec<_>>().join(", ")
    }
}
