//! What happened and needed nothing of Azure, as it is kept.

use serde::{Deserialize, Serialize};
use shared::handoff::Handoff;
use shared::policy_change::{Change, ChangeId};
use shared::resource_id::VmId;
use uuid::Uuid;

use crate::session::PersonKey;

/// Something that happened and needed nothing of Azure.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum Event {
    /// Somebody signed in: their session began.
    SignedIn,
    /// Somebody signed out: their session ended.
    SignedOut,
    /// Sessions were ended from outside of them.
    SessionsEnded {
        /// Whose they were.
        person: PersonKey,
        /// The hashes of their ids.
        sessions: Vec<String>,
    },
    /// Somebody prepared access for somebody else.
    HandoffPrepared {
        /// What they prepared.
        handoff: Box<Handoff>,
    },
    /// A guest gave the code for it.
    HandoffGuestCame {
        /// What was prepared.
        handoff: Box<Handoff>,
    },
    /// Whom it was prepared for has it opened.
    HandoffRedeemed {
        /// What was prepared, and the request that came of it.
        handoff: Box<Handoff>,
    },
    /// It was taken back before that.
    HandoffRevoked {
        /// What was prepared.
        handoff: Box<Handoff>,
    },
    /// Nobody came in time.
    HandoffExpired {
        /// What was prepared.
        handoff: Box<Handoff>,
    },
    /// Too many wrong codes were given for it.
    HandoffLocked {
        /// What was prepared.
        handoff: Box<Handoff>,
    },
    /// Somebody asked for a change of many machines. What is done to each is on record by itself.
    ChangeAsked {
        /// Its name.
        id: ChangeId,
        /// What is to be done to each machine.
        change: Change,
        /// Some of the machines.
        vms: Vec<VmId>,
        /// How many they are.
        machines: usize,
    },
    /// Somebody cancelled one: nothing more of it is begun.
    ChangeCancelled {
        /// Its name.
        id: ChangeId,
    },
    /// All owners were asked of a week that can be.
    OwnersAsked {
        /// The week.
        week: String,
        /// How many owners were asked.
        asked: usize,
        /// Some of those who were not, for there is no address; nothing for the machines of nobody.
        left: Vec<Option<String>>,
        /// How many those are.
        left_owners: usize,
        /// How many machines are theirs.
        left_machines: usize,
    },
    /// Nobody could be told what happened: it was tried for long enough, or cannot be done.
    NotificationGivenUp {
        /// Its name.
        id: Uuid,
        /// Who was to be told, as the settings call them.
        target: String,
        /// The entry that it was about.
        about: i64,
        /// How often it was tried.
        tries: i64,
        /// Why it was not taken the last time.
        why: String,
    },
    /// The time of the oldest entries was over, and they are let go.
    TrailShortened {
        /// The hash of the last of them.
        hash: String,
        /// Its place.
        through: i64,
    },
}
