//! Who is signed in, and from where.
//!
//! [`SignIn`] lets somebody in through an OpenID Connect provider and [`Sessions`] remembers them.
//! A handler that takes a [`CurrentUser`] is only reached by somebody who is signed in; one that
//! takes [`Seen`] learns the address that the request comes from.

mod bearer;
mod cookie;
mod current_user;
mod delegation;
mod device;
mod during;
mod foreign;
mod oidc;
mod origin;
mod own;
mod person;
mod refresh_token;
mod return_path;
mod seal;
pub mod sign_in;
mod step_up;
mod warrant;

use std::net::IpAddr;
use std::sync::Arc;

use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use http::{HeaderMap, HeaderValue};
use jiff::{SignedDuration, Timestamp};
use url::Url;

use crate::audit::{self, Actor, Event};
use crate::clock::Clock;
use crate::store::{SessionRow, Store, StoreError, entries, sessions};

pub use bearer::{Bearer, BearerError, Proof};
pub use cookie::Cookies;
pub use current_user::{CurrentUser, SessionError};
pub use delegation::{Delegation, StepUp};
pub use device::Device;
pub use foreign::refuse_foreign_origins;
pub use oidc::{Issuer, ParseIssuerError, Probe, ProviderError, probe_provider};
pub use origin::{ForwardedHeader, Proxies, Seen};
pub use person::{Identity, PersonKey};
pub use refresh_token::RefreshToken;
pub use seal::{NotAKey, Sealer, SealingKey};
pub use sign_in::{Memberships, SignIn, Terms};

/// The name of the cookie that holds a session's id.
const COOKIE: &str = "postern";

/// How often a session notes that it is in use.
const TOUCH_EVERY: SignedDuration = SignedDuration::from_mins(1);

/// The people who are signed in.
///
/// The browser holds a random id; the store holds its hash, so that reading the store lets nobody
/// in, and seals what it says of the person with a key that is not in it.
#[derive(Debug, Clone)]
pub struct Sessions(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    store: Store,
    clock: Clock,
    sealer: Arc<Sealer>,
    cookies: Cookies,
    lifetime: Lifetime,
}

/// What is sealed into a session.
#[derive(Debug, serde::Serialize, serde::Deserialize)]
pub struct Kept {
    /// Who it is about.
    pub identity: Identity,
    /// From where they signed in.
    pub device: Device,
    /// What tokens in their name are had with, if they were asked for that.
    #[serde(default)]
    pub refresh_token: Option<RefreshToken>,
}

/// How long a session lasts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lifetime {
    /// Without being used.
    pub idle: SignedDuration,
    /// Whatever happens.
    pub absolute: SignedDuration,
}

impl Sessions {
    /// Sessions kept in `store`, for browsers that know us as `public_url`.
    pub fn new(
        store: Store,
        clock: Clock,
        sealer: Arc<Sealer>,
        public_url: &Url,
        lifetime: Lifetime,
    ) -> Self {
        Self(Arc::new(Inner { store, clock, sealer, cookies: Cookies::at(public_url), lifetime }))
    }

    /// Lets somebody in: a new session with an id of its own, and the header that tells the browser.
    /// The session that the browser had before, if any, ends. All of it, and that it stands in the
    /// audit trail, happens or nothing does.
    pub async fn begin(&self, kept: Kept, headers: &HeaderMap) -> Result<HeaderValue, StoreError> {
        let Inner { store, clock, sealer, cookies, lifetime } = &*self.0;
        let now = clock.now();
        store.sessions().sweep(now, now - lifetime.idle).await?;
        let id = random_text();
        let id_hash = hash(&id);
        let Identity { key, person, .. } = &kept.identity;
        let by = Actor::person(key, person, Some(&id_hash), kept.device.address);
        let session = SessionRow {
            person: kept.identity.key.clone(),
            sid: kept.identity.sid.clone(),
            created_at: now,
            last_seen_at: now,
            expires_at: now + lifetime.absolute,
            payload: sealer.seal(&purpose(&id_hash), &kept),
            id_hash,
        };
        let mut change = store.begin().await?;
        entries::append(&mut change, &audit::event(now, &by, &Event::SignedIn)).await?;
        if let Some(before) = cookies.get(headers, COOKIE) {
            sessions::delete(change.connection(), &hash(before)).await?;
        }
        sessions::insert(change.connection(), &session).await?;
        change.commit().await?;
        Ok(cookies.set(COOKIE, &id, None))
    }

    /// Who sent a request with these headers.
    pub async fn find(&self, headers: &HeaderMap) -> Result<CurrentUser, SessionError> {
        let Inner { store, clock, sealer, cookies, lifetime } = &*self.0;
        let id = cookies.get(headers, COOKIE).ok_or(SessionError::SignedOut)?;
        let session = store.sessions().get(&hash(id)).await?.ok_or(SessionError::SignedOut)?;
        let now = clock.now();
        let kept = sealer.open::<Kept>(&purpose(&session.id_hash), &session.payload);
        let Some(Kept { identity, .. }) = kept.filter(|_| lifetime.lasts(&session, now)) else {
            store.sessions().delete(&session.id_hash).await?;
            return Err(SessionError::SignedOut);
        };
        if now.duration_since(session.last_seen_at) >= TOUCH_EVERY
            && let Err(error) = store.sessions().touch(&session.id_hash, now).await
        {
            // On a full disk people can at least look; the session may end earlier for it.
            let error = &error as &dyn std::error::Error;
            tracing::warn!(error, "that a session is in use could not be noted");
        }
        Ok(CurrentUser::new(identity, session))
    }

    /// Ends the session of whoever sent these headers, and says who that was. The header makes the
    /// browser forget its cookie.
    pub async fn end(
        &self,
        headers: &HeaderMap,
        from: IpAddr,
    ) -> Result<(Option<Identity>, HeaderValue), StoreError> {
        let Inner { store, clock, sealer, cookies, .. } = &*self.0;
        let forget = cookies.forget(COOKIE);
        let Some(id_hash) = cookies.get(headers, COOKIE).map(hash) else { return Ok((None, forget)) };
        let Some(session) = store.sessions().get(&id_hash).await? else { return Ok((None, forget)) };
        let identity = sealer.open::<Kept>(&purpose(&id_hash), &session.payload).map(|kept| kept.identity);
        let mut change = store.begin().await?;
        if let Some(identity) = &identity {
            let by = Actor::person(&identity.key, &identity.person, Some(&id_hash), from);
            entries::append(&mut change, &audit::event(clock.now(), &by, &Event::SignedOut)).await?;
        }
        sessions::delete(change.connection(), &id_hash).await?;
        change.commit().await?;
        Ok((identity, forget))
    }
}

impl Lifetime {
    fn lasts(self, session: &SessionRow, now: Timestamp) -> bool {
        now < session.expires_at && now.duration_since(session.last_seen_at) < self.idle
    }
}

/// 256 random bits as text.
fn random_text() -> String {
    BASE64_URL_SAFE_NO_PAD.encode(random_bytes::<32>())
}

/// So many random bytes.
pub(crate) fn random_bytes<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    seal::fill(&mut bytes);
    bytes
}

fn hash(id: &str) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(digest(&SHA256, id.as_bytes()))
}

fn purpose(id_hash: &str) -> String {
    format!("session {id_hash}")
}

#[cfg(test)]
mod tests;
