//! What an entry of the audit trail says, as it is kept.

use std::net::IpAddr;

use serde::{Deserialize, Serialize};
use shared::access::{AccessRequest, NewAccess, RequestId};
use shared::resource_id::VmId;
use shared::session::{Person, SeenAddress};

use crate::session::PersonKey;

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
    },
    /// Postern itself.
    Postern,
}

impl Actor {
    /// Somebody who is signed in, at an address.
    pub fn person(key: &PersonKey, person: &Person, seen: SeenAddress) -> Self {
        Self::Person { key: key.clone(), person: person.clone(), address: Some(seen.address) }
    }
}

/// Something that Postern is about to do at Azure.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "action", rename_all = "snake_case")]
pub enum Action {
    /// Open ports.
    Open {
        /// The request, as it was judged.
        request: Box<AccessRequest>,
        /// The policy that Azure is asked through.
        policy: String,
    },
    /// Start a machine.
    StartVm {
        /// The machine.
        vm: VmId,
    },
}

impl Action {
    /// The request it is about.
    pub fn request(&self) -> Option<RequestId> {
        match self {
            Self::Open { request, .. } => Some(request.id),
            Self::StartVm { .. } => None,
        }
    }
}

/// What came of an action.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "outcome", rename_all = "snake_case")]
pub enum Outcome {
    /// Azure did it, or took it on.
    Done {
        /// Azure's correlation id of the call.
        correlation_id: Option<String>,
    },
    /// Azure said no. Nothing happened.
    Refused {
        /// Why, in a sentence for people.
        reason: String,
        /// Azure's correlation id of the call.
        correlation_id: Option<String>,
    },
    /// Azure could not be asked. Nothing happened.
    Failed {
        /// What happened, in a sentence for people.
        reason: String,
    },
    /// Azure was asked, and nobody knows what it did.
    Unknown {
        /// What happened, in a sentence for people.
        reason: String,
    },
}

/// Something that was asked for and not tried.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refusal {
    /// What was asked for.
    #[serde(flatten)]
    pub wanted: Wanted,
    /// Why it was not tried: one sentence per reason.
    pub why: Vec<String>,
}

/// What somebody asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "wanted", rename_all = "snake_case")]
pub enum Wanted {
    /// Access.
    Access {
        /// As they put it.
        access: NewAccess,
    },
    /// A machine to be started.
    StartVm {
        /// The machine.
        vm: VmId,
    },
}
