//! Signing in again to prove more, and coming back with a session that can do more.

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use http::HeaderMap;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::{COOKIE, CurrentUser, Sessions, hash};
use crate::azure::credential::ClaimsRequest;

/// How long somebody may take to begin.
const PATIENCE: SignedDuration = SignedDuration::from_mins(30);

/// A sign-in that has to prove more.
///
/// What it has to prove goes through the browser, sealed for the session that it was asked of: a
/// link that somebody else made asks nobody for anything.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct StepUp {
    /// What to prove: the `claims` of the authorization request.
    pub(super) claims: String,
    /// Who, so that nobody is asked which account.
    pub(super) login_hint: String,
    until: Timestamp,
}

impl Sessions {
    /// Where to send the browser of `user`, whose session this is, to be completed with `&return=`
    /// and a page.
    pub fn step_up_path(&self, user: &CurrentUser, session: &str, claims: &ClaimsRequest) -> String {
        let step_up = StepUp {
            claims: claims.to_json(),
            login_hint: user.person.username.clone(),
            until: self.0.clock.now() + PATIENCE,
        };
        let sealed = self.0.sealer.seal(&purpose(session), &step_up);
        format!("/auth/login?step_up={}", BASE64_URL_SAFE_NO_PAD.encode(sealed))
    }

    /// What the session of whoever sent these headers is asked to prove by a path from
    /// [`Sessions::step_up_path`]; `None` for any other session's, and for one that is too old.
    pub(super) fn step_up(&self, headers: &HeaderMap, sealed: &str) -> Option<StepUp> {
        let session = hash(self.0.cookies.get(headers, COOKIE)?);
        let sealed = BASE64_URL_SAFE_NO_PAD.decode(sealed).ok()?;
        let step_up: StepUp = self.0.sealer.open(&purpose(&session), &sealed)?;
        (self.0.clock.now() < step_up.until).then_some(step_up)
    }
}

fn purpose(session: &str) -> String {
    format!("step-up {session}")
}
