//! Access for somebody else: one person prepares it, another has it opened for their own address.
//!
//! By the preparer's right, judged when they prepare it and again when it is opened; in the name of
//! whom it is for. Everything that becomes of it is decided and put on record while nobody else
//! writes, so that a link is used once in all replicas.

mod after;
mod enter;
mod prepare;
mod redeem;
mod revoke;
mod visit;

use secrecy::{ExposeSecret, SecretString};
use shared::handoff::{Handoff, HandoffId, HandoffState};
use shared::session::SeenAddress;

use super::{Jit, JitError};
use crate::audit::{Actor, Wanted};
use crate::handoff::{HandoffRecord, LinkSecret};
use crate::session::CurrentUser;

pub(super) use redeem::redeem;

/// Somebody who was given a link.
#[derive(Debug, Clone)]
pub struct Recipient {
    /// Who they are, if they are signed in.
    pub user: Option<CurrentUser>,
    /// What their browser holds, if they gave the code for a guest.
    pub guest_pass: Option<SecretString>,
    /// Where they come from.
    pub address: SeenAddress,
}

/// Whether something was prepared for somebody.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fit {
    /// It was.
    Theirs,
    /// They have not said who they are.
    Unknown,
    /// It was prepared for somebody else.
    Others,
}

impl Recipient {
    /// Whether `record` was prepared for them, or, once it was redeemed, whether it was by them.
    fn fit(&self, record: &HandoffRecord) -> Fit {
        if self.user.as_ref().is_some_and(|user| record.is_by(user)) {
            return Fit::Others;
        }
        if record.handoff.guest {
            let pass = self.guest_pass.as_ref().map(ExposeSecret::expose_secret);
            return if pass.is_some_and(|pass| record.is_guest(pass)) { Fit::Theirs } else { Fit::Unknown };
        }
        match (&self.user, &record.redeemer) {
            (None, _) => Fit::Unknown,
            // Names change hands; this does not.
            (Some(user), Some(redeemer)) if user.key == *redeemer => Fit::Theirs,
            (Some(user), None) if record.is_for(user) => Fit::Theirs,
            (Some(_), _) => Fit::Others,
        }
    }

    /// They as the audit trail knows them.
    fn actor(&self, record: &HandoffRecord) -> Actor {
        let address = self.address.address;
        match &self.user {
            Some(user) if !record.handoff.guest || record.is_by(user) => Actor::user(user, address),
            Some(_) | None => {
                let name = record.handoff.requested_for.to_string();
                Actor::Guest { handoff: record.handoff.id, name, address }
            }
        }
    }
}

impl Jit {
    /// What was prepared, for somebody who has the secret of its link. What does not exist and
    /// what they have no secret of is the same to them.
    async fn linked(&self, id: HandoffId, secret: &LinkSecret) -> Result<HandoffRecord, JitError> {
        let record = self.store.handoffs().get(id).await?;
        record.filter(|record| secret.is_told_by(&record.secret_hash)).ok_or_else(no_such_link)
    }

    /// Puts on record that somebody was refused.
    async fn refuse_recipient(
        &self,
        by: &Recipient,
        record: &HandoffRecord,
        wanted: fn(Box<Handoff>) -> Wanted,
        why: &JitError,
    ) -> Result<(), JitError> {
        let wanted = wanted(Box::new(record.handoff.clone()));
        self.put_refusal_on_record(&by.actor(record), wanted, why).await
    }
}

/// What Azure wants of whoever prepared something, who is not there; `then` says what follows.
fn of_preparer(error: JitError, by: &str, then: &str) -> JitError {
    match error {
        JitError::StepUp(_) | JitError::SignInOver => JitError::Forbidden(format!(
            "Azure is asked in the name of {by}, and takes that only once they have signed in again; {then}"
        )),
        error => error,
    }
}

/// That a link leads nowhere, whatever of it is wrong.
pub fn no_such_link() -> JitError {
    JitError::Forbidden(
        "this link leads to nothing; perhaps only a part of it arrived, or it is long over. Ask whoever sent it for a new one".to_owned(),
    )
}

/// Why a link is not good any more, if it is not.
fn over(state: &HandoffState) -> Result<(), JitError> {
    let why = match state {
        HandoffState::Prepared => return Ok(()),
        HandoffState::Redeemed { .. } => "this link has been used already, and it works once",
        HandoffState::Revoked { .. } => "whoever prepared this has taken it back",
        HandoffState::Expired { .. } => "the time of this link is over",
        HandoffState::Locked { .. } => {
            "too many wrong codes were given for this link, and it is not good any more"
        }
    };
    Err(JitError::Conflict(format!("{why}; nothing was opened. Ask whoever sent it for a new one")))
}
