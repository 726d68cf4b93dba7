//! The token for one scope.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use azure_core::credentials::{AccessToken, Secret};
use azure_core::error::{Error, ErrorKind};
use azure_core::time::OffsetDateTime;
use jiff::{SignedDuration, Timestamp};

use crate::clock::Clock;

/// How long before its end a token is renewed.
const RENEW_BEFORE: SignedDuration = SignedDuration::from_mins(5);

/// How long a token must be good for to be handed out at all: it has to get to Azure.
const SHORTEST: SignedDuration = SignedDuration::from_secs(10);

/// How long to leave the identity provider alone after an attempt to renew a token.
const BETWEEN_ATTEMPTS: SignedDuration = SignedDuration::from_secs(30);

/// The token for one scope, and whose turn it is to renew it.
#[derive(Default)]
pub(super) struct Slot {
    /// Held by whoever asks for a token.
    pub(super) turn: Arc<tokio::sync::Mutex<()>>,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    kept: Option<Kept>,
    /// How many attempts have come to an end.
    attempts: u64,
    last_attempt: Option<Timestamp>,
    last_failure: Option<Arc<Error>>,
}

struct Kept {
    token: AccessToken,
    until: Timestamp,
}

/// What there is at a moment.
pub(super) enum Look {
    /// A token that needs no thought.
    Good(AccessToken),
    /// A token that should be renewed, and can be used until it is.
    Ageing(AccessToken),
    /// No token, after so many attempts.
    Nothing { attempts: u64 },
}

impl Slot {
    pub(super) fn look(&self, now: Timestamp) -> Look {
        let state = self.state();
        let left = |kept: &Kept| kept.until.duration_since(now);
        let attempted = state.last_attempt.is_some_and(|at| now.duration_since(at) < BETWEEN_ATTEMPTS);
        match &state.kept {
            Some(kept) if SHORTEST < left(kept) => {
                let token = kept.token.clone();
                if RENEW_BEFORE < left(kept) || attempted { Look::Good(token) } else { Look::Ageing(token) }
            }
            Some(_) | None => Look::Nothing { attempts: state.attempts },
        }
    }

    /// What came of the attempt that somebody else finished after `attempts` others, if there is
    /// one. Its failure is everybody's: those who waited do not try again in turn.
    pub(super) fn since(&self, attempts: u64) -> Option<azure_core::Result<AccessToken>> {
        let state = self.state();
        if state.attempts == attempts {
            return None;
        }
        match (&state.kept, &state.last_failure) {
            (Some(kept), _) => Some(Ok(kept.token.clone())),
            (None, Some(failure)) => Some(Err(share(failure))),
            (None, None) => None,
        }
    }

    /// Writes down what came of an attempt and passes it on.
    pub(super) fn keep(
        &self,
        outcome: azure_core::Result<AccessToken>,
        clock: &Clock,
    ) -> azure_core::Result<AccessToken> {
        let now = clock.now();
        let mut state = self.state();
        state.attempts += 1;
        state.last_attempt = Some(now);
        match outcome {
            Ok(token) => {
                state.kept = Some(Kept {
                    until: now.saturating_add(lifetime(&token)).unwrap_or(now),
                    token: token.clone(),
                });
                state.last_failure = None;
                Ok(token)
            }
            Err(error) => {
                let error = Arc::new(error);
                state.kept.take_if(|kept| kept.until <= now);
                state.last_failure = Some(error.clone());
                Err(share(&error))
            }
        }
    }

    /// Drops `token`, which Azure did not take.
    pub(super) fn forget(&self, token: &Secret) {
        self.state().kept.take_if(|kept| kept.token.token == *token);
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// How long `token` is good for. Credentials stamp it by the system's clock, so that one is asked;
/// from here on it is counted on ours.
fn lifetime(token: &AccessToken) -> SignedDuration {
    let left = token.expires_on - OffsetDateTime::now_utc();
    SignedDuration::new(left.whole_seconds(), left.subsec_nanoseconds())
}

fn share(error: &Arc<Error>) -> Error {
    Error::with_error(ErrorKind::Credential, error.clone(), error.to_string())
}
