//! Who is signed in where, and the codes and refresh tokens that were given out.

use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

use jiff::Timestamp;
use uuid::Uuid;

/// What Entra remembers between calls.
#[derive(Debug, Default)]
pub(crate) struct Sessions {
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    /// By the value of the browser's cookie, the object id of who is signed in.
    browsers: HashMap<String, String>,
    /// And whether they were redeemed.
    codes: HashMap<String, (Code, bool)>,
    /// And whether they were revoked.
    refresh_tokens: HashMap<String, (Grant, bool)>,
    /// By object id, since when what was given out before does not count.
    revoked_at: HashMap<String, Timestamp>,
}

/// That somebody let an app act for them.
#[derive(Debug, Clone)]
pub(super) struct Grant {
    pub(super) client_id: String,
    /// Object id of the person.
    pub(super) person: String,
    pub(super) session: String,
    pub(super) scope: String,
    pub(super) signed_in_at: Timestamp,
    pub(super) stepped_up: bool,
}

/// A grant on its way to the app.
#[derive(Debug, Clone)]
pub(super) struct Code {
    pub(super) grant: Grant,
    pub(super) redirect_uri: String,
    pub(super) nonce: Option<String>,
    /// Of the code challenge: the text and whether it is hashed.
    pub(super) challenge: Option<(String, bool)>,
    pub(super) issued_at: Timestamp,
}

/// Why a code is not taken.
pub(super) enum CodeError {
    Unknown,
    Redeemed,
}

impl Sessions {
    /// Who is signed in in the browser with this cookie.
    pub(super) fn signed_in(&self, cookie: &str) -> Option<String> {
        self.lock().browsers.get(cookie).cloned()
    }

    /// Signs a person in in a new browser session and gives the cookie.
    pub(super) fn sign_in(&self, person: &str) -> String {
        let cookie = Uuid::new_v4().to_string();
        self.lock().browsers.insert(cookie.clone(), person.to_owned());
        cookie
    }

    pub(super) fn sign_out(&self, cookie: &str) {
        self.lock().browsers.remove(cookie);
    }

    pub(super) fn give_code(&self, code: Code) -> String {
        let text = format!("1.{}.{}", Uuid::new_v4().simple(), Uuid::new_v4().simple());
        self.lock().codes.insert(text.clone(), (code, false));
        text
    }

    /// The code, which stays good until [`Self::redeemed`].
    pub(super) fn code(&self, text: &str) -> Result<Code, CodeError> {
        match self.lock().codes.get(text) {
            Some((_, true)) => Err(CodeError::Redeemed),
            Some((code, false)) => Ok(code.clone()),
            None => Err(CodeError::Unknown),
        }
    }

    /// A code works once.
    pub(super) fn redeemed(&self, text: &str) {
        if let Some((_, redeemed)) = self.lock().codes.get_mut(text) {
            *redeemed = true;
        }
    }

    pub(super) fn give_refresh_token(&self, grant: Grant) -> String {
        let text = format!("1.{}{}", Uuid::new_v4().simple(), Uuid::new_v4().simple());
        self.lock().refresh_tokens.insert(text.clone(), (grant, false));
        text
    }

    pub(crate) fn refresh_tokens(&self) -> Vec<String> {
        self.lock().refresh_tokens.keys().cloned().collect()
    }

    /// The grant behind a refresh token, and whether it was revoked.
    pub(super) fn refresh_token(&self, text: &str) -> Option<(Grant, bool)> {
        self.lock().refresh_tokens.get(text).cloned()
    }

    /// Ends every browser session of a person and revokes their refresh tokens, as an administrator may.
    pub(crate) fn revoke(&self, person: &str, now: Timestamp) {
        let mut state = self.lock();
        state.revoked_at.insert(person.to_owned(), now);
        state.browsers.retain(|_, signed_in| signed_in != person);
        for (grant, revoked) in state.refresh_tokens.values_mut() {
            *revoked |= grant.person == person;
        }
    }

    /// When what a person had given out by then was revoked.
    pub(crate) fn revoked_at(&self, person: &str) -> Option<Timestamp> {
        self.lock().revoked_at.get(person).copied()
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
