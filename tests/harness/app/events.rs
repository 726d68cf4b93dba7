//! Live streams: of one request for access, or of a change.

use std::time::Duration;

use axum::response::Response;
use futures_util::StreamExt;
use http::StatusCode;
use http::header::CONTENT_TYPE;
use serde::de::DeserializeOwned;
use shared::access::Watched;

/// Events as they arrive.
#[derive(Debug)]
pub struct Events {
    stream: axum::body::BodyDataStream,
    /// What has arrived and is no whole event yet.
    pending: String,
}

impl Events {
    /// How long an event that is due may take, by the clock on the wall.
    const PATIENCE: Duration = Duration::from_secs(20);

    pub(super) fn read(response: Response) -> Self {
        assert_eq!(response.status(), StatusCode::OK);
        assert_eq!(response.headers().get(CONTENT_TYPE).expect("it has a type"), "text/event-stream");
        Self { stream: response.into_body().into_data_stream(), pending: String::new() }
    }

    /// The next event, or `None` if the stream has ended.
    pub async fn next(&mut self) -> Option<Watched> {
        self.next_of("request").await
    }

    /// The next event, of a stream whose events go by this name.
    pub async fn next_of<T: DeserializeOwned>(&mut self, name: &str) -> Option<T> {
        let event = tokio::time::timeout(Self::PATIENCE, self.next_event(name)).await;
        event.expect("an event, or the end of the stream, comes in time")
    }

    async fn next_event<T: DeserializeOwned>(&mut self, name: &str) -> Option<T> {
        loop {
            while let Some((event, rest)) = self.pending.split_once("\n\n") {
                let (parsed, rest) = (parse(event, name), rest.to_owned());
                self.pending = rest;
                if parsed.is_some() {
                    return parsed;
                }
            }
            let bytes = self.stream.next().await?.expect("the stream is not cut off");
            self.pending.push_str(std::str::from_utf8(&bytes).expect("events are text"));
        }
    }
}

/// What an event holds; comments, which keep the connection alive, hold nothing.
fn parse<T: DeserializeOwned>(event: &str, name: &str) -> Option<T> {
    let field = |name: &str| event.lines().find_map(|line| line.strip_prefix(name)).map(str::trim_start);
    let data = field("data:")?;
    assert_eq!(field("event:"), Some(name), "an event of a kind that is not in the API document");
    Some(serde_json::from_str(data).expect("an event holds what the API document says"))
}
