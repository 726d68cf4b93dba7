//! What becomes of a change of many machines.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Change, ChangeId, Meaning};
use crate::policy::JitPolicy;
use crate::resource_id::VmId;
use crate::session::Person;

/// A change of many machines that was asked for, and how far it has come.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PolicyChange {
    /// Its name.
    pub id: ChangeId,
    /// What is done to each machine.
    pub change: Change,
    /// Who asked for it.
    pub asked_by: Person,
    /// When.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
    pub asked_at: Timestamp,
    /// How far it has come.
    pub progress: Progress,
    /// How many machines it is for.
    pub machines: u32,
    /// How many of them nothing more happens to.
    pub settled: u32,
    /// Each machine. In an event, those that something has become of since the one before; in a
    /// list of changes, none.
    #[serde(default)]
    pub items: Vec<ChangedVm>,
}

/// How far a change has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Progress {
    /// It goes on.
    Working,
    /// It was cancelled: what has begun is finished, and nothing else is begun.
    Cancelling,
    /// Nothing more happens.
    Over,
}

/// One machine of a change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ChangedVm {
    /// The machine.
    pub vm: VmId,
    /// The resource id of the policy that is written for it.
    pub policy_id: String,
    /// The resource id of the policy of its own that it gets, where it leaves that one for it.
    #[serde(default)]
    pub own_policy_id: Option<String>,
    /// What was set up on it, as whoever asked for the change saw it.
    pub from: Option<JitPolicy>,
    /// What is to be.
    pub to: Option<JitPolicy>,
    /// What the change means for it.
    pub means: Meaning,
    /// What has become of it.
    pub fate: Fate,
}

/// What has become of one machine of a change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum Fate {
    /// Its turn has not come.
    Waiting,
    /// Its policy is being read and written.
    Working,
    /// It is as it was to be.
    Done,
    /// It was like that already, and nothing was written.
    Unchanged,
    /// Somebody has changed it since it was seen. It is as they left it.
    Overtaken {
        /// What is set up on it now; nothing where nothing is.
        standing: Option<JitPolicy>,
    },
    /// It may not, or cannot, be changed like that. Nothing was written.
    Refused {
        /// Why, in a sentence for people.
        reason: String,
    },
    /// Azure did not do it, or nobody knows whether it did.
    Failed {
        /// What happened, in a sentence for people.
        reason: String,
    },
    /// The change was cancelled before its turn.
    Cancelled,
}

impl Fate {
    /// Whether nothing more happens to it.
    pub fn is_final(&self) -> bool {
        !matches!(self, Self::Waiting | Self::Working)
    }

    /// Whether it is not as it was to be, and to try again could help.
    pub fn can_be_retried(&self) -> bool {
        matches!(self, Self::Overtaken { .. } | Self::Refused { .. } | Self::Failed { .. } | Self::Cancelled)
    }
}
