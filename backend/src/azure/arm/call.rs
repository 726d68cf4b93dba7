//! A request as it is sent, perhaps several times.

use bytes::Bytes;
use http::Method;
use serde::Serialize;
use url::Url;
use uuid::Uuid;

use super::ArmError;

/// A request, all but its token.
#[derive(Debug)]
pub(super) struct Call {
    pub(super) method: Method,
    pub(super) url: Url,
    pub(super) body: Bytes,
    /// Our name for it, which Azure keeps beside its own.
    pub(super) id: Uuid,
    pub(super) repeat: Repeat,
}

/// When a request may be sent again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Repeat {
    /// Twice does no more than once.
    Freely,
    /// Twice could do more than once, so only while nothing has been carried out.
    UnlessSent,
    /// What is sent follows from what was read just before, so that whoever sends it reads again
    /// first. It is not held up either: if others are to wait, it fails.
    AfterLooking,
}

impl Call {
    /// A call without a body that may be repeated.
    pub(super) fn new(method: Method, url: Url) -> Self {
        Self { method, url, body: Bytes::new(), id: Uuid::new_v4(), repeat: Repeat::Freely }
    }

    pub(super) fn with_body(self, body: &impl Serialize) -> Result<Self, ArmError> {
        let body = serde_json::to_vec(body).map_err(ArmError::unexpected)?;
        Ok(Self { body: body.into(), ..self })
    }

    pub(super) fn named(self, id: Uuid) -> Self {
        Self { id, ..self }
    }

    pub(super) fn repeated(self, repeat: Repeat) -> Self {
        Self { repeat, ..self }
    }
}
