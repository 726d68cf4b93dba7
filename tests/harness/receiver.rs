//! Somebody who wants to be told what happens, by calls of theirs.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use axum::extract::{Request, State};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use axum::{Router, body};
use http::{HeaderMap, StatusCode};
use serde_json::Value;
use tokio::net::TcpListener;

/// A call that was received.
#[derive(Debug, Clone)]
pub struct Call {
    /// Its headers.
    pub headers: HeaderMap,
    /// Its body, to the letter.
    pub body: String,
}

/// How a call is answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mood {
    /// Taken.
    Fine,
    /// Refused with this status.
    Status(StatusCode),
    /// Asked to come back after so many seconds.
    Later(u32),
    /// Sent elsewhere: to the receiver's own `/elsewhere`.
    Redirect,
    /// Never.
    Never,
}

#[derive(Debug, Default)]
struct Inner {
    moods: VecDeque<Mood>,
    calls: Vec<Call>,
    elsewhere: usize,
}

/// A server that keeps what it is told.
#[derive(Debug, Clone)]
pub struct Receiver {
    inner: Arc<Mutex<Inner>>,
    url: String,
}

impl Receiver {
    /// Answers its first calls like this, and takes all others.
    pub async fn start(moods: &[Mood]) -> Self {
        let inner =
            Arc::new(Mutex::new(Inner { moods: moods.iter().copied().collect(), ..Inner::default() }));
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("loopback has free ports");
        let url = format!("http://{}/in", listener.local_addr().expect("it is bound"));
        let router = Router::new()
            .route("/in", post(take))
            .route("/elsewhere", post(elsewhere).get(elsewhere))
            .with_state(inner.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { inner, url }
    }

    /// The settings that have it told of all this.
    pub fn settings(&self, on: &str) -> String {
        format!("[notify.tickets]\non = [{on}]\nwebhook = \"{}\"\nsecret = \"0123456789abcdef\"\n", self.url)
    }

    /// What it received.
    pub fn calls(&self) -> Vec<Call> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner).calls.clone()
    }

    /// How often somebody followed it elsewhere.
    pub fn followed(&self) -> usize {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner).elsewhere
    }
}

impl Call {
    /// Its body as JSON.
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).expect("it is JSON")
    }

    /// One of its headers.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }
}

async fn take(State(inner): State<Arc<Mutex<Inner>>>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let body = body::to_bytes(body, 1 << 20).await.expect("it is short");
    let call = Call { headers: parts.headers, body: String::from_utf8(body.to_vec()).expect("it is text") };
    let mood = {
        let mut inner = inner.lock().unwrap_or_else(PoisonError::into_inner);
        inner.calls.push(call);
        inner.moods.pop_front().unwrap_or(Mood::Fine)
    };
    match mood {
        Mood::Fine => StatusCode::NO_CONTENT.into_response(),
        Mood::Status(status) => status.into_response(),
        Mood::Later(seconds) => {
            (StatusCode::TOO_MANY_REQUESTS, [("retry-after", seconds.to_string())]).into_response()
        }
        Mood::Redirect => (StatusCode::TEMPORARY_REDIRECT, [("location", "/elsewhere")]).into_response(),
        Mood::Never => std::future::pending().await,
    }
}

async fn elsewhere(State(inner): State<Arc<Mutex<Inner>>>) -> StatusCode {
    inner.lock().unwrap_or_else(PoisonError::into_inner).elsewhere += 1;
    StatusCode::NO_CONTENT
}
