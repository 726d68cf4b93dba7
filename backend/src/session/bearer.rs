//! Programs that call the API in the name of somebody, with an access token of theirs.
//!
//! They have no cookie, so no other site can make them do anything; all else holds for them too.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use http::HeaderMap;
use http::header::{AUTHORIZATION, COOKIE};
use secrecy::{ExposeSecret, SecretString};

use super::oidc::{Presented, ProviderError, WrongToken};
use super::sign_in::GroupsError;
use super::warrant::Warrant;
use super::{CurrentUser, SignIn, hash};
use crate::audit::TokenMark;
use crate::config::IdentityMode;

/// How many tokens are remembered to be good. Each was given out by the provider.
const MOST_KNOWN: usize = 10_000;

/// How somebody proved who they are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Proof {
    /// By a session: the hash of its id.
    Session(String),
    /// By an access token.
    Token(Arc<Bearer>),
}

impl Proof {
    /// What it is told from others by. It proves nothing.
    pub fn name(&self) -> &str {
        match self {
            Self::Session(id_hash) => id_hash,
            Self::Token(token) => &token.hash,
        }
    }
}

/// An access token that a program brought along.
pub struct Bearer {
    hash: String,
    token: SecretString,
    mark: TokenMark,
}

impl Bearer {
    fn new(token: &str) -> Self {
        Self { hash: hash(token), token: token.into(), mark: TokenMark::default() }
    }

    /// What it is put on record by. It proves nothing.
    pub fn mark(&self) -> &TokenMark {
        &self.mark
    }

    /// For the provider, and nobody else.
    pub(super) fn expose(&self) -> &str {
        self.token.expose_secret()
    }
}

impl fmt::Debug for Bearer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Bearer").field("hash", &self.hash).finish_non_exhaustive()
    }
}

impl PartialEq for Bearer {
    fn eq(&self, other: &Self) -> bool {
        self.hash == other.hash
    }
}

impl Eq for Bearer {}

/// Why a token does not count.
#[derive(Debug, thiserror::Error)]
pub enum BearerError {
    /// It is not one for us, or not any more.
    #[error(transparent)]
    Wrong(#[from] WrongToken),
    /// Whether it is good could not be found out.
    #[error("the sign-in provider's keys could not be had")]
    Unchecked(#[source] ProviderError),
    /// Whoever it stands for has more groups than fit into it, and those could not be had.
    #[error("the groups of somebody with many could not be had")]
    Groups(#[source] GroupsError),
}

/// The tokens that are known to be good, and whom they stand for.
#[derive(Debug, Default)]
pub struct KnownTokens(Mutex<HashMap<String, CurrentUser>>);

impl SignIn {
    /// The token that a request brought along, if programs may bring any.
    pub(super) fn brought_along(&self, headers: &HeaderMap) -> Option<Bearer> {
        self.0.provider.api_scope()?;
        let (scheme, token) = headers.get(AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
        scheme.eq_ignore_ascii_case("bearer").then(|| Bearer::new(token.trim()))
    }

    /// Whether an access token proves who sent a request, and nothing else could: no browser adds
    /// one of its own accord, as it does with cookies.
    pub async fn is_program(&self, headers: &HeaderMap) -> bool {
        let Some(token) = self.brought_along(headers).filter(|_| !headers.contains_key(COOKIE)) else {
            return false;
        };
        self.caller_with(token).await.is_ok()
    }

    /// Whom a token stands for.
    pub(super) async fn caller_with(&self, token: Bearer) -> Result<CurrentUser, BearerError> {
        let now = self.0.clock.now();
        if let Some(known) = self.0.known.get(&token.hash).filter(|known| now < known.expires_at) {
            return Ok(known);
        }
        let Presented { mut identity, mark, expires_at, lacks_groups } =
            self.0.provider.check_access_token(token.expose()).await?;
        if lacks_groups {
            let warrant = match self.0.terms.mode {
                IdentityMode::Service => Warrant::None,
                IdentityMode::Delegated => Warrant::Token(&token),
            };
            identity.groups = self.0.all_groups(&identity, warrant).await.map_err(BearerError::Groups)?;
        }
        let user = CurrentUser::known(identity, Proof::Token(Arc::new(Bearer { mark, ..token })), expires_at);
        self.0.known.keep(user.clone(), now);
        Ok(user)
    }
}

impl KnownTokens {
    fn get(&self, hash: &str) -> Option<CurrentUser> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(hash).cloned()
    }

    fn keep(&self, user: CurrentUser, now: jiff::Timestamp) {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= MOST_KNOWN {
            known.retain(|_, user| now < user.expires_at);
        }
        if known.len() < MOST_KNOWN {
            known.insert(user.proof.name().to_owned(), user);
        }
    }
}
