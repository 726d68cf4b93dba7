//! Keeps a token for as long as it is good.
//!
//! The credentials of `azure_identity` keep one too, but throw away a good one when they cannot
//! renew it, make everybody wait in turn for an authority that does not answer, and would hand
//! out again a token that Azure has just refused. So each of them is used once, and this is what
//! lives on.

mod slot;

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use azure_core::credentials::{AccessToken, Secret, TokenCredential, TokenRequestOptions};
use azure_core::error::{Error, ErrorKind};
use jiff::SignedDuration;
use tracing::warn;

use super::ClaimsRequest;
use crate::clock::Clock;
use slot::{Look, Slot};

/// How long to wait for a token.
const BOUND: SignedDuration = SignedDuration::from_secs(15);

/// Makes a credential that has not been used yet.
pub type Make = Box<dyn Fn() -> azure_core::Result<Arc<dyn TokenCredential>> + Send + Sync>;

/// A credential that asks for a token once and hands it out until shortly before it expires.
#[derive(Clone)]
pub struct Cached(Arc<Inner>);

struct Inner {
    make: Make,
    clock: Clock,
    slots: Mutex<HashMap<Box<[String]>, Arc<Slot>>>,
}

/// Put into the context of [`TokenRequestOptions`], tells a credential that Azure did not take
/// this token, so that it must not be handed out again.
#[derive(Debug, Clone)]
pub struct RefusedToken {
    /// The token.
    pub token: Secret,
    /// What the next one must prove, if Azure said so. The credential behind finds it in its own
    /// context, as a [`ClaimsRequest`]; those of services have nothing to prove.
    pub claims: Option<ClaimsRequest>,
}

impl Cached {
    /// A cache in front of the credentials that `make` makes. One is made now, to find mistakes
    /// in the settings early.
    pub fn new(make: Make, clock: Clock) -> azure_core::Result<Self> {
        make()?;
        Ok(Self(Arc::new(Inner { make, clock, slots: Mutex::default() })))
    }

    fn slot(&self, scopes: &[&str]) -> Arc<Slot> {
        let key: Box<[String]> = scopes.iter().map(|&scope| scope.to_owned()).collect();
        self.0.slots.lock().unwrap_or_else(PoisonError::into_inner).entry(key).or_default().clone()
    }
}

#[async_trait]
impl TokenCredential for Cached {
    async fn get_token(
        &self,
        scopes: &[&str],
        options: Option<TokenRequestOptions<'_>>,
    ) -> azure_core::Result<AccessToken> {
        let slot = self.slot(scopes);
        let refused: Option<&RefusedToken> =
            options.as_ref().and_then(|options| options.method_options.context.value());
        if let Some(RefusedToken { token, .. }) = refused {
            slot.forget(token);
        }
        match slot.look(self.0.clock.now()) {
            Look::Good(token) => Ok(token),
            Look::Ageing(token) => {
                // Nobody waits for a new one while the old one is good.
                if let Ok(turn) = slot.turn.clone().try_lock_owned() {
                    let inner = self.0.clone();
                    let scopes: Vec<String> = scopes.iter().map(|&scope| scope.to_owned()).collect();
                    tokio::spawn(async move {
                        let scopes: Vec<&str> = scopes.iter().map(String::as_str).collect();
                        if let Err(error) = slot.keep(inner.ask(&scopes, None).await, &inner.clock) {
                            warn!(%error, "a token could not be renewed; the old one is used until its end");
                        }
                        drop(turn);
                    });
                }
                Ok(token)
            }
            Look::Nothing { attempts } => {
                let _turn = slot.turn.clone().lock_owned().await;
                if let Some(outcome) = slot.since(attempts) {
                    return outcome;
                }
                let claims = refused.and_then(|refused| refused.claims.clone());
                slot.keep(self.0.ask(scopes, claims).await, &self.0.clock)
            }
        }
    }
}

impl Inner {
    async fn ask(&self, scopes: &[&str], claims: Option<ClaimsRequest>) -> azure_core::Result<AccessToken> {
        let credential = (self.make)()?;
        let options = claims.map(|claims| {
            let mut options = TokenRequestOptions::default();
            options.method_options.context.insert(claims);
            options
        });
        tokio::select! {
            outcome = credential.get_token(scopes, options) => outcome,
            () = self.clock.sleep(BOUND) => {
                Err(Error::with_message(ErrorKind::Credential, "the identity provider takes too long to answer"))
            }
        }
    }
}

impl fmt::Debug for Cached {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Cached").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
