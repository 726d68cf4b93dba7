//! Azure Resource Manager: the one place that knows tokens, retries, paging and long operations.
//!
//! The modules beside this one know paths and fields; they get typed values, or an [`ArmError`].

mod answer;
mod call;
mod calls;
mod error;
mod gate;
mod list;
mod operation;
mod send;

use std::sync::Arc;

use azure_core::credentials::TokenCredential;
use bytes::Bytes;
use http::{Method, StatusCode};
use jiff::SignedDuration;
use serde::Serialize;
use serde::de::{DeserializeOwned, IgnoredAny};
use uuid::Uuid;

use super::cloud::{Cloud, Endpoint};
use crate::clock::Clock;
use call::{Call, Repeat};
use gate::{Gate, Lane};

pub(super) use answer::Answer;
pub use calls::Calls;
pub use error::{ArmError, Cause, TokenError};
pub use operation::Operation;

/// Asks Azure as one identity. Clones share a connection pool and the knowledge of throttling.
#[derive(Debug, Clone)]
pub struct ArmClient {
    http: reqwest::Client,
    endpoint: Endpoint,
    scope: Arc<str>,
    credential: Arc<dyn TokenCredential>,
    gate: Gate,
    clock: Clock,
    calls: Calls,
}

/// What Azure answered, and its name for the call, to find it in the activity log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reply<T> {
    /// The answer.
    pub value: T,
    /// Azure's name for the call.
    pub correlation_id: Option<String>,
}

impl ArmClient {
    /// Asks the Azure Resource Manager of `cloud` as whoever `credential` stands for.
    ///
    /// `http` must not follow redirects: they would take the token elsewhere.
    pub fn new(
        http: reqwest::Client,
        cloud: &Cloud,
        credential: Arc<dyn TokenCredential>,
        clock: Clock,
    ) -> Self {
        Self {
            http,
            endpoint: cloud.arm.clone(),
            scope: Arc::from(cloud.arm_scope.as_str()),
            credential,
            gate: Gate::default(),
            clock,
            calls: Calls::default(),
        }
    }

    /// The same, asking as somebody else. Azure counts the calls of each caller by themselves, so
    /// that what it holds back of ours it does not hold back of theirs.
    pub(super) fn as_another(&self, credential: Arc<dyn TokenCredential>) -> Self {
        Self { credential, gate: Gate::default(), ..self.clone() }
    }

    /// What was asked so far, by whomever.
    pub(super) fn calls(&self) -> &Calls {
        &self.calls
    }

    /// Whether there is a token to ask with. Azure is not asked for anything.
    pub(super) async fn can_ask(&self) -> Result<(), ArmError> {
        self.token(None).await.map(drop)
    }

    /// Reads one resource. `path` begins with `subscriptions/…`, carries its API version, and is
    /// put together from checked names only.
    pub(super) async fn get<T: DeserializeOwned>(&self, path: &str) -> Result<T, ArmError> {
        let call = Call::new(Method::GET, self.endpoint.join(path)?);
        self.send(&call, Answer::json).await
    }

    /// Reads something by a POST, which may be sent again without harm.
    pub(super) async fn query<B: Serialize, T>(
        &self,
        path: &str,
        body: &B,
        read: impl Fn(&Answer) -> serde_json::Result<T>,
    ) -> Result<T, ArmError> {
        let call = Call::new(Method::POST, self.endpoint.join(path)?).with_body(body)?;
        self.send(&call, read).await
    }

    /// Keeps all queries to `path` from being sent for a while.
    pub(super) fn hold_back_queries(&self, path: &str, wait: SignedDuration) {
        self.hold_back(Lane::of(&Method::POST, path), wait);
    }

    /// Does something by a POST, which is not sent again unless it surely was not carried out.
    /// `id` is our name for the call.
    pub(super) async fn act<T: DeserializeOwned>(
        &self,
        path: &str,
        id: Uuid,
        body: &impl Serialize,
    ) -> Result<Reply<T>, ArmError> {
        let call = Call::new(Method::POST, self.endpoint.join(path)?).named(id).with_body(body)?;
        self.send(&call.repeated(Repeat::UnlessSent), Reply::read).await
    }

    /// Puts something in the place of what was read just before. It is sent once, and if anything
    /// is in the way it fails: look again before trying again.
    pub(super) async fn replace(
        &self,
        path: &str,
        id: Uuid,
        body: &impl Serialize,
    ) -> Result<Reply<IgnoredAny>, ArmError> {
        let call = Call::new(Method::PUT, self.endpoint.join(path)?).named(id).with_body(body)?;
        self.send(&call.repeated(Repeat::AfterLooking), Reply::read).await
    }

    /// Has something deleted that was read just before, likewise.
    pub(super) async fn delete_seen(&self, path: &str, id: Uuid) -> Result<Reply<()>, ArmError> {
        let call = Call::new(Method::DELETE, self.endpoint.join(path)?).named(id);
        let read = |answer: &Answer| Ok(Reply { value: (), correlation_id: answer.correlation_id() });
        self.send(&call.repeated(Repeat::AfterLooking), read).await
    }

    /// Has something deleted. Twice does no more than once.
    pub(super) async fn delete(&self, path: &str) -> Result<Operation, ArmError> {
        let call = Call::new(Method::DELETE, self.endpoint.join(path)?);
        self.send(&call, |answer| Ok(Operation::of(self, answer))).await
    }

    /// Sets something off by a POST that may be sent again without harm.
    pub(super) async fn start_with(&self, path: &str, body: &impl Serialize) -> Result<Operation, ArmError> {
        let call = Call::new(Method::POST, self.endpoint.join(path)?).with_body(body)?;
        self.send(&call, |answer| Ok(Operation::of(self, answer))).await
    }

    /// Sets something off by a POST without a body, which is not sent again unless it surely was not
    /// carried out.
    pub(super) async fn start(&self, path: &str) -> Result<Operation, ArmError> {
        let call = Call::new(Method::POST, self.endpoint.join(path)?).repeated(Repeat::UnlessSent);
        self.send(&call, |answer| Ok(Operation::of(self, answer))).await
    }

    /// The same, of what may be sent again without harm.
    pub(super) async fn start_with_nothing(&self, path: &str) -> Result<Operation, ArmError> {
        let call = Call::new(Method::POST, self.endpoint.join(path)?);
        self.send(&call, |answer| Ok(Operation::of(self, answer))).await
    }

    /// What Azure says where it told us to look how something goes: whether that is still going on, and
    /// the body.
    pub(super) async fn look_at(&self, link: &str) -> Result<(bool, Bytes), ArmError> {
        let call = Call::new(Method::GET, self.own(link)?);
        self.send(&call, |answer| Ok((answer.status == StatusCode::ACCEPTED, answer.body.clone()))).await
    }
}

impl<T: DeserializeOwned> Reply<T> {
    fn read(answer: &Answer) -> serde_json::Result<Self> {
        Ok(Self { value: answer.json()?, correlation_id: answer.correlation_id() })
    }
}
