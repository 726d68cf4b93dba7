//! Asking Azure in the name of whoever is signed in.
//!
//! The session holds what new tokens are had with, sealed; the tokens themselves are held in memory
//! alone, by each replica for itself. Nothing that goes on without a person needs either.

mod refusal;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use azure_core::credentials::{AccessToken, Secret, TokenCredential, TokenRequestOptions};
use azure_core::error::{Error, ErrorKind};
use azure_core::time::{Duration, OffsetDateTime};
use jiff::{SignedDuration, Timestamp};
use secrecy::ExposeSecret;

use super::oidc::{GrantError, Granted, Provider};
use super::warrant::Warrant;
use super::{CurrentUser, Kept, PersonKey, Proof, Sessions, SignIn, purpose};
use crate::audit::Actor;
use crate::azure::credential::{Cached, ClaimsRequest, SignInAgain};
use crate::clock::Clock;
use crate::store::{SessionRow, StoreError};
use refusal::{NoToken, Refusal};

/// How long tokens of a session are held that nobody asks for.
const HELD_FOR: SignedDuration = SignedDuration::from_hours(1);

/// Tokens for Azure of the people who are signed in. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Delegation(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    desk: Arc<Desk>,
    held: Mutex<HashMap<String, Held>>,
}

/// How somebody can prove more of who they are.
#[derive(Debug)]
pub enum StepUp {
    /// By signing in again.
    SignIn {
        /// Where to send their browser, to be completed with `&return=` and a page.
        login: String,
    },
    /// By bringing along another token, which their program has to get.
    NewToken {
        /// What that has to prove.
        claims: ClaimsRequest,
    },
}

/// Where tokens come from.
#[derive(Debug)]
struct Desk {
    provider: Arc<Provider>,
    sessions: Sessions,
    clock: Clock,
}

/// The tokens of one session.
#[derive(Debug)]
struct Held {
    tokens: Cached,
    asked_at: Timestamp,
}

/// The way of one person to new tokens.
#[derive(Debug)]
struct OfPerson {
    desk: Arc<Desk>,
    key: PersonKey,
    proof: Proof,
}

impl Delegation {
    /// Tokens by the sign-ins of `sign_in`, which must have asked for them.
    pub fn new(sign_in: &SignIn, clock: Clock) -> Self {
        let (provider, sessions) = (sign_in.0.provider.clone(), sign_in.0.sessions.clone());
        let desk = Arc::new(Desk { provider, sessions, clock });
        Self(Arc::new(Inner { desk, held: Mutex::default() }))
    }

    /// What stands for `user` at Azure. An error of it may be a [`SignInAgain`].
    pub fn credential(&self, user: &CurrentUser) -> Arc<dyn TokenCredential> {
        let Inner { desk, held } = &*self.0;
        let now = desk.clock.now();
        let mut held = held.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = held.get_mut(user.proof.name()) {
            known.asked_at = now;
            return Arc::new(known.tokens.clone());
        }
        held.retain(|_, known| now.duration_since(known.asked_at) < HELD_FOR);
        let (of, key, proof) = (desk.clone(), user.key.clone(), user.proof.clone());
        let make = move || -> azure_core::Result<Arc<dyn TokenCredential>> {
            Ok(Arc::new(OfPerson { desk: of.clone(), key: key.clone(), proof: proof.clone() }))
        };
        let tokens = Cached::new(Box::new(make), desk.clock.clone()).expect("it is made of what is there");
        held.insert(user.proof.name().to_owned(), Held { tokens: tokens.clone(), asked_at: now });
        Arc::new(tokens)
    }

    /// Whether `user` is still signed in, in the session in which they caused what is done in their
    /// name later. Tokens of theirs that are held last longer.
    pub async fn lasts(&self, user: &CurrentUser) -> Result<bool, StoreError> {
        let Some(session) = user.session() else { return Ok(false) };
        Ok(self.0.desk.sessions.kept(session).await?.is_some())
    }

    /// How `user` can prove more; see [`Sessions::step_up_path`].
    pub fn step_up(&self, user: &CurrentUser, claims: ClaimsRequest) -> StepUp {
        match user.session() {
            Some(session) => {
                StepUp::SignIn { login: self.0.desk.sessions.step_up_path(user, session, &claims) }
            }
            None => StepUp::NewToken { claims },
        }
    }
}

