//! Signing in and out: the three addresses under `/auth`.
//!
//! A sign-in on its way is kept in the browser that began it, in a sealed cookie of its own, so
//! that visitors who never finish cost no row, any replica can finish, two tabs do not disturb
//! each other, and nobody can be signed in by somebody else's link. A sign-in that fails ends on a
//! plain page that says why, which needs nothing of the site to be shown.

mod failure;
mod frontchannel;
mod groups;

use std::sync::Arc;

use axum::Json;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::response::{AppendHeaders, IntoResponse, Redirect, Response};
use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use http::header::SET_COOKIE;
use http::{HeaderMap, HeaderName, HeaderValue};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use url::Url;

use super::bearer::KnownTokens;
use super::oidc::{Provider, Secrets, Vouched, Wishes};
use super::return_path::ReturnPath;
use super::warrant::Warrant;
use super::{Cookies, Device, Identity, Kept, Sealer, Seen, SessionError, Sessions, random_text};
use crate::audit::Actor;
use crate::azure::credential::ClaimsRequest;
use crate::clock::Clock;
use crate::config::{IdentityMode, SignInSettings};
use crate::error::ApiError;
use crate::routes::Params;
use crate::rules::RulesInForce;

pub use failure::SignInFailure;
pub use frontchannel::frontchannel_logout;
pub use groups::{GroupsError, Memberships};

/// How long somebody may take to sign in.
const PATIENCE: SignedDuration = SignedDuration::from_mins(10);

/// How many sign-ins one browser may have on their way; cookies must not outgrow a request.
const MOST_PENDING: usize = 4;

/// Lets people in and out.
#[derive(Debug, Clone)]
pub struct SignIn(pub(super) Arc<Inner>);

#[derive(Debug)]
pub(super) struct Inner {
    pub(super) provider: Arc<Provider>,
    pub(super) sessions: Sessions,
    pub(super) terms: Terms,
    sealer: Arc<Sealer>,
    cookies: Cookies,
    public_url: Url,
    pub(super) clock: Clock,
    pub(super) known: KnownTokens,
}

/// On what terms people are let in.
#[derive(Debug, Clone)]
pub struct Terms {
    /// In whose name Azure is asked: then a sign-in gives us what that takes.
    pub mode: IdentityMode,
    /// The access rules, which may name groups.
    pub rules: RulesInForce,
    /// Where groups are found that do not fit into a token.
    pub memberships: Memberships,
}

/// A sign-in on its way. The `state` that it goes by is what it is sealed for.
#[derive(Debug, Serialize, Deserialize)]
struct Pending {
    secrets: Secrets,
    return_to: ReturnPath,
    until: Timestamp,
}

impl SignIn {
    /// Lets in whom the provider vouches for. The provider must send browsers back to
    /// `<public_url>auth/callback`, and `http` must not follow redirects.
    pub fn new(
        settings: SignInSettings,
        terms: Terms,
        public_url: &Url,
        sessions: Sessions,
        sealer: Arc<Sealer>,
        http: reqwest::Client,
        clock: Clock,
    ) -> Self {
        let callback = public_url.join("/auth/callback").expect("the public URL has a host");
        let provider = Arc::new(Provider::new(settings, callback, http, clock.clone()));
        let (cookies, public_url) = (Cookies::at(public_url), public_url.clone());
        Self(Arc::new(Inner {
            provider,
            sessions,
            terms,
            sealer,
            cookies,
            public_url,
            clock,
            known: KnownTokens::default(),
        }))
    }
}

/// What `/auth/login` can be asked for.
#[derive(Debug, Default, Deserialize)]
pub struct LoginQuery {
    /// The page to come back to.
    #[serde(rename = "return")]
    return_to: Option<String>,
    /// `select_account` lets people choose with which account.
    prompt: Option<String>,
    /// What to prove, as Postern has sealed it for the session.
    step_up: Option<String>,
}

/// `GET /auth/login`: sends the browser to the provider.
pub async fn login(
    State(SignIn(sign_in)): State<SignIn>,
    headers: HeaderMap,
    query: Result<Query<LoginQuery>, QueryRejection>,
) -> Result<Response, SignInFailure> {
    let Inner { provider, sealer, cookies, clock, .. } = &*sign_in;
    // Nobody is kept from signing in by a link that makes no sense.
    let query = query.map(|Query(query)| query).unwrap_or_default();
    let state = random_text();
    let pending = Pending {
        secrets: Secrets::generate(),
        return_to: ReturnPath::or_front_page(query.return_to.as_deref()),
        until: clock.now() + PATIENCE,
    };
    let wishes = sign_in.wishes(&headers, &query);
    let url = provider.authorize_url(&state, &pending.secrets, wishes).await?;
    let sealed = BASE64_URL_SAFE_NO_PAD.encode(sealer.seal(&purpose(&state), &pending));
    let seconds = u32::try_from(PATIENCE.as_secs()).expect("it is minutes");
    let mut set = vec![cookies.set(&cookie_name(&state), &sealed, Some(seconds))];
    let others: Vec<&str> = cookies.names(&headers, COOKIE_PREFIX).collect();
    if others.len() >= MOST_PENDING {
        set.extend(others.into_iter().map(|name| cookies.forget(name)));
    }
    Ok((all(set), Redirect::to(url.as_str())).into_response())
}

/// What the provider sends the browser back with.
#[derive(Debug, Deserialize)]
pub struct CallbackQuery {
    state: String,
    code: Option<String>,
    error: Option<String>,
    error_description: Option<String>,
}

