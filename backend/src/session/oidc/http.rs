//! `openidconnect` over our own connection.

use std::time::Duration;

use futures_util::future::{BoxFuture, FutureExt};
use openidconnect::{AsyncHttpClient, HttpRequest, HttpResponse};

use crate::azure::http_client::{BodyError, body_of};

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
        let body = body_of(&mut answer, LARGEST).await?;
        let mut response = HttpResponse::new(body.into());
        *response.status_mut() = answer.status();
        *response.headers_mut() = std::mem::take(answer.headers_mut());
        Ok(response)
    }
}

/// There is no answer.
#[derive(Debug, thiserror::Error)]
pub enum HttpError {
    /// None at all.
    #[error("no answer")]
    Connection(#[from] reqwest::Error),
    /// Not all of it, or too much.
    #[error(transparent)]
    Body(#[from] BodyError),
}
