//! Who acted, as the audit trail knows them.

use std::net::IpAddr;

use serde::{Deserialize, Serialize};
use shared::handoff::HandoffId;
use shared::session::Person;

use crate::session::{CurrentUser, PersonKey, Proof};

/// Who acted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "actor", rename_all = "snake_case")]
pub enum Actor {
    /// Somebody who was signed in.
    Person {
        /// What identifies them for good.
        key: PersonKey,
        /// What they were called then.
        #[serde(flatten)]
        person: Person,
        /// Where their request came from.
        address: Option<IpAddr>,
        /// The session that it came in: the hash of its id, which lets nobody in.
        #[serde(default)]
        session: Option<String>,
        /// The access token that it came with instead, if a program sent it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        token: Option<TokenMark>,
    },
    /// Somebody without an account, who was given the link to what was prepared for them.
    Guest {
        /// What was prepared.
        handoff: HandoffId,
        /// What whoever prepared it calls them.
        name: String,
        /// Where their request came from.
        address: IpAddr,
    },
    /// Postern itself.
    Postern,
    /// The sign-in provider.
    Provider,
}

/// What an access token can be found by in the sign-in provider's log. It lets nobody in.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TokenMark {
    /// The client id of the program that it was given to.
    pub azp: Option<String>,
    /// Its own id.
    pub uti: Option<String>,
}

impl Actor {
    /// Whoever sent a request, from an address.
    pub fn user(user: &CurrentUser, address: IpAddr) -> Self {
        let (session, token) = match &user.proof {
            Proof::Session(id_hash) => (Some(id_hash.clone()), None),
            Proof::Token(token) => (None, Some(token.mark().clone())),
        };
        let (key, person) = (user.key.clone(), user.person.clone());
        Self::Person { key, person, address: Some(address), session, token }
    }

    /// Somebody at an address, in a session if they have one.
    pub fn person(key: &PersonKey, person: &Person, session: Option<&str>, address: IpAddr) -> Self {
        Self::Person {
            key: key.clone(),
            person: person.clone(),
            address: Some(address),
            session: session.map(str::to_owned),
            token: None,
        }
    }
}