/// `GET /auth/callback`: where the provider sends the browser back to.
pub async fn callback(
    State(SignIn(sign_in)): State<SignIn>,
    Seen(seen): Seen,
    headers: HeaderMap,
    query: Result<Query<CallbackQuery>, QueryRejection>,
) -> Result<Response, SignInFailure> {
    let Inner { provider, sessions, terms, cookies, .. } = &*sign_in;
    let Query(query) = query.map_err(|_| SignInFailure::Lost)?;
    let pending = sign_in.pending(&headers, &query.state).ok_or(SignInFailure::Lost)?;
    let code = match (query.code, query.error) {
        (Some(code), None) => code,
        (_, Some(error)) => {
            return Err(SignInFailure::refused(&error, &query.error_description.unwrap_or_default()));
        }
        (None, None) => return Err(SignInFailure::Lost),
    };
    let Vouched { mut identity, lacks_groups, refresh_token } =
        provider.redeem(code, pending.secrets).await?;
    // Whoever cannot be acted for gives us nothing that would have to be kept.
    let refresh_token = match terms.mode {
        IdentityMode::Service => None,
        IdentityMode::Delegated => Some(refresh_token.ok_or(SignInFailure::NothingToActWith)?),
    };
    if lacks_groups {
        let warrant = refresh_token.as_ref().map_or(Warrant::None, Warrant::SignIn);
        identity.groups = sign_in.all_groups(&identity, warrant).await?;
    }
    tracing::info!(realm = identity.key.realm, subject = identity.key.subject, "somebody signed in");
    let device = Device::of(seen.address, &headers);
    let session = sessions.begin(Kept { identity, device, refresh_token }, &headers).await?;
    let forget = cookies.forget(&cookie_name(&query.state));
    Ok((all(vec![session, forget]), Redirect::to(pending.return_to.as_str())).into_response())
}

/// Where to go after signing out.
#[derive(Debug, Serialize)]
pub struct SignedOut {
    /// The provider's own sign-out, or the front page.
    url: String,
}

/// What `/auth/logout` can be asked for.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LogoutQuery {
    /// Whether to end every session of the person, on other devices too.
    #[serde(default)]
    everywhere: bool,
}

/// `POST /auth/logout`: ends the session and says where to go next.
pub async fn logout(
    State(SignIn(sign_in)): State<SignIn>,
    Seen(seen): Seen,
    headers: HeaderMap,
    Params(query): Params<LogoutQuery>,
) -> Result<impl IntoResponse, ApiError> {
    let Inner { provider, sessions, public_url, .. } = &*sign_in;
    let ended = sessions.end(&headers, seen.address).await;
    let (identity, forget) = ended.map_err(|error| ApiError::Session(SessionError::Store(error)))?;
    if let Some(identity) = identity.as_ref().filter(|_| query.everywhere) {
        let by = Actor::person(&identity.key, &identity.person, None, seen.address);
        sessions.end_all(&by, &identity.key).await?;
    }
    let url = match identity {
        None => None,
        Some(identity) => {
            provider.end_session_url(public_url, identity.login_hint).await.unwrap_or_else(|error| {
                let error = &error as &dyn std::error::Error;
                tracing::warn!(error, "somebody is signed out here but not at the provider");
                None
            })
        }
    };
    let url = url.map_or_else(|| "/".to_owned(), String::from);
    Ok((all(vec![forget]), Json(SignedOut { url })))
}

impl Inner {
    /// The groups of somebody whose token has no room for them; none where no rule is for a group.
    pub(super) async fn all_groups(
        &self,
        identity: &Identity,
        warrant: Warrant<'_>,
    ) -> Result<Vec<String>, GroupsError> {
        if !self.terms.rules.now().name_groups() {
            return Ok(Vec::new());
        }
        self.terms.memberships.of(identity, warrant, &self.provider).await
    }

    /// What the provider is asked for beside who it is.
    fn wishes(&self, headers: &HeaderMap, query: &LoginQuery) -> Wishes {
        let step_up = query.step_up.as_deref().and_then(|sealed| self.sessions.step_up(headers, sealed));
        let (claims, login_hint) = step_up.map(|step_up| (step_up.claims, step_up.login_hint)).unzip();
        let acts_for_people = self.terms.mode == IdentityMode::Delegated;
        Wishes {
            selects_account: query.prompt.as_deref() == Some("select_account"),
            login_hint,
            claims: claims.or_else(|| acts_for_people.then(|| ClaimsRequest::default().to_json())),
        }
    }

    /// The sign-in that goes by `state`, if this browser began it, and not too long ago.
    fn pending(&self, headers: &HeaderMap, state: &str) -> Option<Pending> {
        let sealed = self.cookies.get(headers, &cookie_name(state))?;
        let sealed = BASE64_URL_SAFE_NO_PAD.decode(sealed).ok()?;
        let pending: Pending = self.sealer.open(&purpose(state), &sealed)?;
        (self.clock.now() < pending.until).then_some(pending)
    }
}

const COOKIE_PREFIX: &str = "postern-login-";

/// Eight characters tell the sign-ins of one browser apart; the seal is over all of `state`.
fn cookie_name(state: &str) -> String {
    format!("{COOKIE_PREFIX}{}", state.chars().take(8).collect::<String>())
}

fn purpose(state: &str) -> String {
    format!("sign-in {state}")
}

fn all(cookies: Vec<HeaderValue>) -> AppendHeaders<Vec<(HeaderName, HeaderValue)>> {
    AppendHeaders(cookies.into_iter().map(|cookie| (SET_COOKIE, cookie)).collect())
}

#[cfg(test)]
mod tests;
