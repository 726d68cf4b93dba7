//! Somebody who is signed in, as handlers ask for them.

use axum::extract::{FromRef, FromRequestParts};
use http::request::Parts;
use jiff::Timestamp;
use shared::session::Person;

use super::{Identity, PersonKey, Proof, Sessions, SignIn};
use crate::error::ApiError;
use crate::store::{SessionRow, StoreError};

/// The person whose session a request belongs to. A handler that takes one is not reached without.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CurrentUser {
    /// What others see of them.
    pub person: Person,
    /// What identifies them.
    pub key: PersonKey,
    /// Their app roles.
    pub roles: Vec<String>,
    /// Their groups.
    pub groups: Vec<String>,
    /// How they proved it.
    pub proof: Proof,
    /// Until when that counts, whatever they do.
    pub expires_at: Timestamp,
}

impl CurrentUser {
    pub(super) fn new(identity: Identity, session: SessionRow) -> Self {
        Self::known(identity, Proof::Session(session.id_hash), session.expires_at)
    }

    pub(super) fn known(identity: Identity, proof: Proof, expires_at: Timestamp) -> Self {
        let Identity { key, person, roles, groups, sid: _, login_hint: _ } = identity;
        Self { person, key, roles, groups, proof, expires_at }
    }

    /// The hash of their session's id, if they have one.
    pub fn session(&self) -> Option<&str> {
        match &self.proof {
            Proof::Session(id_hash) => Some(id_hash),
            Proof::Token(_) => None,
        }
    }
}

impl<S: Send + Sync> FromRequestParts<S> for CurrentUser
where
    Sessions: FromRef<S>,
    SignIn: FromRef<S>,
{
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let sign_in = SignIn::from_ref(state);
        if let Some(token) = sign_in.brought_along(&parts.headers) {
            return Ok(sign_in.caller_with(token).await?);
        }
        Sessions::from_ref(state).find(&parts.headers).await.map_err(|error| match error {
            SessionError::SignedOut => ApiError::SignedOut,
            error @ SessionError::Store(_) => ApiError::Session(error),
        })
    }
}

/// Nobody can be said to have sent the request.
#[derive(Debug, thiserror::Error)]
pub enum SessionError {
    /// Nobody is signed in, or the session is over.
    #[error("nobody is signed in")]
    SignedOut,
    /// The sessions cannot be read.
    #[error("the session could not be looked up")]
    Store(#[from] StoreError),
}
