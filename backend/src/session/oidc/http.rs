//! `openidconnect` over our own connection.

use std::time::Duration;

use futures_util::future::{BoxFuture, FutureExt};
use openidconnect::{AsyncHttpClient, HttpRequest, HttpResponse};

/// How long a provider may take to answer.
const PATIENCE: Duration = Duration::from_secs(10);

/// More than any honest answer.
const LARGEST: usize = 1024 * 1024;

/// The connection.
#[derive(Debug, Clone)]
pub struct Http(pub reqwest::Client);

impl<'c> AsyncHttpClient<'c> for Http {
    type Error = HttpError;
    type Future = BoxFuture<'c, Result<HttpResponse, HttpError>>;

    fn call(&'c self, request: HttpRequest) -> Self::Future {
        self.send(request).boxed()
    }
}

impl Http {
    pub(super) async fn send(&self, request: HttpRequest) -> Result<HttpResponse, HttpError> {
        let mut request = reqwest::Request::try_from(request)?;
        *request.timeout_mut() = Some(PATIENCE);
        let mut answer = self.0.execute(request).await?;
        let mut body = Vec::new();
        while let Some(chunk) = answer.chunk().await? {
            if body.len() + chunk.len() > LARGEST {
                return Err(HttpError::TooLarge);
            }
            body.extend_from_slice(&chunk);
        }
        let mut response = HttpResponse::new(body);
        *response.status_mut() = answer.status();
        *response.headers_mut() = std::mem::take(answer.headers_mut());
        Ok(response)
    }
}

/// There is no answer.
#[derive(Debug, thiserror::Error)]
pub enum HttpError {
    /// None at all, or not all of it.
    #[error("no answer")]
    Connection(#[from] reqwest::Error),
    /// Too much of it.
    #[error("the answer is larger than any that makes sense")]
    TooLarge,
}
