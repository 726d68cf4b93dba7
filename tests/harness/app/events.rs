//! The live stream of one request for access.

use std::time::Duration;

use axum::response::Response;
use futures_util::StreamExt;
use http::StatusCode;
use http::header::CONTENT_TYPE;
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
        let event = tokio::time::timeout(Self::PATIENCE, self.next_event()).await;
        event.expect("an event, or the end of the stream, comes in time")
    }

    async fn next_event(&mut self) -> Option<Watched> {
        loop {
            while let Some((event, rest)) = self.pending.split_once("\n\n") {
                let (parsed, rest) = (parse(event), rest.to_owned());
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

/// The request in an event; comments, which keep the connection alive, have none.
fn parse(event: &str) -> Option<Watched> {
    let field = |name: &str| event.lines().find_map(|line| line.strip_prefix(name)).map(str::trim_start);
    let data = field("data:")?;
    assert_eq!(field("event:"), Some("request"), "an event of a kind that is not in the API document");
    Some(serde_json::from_str(data).expect("an event holds a request"))
}
