//! Access that one person prepares and another has opened: what is kept of it, and its secrets.
//!
//! The link is `/for/{id}#{secret}`. Browsers send nobody what stands behind the `#`, so that no
//! log of a server or a proxy, no referrer and no preview has the secret.

mod code;
mod link;
mod qr;
mod secret;
mod username;
mod words;

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use shared::handoff::{Handoff, HandoffState};
use shared::session::Person;

use crate::session::{CurrentUser, PersonKey, Proof};

pub use code::GuestCode;
pub use link::Links;
pub use qr::svg;
pub use secret::{LinkSecret, guest_pass, is_hash_of};
pub use username::is_like;
pub use words::message;

/// Something that was prepared, and what Postern needs to know of it that nobody is told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HandoffRecord {
    /// What was prepared.
    pub handoff: Handoff,
    /// By whose right it is opened.
    pub preparer: Preparer,
    /// What the secret of the link is told by.
    pub secret_hash: String,
    /// What the code for a guest is told by, until they have given it.
    pub code_hash: Option<String>,
    /// How many wrong codes were given.
    pub wrong_codes: u32,
    /// What the browser of the guest is told by, once they have given the code.
    pub guest_hash: Option<String>,
    /// Who has had it opened.
    pub redeemer: Option<PersonKey>,
    /// Who else has looked at it. That goes on record once for each of them, however often they come.
    #[serde(default)]
    pub strangers: Vec<PersonKey>,
}

/// Who prepared something, as their sign-in told of them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Preparer {
    /// What identifies them.
    pub key: PersonKey,
    /// Their app roles.
    pub roles: Vec<String>,
    /// Their groups.
    pub groups: Vec<String>,
    /// The session in which they prepared it. It lets nobody in.
    pub session: String,
    /// Until when that counts.
    pub signed_in_until: Timestamp,
}

impl HandoffRecord {
    /// How many wrong codes a link takes before it is not good any more.
    pub const MOST_WRONG_CODES: u32 = 5;

    /// Where it stands at `now`.
    pub fn state(&self, now: Timestamp) -> HandoffState {
        self.handoff.state.clone().at(self.handoff.expires_at, now)
    }

    /// The one who prepared it, for their rules to be asked and Azure to be asked in their name.
    pub fn right(&self) -> CurrentUser {
        self.preparer.right(self.handoff.prepared_by.clone())
    }

    /// Whether `user` is the one who prepared it. It is never for them: preparing access for others
    /// is another right than requesting it for oneself.
    pub fn is_by(&self, user: &CurrentUser) -> bool {
        user.key == self.preparer.key
    }

    /// Whether it was prepared for `user`: a person of the same provider who goes by that name.
    pub fn is_for(&self, user: &CurrentUser) -> bool {
        !self.handoff.guest
            && !self.is_by(user)
            && user.key.realm == self.preparer.key.realm
            && !user.person.username.is_empty()
            && shared::text::folded(&user.person.username)
                == shared::text::folded(self.handoff.requested_for.as_str())
    }

    /// Whether the browser that holds `held` is the guest's who gave the code.
    pub fn is_guest(&self, held: &str) -> bool {
        self.guest_hash.as_ref().is_some_and(|hash| is_hash_of(hash, "guest", held))
    }

    /// The name that the guest's request is kept under. No provider vouches for them.
    pub fn guest_key(&self) -> PersonKey {
        PersonKey { realm: "guest".to_owned(), subject: self.handoff.id.to_string() }
    }

    /// The guest as others see them.
    pub fn guest(&self) -> Person {
        let name = self.handoff.requested_for.to_string();
        Person { name: name.clone(), username: name }
    }
}

impl Preparer {
    /// Whoever is signed in.
    pub fn of(user: &CurrentUser) -> Self {
        Self {
            key: user.key.clone(),
            roles: user.roles.clone(),
            groups: user.groups.clone(),
            session: user.proof.name().to_owned(),
            signed_in_until: user.expires_at,
        }
    }

    /// The same person, of whom others see this, while they are not there.
    pub fn right(&self, person: Person) -> CurrentUser {
        let Self { key, roles, groups, session, signed_in_until } = self.clone();
        let proof = Proof::Session(session);
        CurrentUser { person, key, roles, groups, proof, expires_at: signed_in_until }
    }
}

/// How what is prepared is handed over.
#[derive(Debug, Clone)]
pub struct HandoffSettings {
    /// Where links lead to.
    pub links: Arc<Links>,
    /// How long a link is good.
    pub lasts: SignedDuration,
}

#[cfg(test)]
mod tests;
