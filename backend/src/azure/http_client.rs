//! The connection to the outside that everything towards Azure shares.

use std::time::Duration;

use bytes::{Bytes, BytesMut};
use jiff::SignedDuration;
use reqwest::redirect::Policy;

/// How long an answer may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Timeouts {
    /// Until there is a connection.
    pub connect: SignedDuration,
    /// From the first byte of the request to the last of the answer.
    pub request: SignedDuration,
}

impl Default for Timeouts {
    fn default() -> Self {
        Self { connect: SignedDuration::from_secs(5), request: SignedDuration::from_secs(30) }
    }
}

/// A client for everything but the metadata service. Redirects are not followed: they would take
/// a token to where it was not meant for.
pub fn client(timeouts: Timeouts) -> reqwest::Result<reqwest::Client> {
    builder(timeouts).build()
}

/// A client for the metadata service of the machine or container we run on, which answers with
/// tokens and must not be asked through a proxy.
pub(super) fn metadata_client(timeouts: Timeouts) -> reqwest::Result<reqwest::Client> {
    builder(timeouts).no_proxy().build()
}

/// The body of an answer, which must not be longer than `at_most` bytes: whoever answers is not to
/// fill our memory.
pub async fn body_of(answer: &mut reqwest::Response, at_most: usize) -> Result<Bytes, BodyError> {
    let mut body = BytesMut::new();
    while let Some(chunk) = answer.chunk().await.map_err(reqwest::Error::without_url)? {
        if at_most - body.len() < chunk.len() {
            return Err(BodyError::TooLong { at_most });
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body.freeze())
}

/// There is no whole body.
#[derive(Debug, thiserror::Error)]
pub enum BodyError {
    /// The connection broke.
    #[error("the answer broke off")]
    Connection(#[from] reqwest::Error),
    /// There is more than makes sense.
    #[error("the answer is longer than {at_most} bytes")]
    TooLong {
        /// How much would have.
        at_most: usize,
    },
}

fn builder(timeouts: Timeouts) -> reqwest::ClientBuilder {
    reqwest::Client::builder()
        .user_agent(concat!("postern/", env!("CARGO_PKG_VERSION")))
        .redirect(Policy::none())
        // A connection that Azure closes while it idles would cost us the answer to a POST.
        .pool_idle_timeout(Duration::from_secs(30))
        .connect_timeout(positive(timeouts.connect))
        .timeout(positive(timeouts.request))
}

fn positive(length: SignedDuration) -> Duration {
    Duration::try_from(length).unwrap_or_default()
}