#[async_trait]
impl TokenCredential for OfPerson {
    async fn get_token(
        &self,
        scopes: &[&str],
        options: Option<TokenRequestOptions<'_>>,
    ) -> azure_core::Result<AccessToken> {
        let claims = options.as_ref().and_then(|options| options.method_options.context.value());
        let granted = match &self.proof {
            Proof::Session(session) => self.desk.ask(session, &scopes.join(" "), claims).await,
            Proof::Token(token) => {
                match self.desk.grant(Warrant::Token(token), &scopes.join(" "), claims).await {
                    Ok(granted) => Ok(granted),
                    Err(error) => Err(self.desk.refused(&self.key, error).await),
                }
            }
        };
        let Granted { access_token, lifetime, .. } = granted.map_err(|none| {
            let words = none.to_string();
            match none {
                NoToken::SignInAgain(reason) => Error::with_error(ErrorKind::Credential, reason, words),
                none => Error::with_error(ErrorKind::Credential, none, words),
            }
        })?;
        let token = Secret::new(access_token.expose_secret().to_owned());
        Ok(AccessToken::new(token, OffsetDateTime::now_utc() + Duration::seconds(lifetime.as_secs())))
    }
}

impl Desk {
    async fn ask(
        &self,
        session: &str,
        scope: &str,
        claims: Option<&ClaimsRequest>,
    ) -> Result<Granted, NoToken> {
        let kept = self.sessions.kept(session).await?;
        let Some((row, kept)) = kept else { return Err(SignInAgain::Over.into()) };
        // It began before people were asked to let us act for them.
        let Some(refresh_token) = &kept.refresh_token else {
            return Err(SignInAgain::StepUp(ClaimsRequest::default()).into());
        };
        let granted = self.grant(Warrant::SignIn(refresh_token), scope, claims).await;
        match granted {
            Ok(granted) => {
                if let Some(new) = &granted.refresh_token {
                    let renewed = Kept { refresh_token: Some(new.clone()), ..kept };
                    self.sessions.renew(&row, &renewed).await;
                }
                Ok(granted)
            }
            Err(error) => Err(self.refused(&row.person, error).await),
        }
    }

    async fn grant(
        &self,
        warrant: Warrant<'_>,
        scope: &str,
        claims: Option<&ClaimsRequest>,
    ) -> Result<Granted, GrantError> {
        let claims = claims.cloned().unwrap_or_default().to_json();
        let mut form = warrant.form(scope).unwrap_or_default();
        form.push(("claims", &claims));
        self.provider.grant(&form).await
    }

    async fn refused(&self, key: &PersonKey, error: GrantError) -> NoToken {
        match Refusal::of(&error) {
            Refusal::AccountLost => self.let_go(key).await,
            Refusal::StepUp(claims) => SignInAgain::StepUp(claims).into(),
            Refusal::OfPostern => error.into(),
        }
    }

    /// Ends every session of a person whose account is not theirs any more.
    async fn let_go(&self, key: &PersonKey) -> NoToken {
        match self.sessions.end_all(&Actor::Provider, key).await {
            Ok(ended) => {
                tracing::info!(ended, subject = key.subject, "the sign-in provider has let somebody go");
                SignInAgain::Over.into()
            }
            // They do not get a token, but their sessions could not be ended.
            Err(error) => error.into(),
        }
    }
}

impl Sessions {
    /// A session that lasts, and what is sealed in it.
    async fn kept(&self, id_hash: &str) -> Result<Option<(SessionRow, Kept)>, StoreError> {
        let Some(row) = self.0.store.sessions().get(id_hash).await? else { return Ok(None) };
        let kept = self.0.sealer.open::<Kept>(&purpose(id_hash), &row.payload);
        Ok(kept.filter(|_| self.0.lifetime.lasts(&row, self.0.clock.now())).map(|kept| (row, kept)))
    }

    /// Seals something else into a session, unless another replica has done so since it was read.
    ///
    /// Whichever of two refresh tokens stays, it is good: Microsoft Entra ID takes the ones before
    /// until they expire. So it is no failure either if nothing can be written.
    async fn renew(&self, row: &SessionRow, renewed: &Kept) {
        let payload = self.0.sealer.seal(&purpose(&row.id_hash), renewed);
        if let Err(error) = self.0.store.sessions().replace_payload(row, &payload).await {
            let error = &error as &dyn std::error::Error;
            tracing::warn!(error, "a new refresh token could not be kept; the old one is used again");
        }
    }
}
