//! One change of just-in-time access for many machines: what it is, what it would mean, and what
//! becomes of it.

mod amend;
mod apply;
mod progress;

use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::configuration::Version;
use crate::policy::{JitPolicy, PortRule};
use crate::port::Port;
use crate::resource_id::VmId;

pub use amend::Amendment;
pub use apply::Difference;
pub use progress::{ChangedVm, Fate, PolicyChange, Progress};

/// A change that is asked for, of many machines at once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields, expecting = "an object with the fields vms and change")]
pub struct NewPolicyChange {
    /// The machines, each once; at least one, at most [`NewPolicyChange::MOST_VMS`].
    #[cfg_attr(feature = "openapi", schema(min_items = 1, max_items = 1000))]
    pub vms: Vec<VmId>,
    /// What is to be done to each of them.
    pub change: Change,
    /// The version of each machine that the plan showed, in the order of `vms`. A plan needs none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub versions: Vec<Version>,
    /// Whether only the plan is wanted: nothing is changed then.
    #[serde(default)]
    pub dry_run: bool,
}

impl NewPolicyChange {
    /// How many machines one change may name.
    pub const MOST_VMS: usize = 1000;
    /// How many sources it may write, those of all machines counted.
    pub const MOST_SOURCES: usize = 50_000;
}

/// What is to be done to each of many machines.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(
    rename_all = "snake_case",
    expecting = "an object with set or merge, or one of disable, forget and split"
)]
pub enum Change {
    /// Exactly these ports take the place of what is there. Where nothing is, just-in-time access
    /// is enabled by that.
    Set(JitPolicy),
    /// These ports are added, or take the place of what is there; of those some is changed where they
    /// are there; those are removed. All others stay.
    Merge(Merge),
    /// Just-in-time access is disabled. What is open closes.
    Disable,
    /// The machine does not exist any more, and its policy is to name it no longer.
    Forget,
    /// The machine leaves the policy that it shares with others and gets one of its own, with the
    /// same ports. The others stay as they are.
    Split,
}

/// Ports that are added or changed, and ports that are removed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields, default, expecting = "an object with the fields ports, amend and remove")]
pub struct Merge {
    /// Rules for ports that are added, or take the place of what is there.
    pub ports: Vec<PortRule>,
    /// What is changed of ports where they are there; nothing is added by it.
    pub amend: Vec<Amendment>,
    /// Ports that are removed where they are there.
    pub remove: Vec<Port>,
}

/// What a change would do to many machines. Nothing is changed by it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ChangePlan {
    /// One for each machine, in the order they were named.
    pub items: Vec<PlannedVm>,
    /// Machines that do not exist any more, as far as is known, and still stand in policies of
    /// those that were named.
    pub gone: Vec<VmId>,
    /// When Azure was asked.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
    pub as_of: Timestamp,
}

/// What a change would do to one machine.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PlannedVm {
    /// The machine.
    pub vm: VmId,
    /// The resource id of the policy that names it, or that it would get.
    pub policy_id: Option<String>,
    /// The resource id of the policy of its own that it would get, where it leaves that one for it.
    pub own_policy_id: Option<String>,
    /// How many other machines are in that policy. They stay as they are.
    pub shared_with: u32,
    /// What is set up on it; nothing where nothing is.
    pub from: Option<JitPolicy>,
    /// What would be.
    pub to: Option<JitPolicy>,
    /// What Azure has of its ports and is not understood here, as Azure has it. It stays as it is,
    /// unless just-in-time access is disabled or a port of the same number is set.
    #[serde(default)]
    pub unread: Vec<String>,
    /// Names what is set up on it: to be sent along with the change.
    pub version: Option<Version>,
    /// What the change would mean for it.
    pub means: Meaning,
    /// What would become of which ports.
    pub ports: Difference,
    /// What else is worth knowing before it is done, in sentences for people, as far as the list of
    /// machines knows: rules that let everybody past the policy, and what is open and would close.
    #[serde(default)]
    pub warnings: Vec<String>,
    /// Why it cannot be changed like that, in a sentence for people.
    pub obstacle: Option<String>,
}

/// What a change means for one machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Meaning {
    /// Nothing: it is like that already.
    Unchanged,
    /// Just-in-time access is enabled.
    Enabled,
    /// Ports are added, changed or removed.
    Changed,
    /// Just-in-time access is disabled.
    Disabled,
    /// It gets a policy of its own, with the same ports.
    Split,
    /// It cannot be changed like that; the obstacle says why.
    Impossible,
}

/// Names one change of many machines.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ChangeId(pub Uuid);

impl FromStr for ChangeId {
    type Err = ParseChangeIdError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Uuid::try_parse(text).map(Self).map_err(|_| ParseChangeIdError(text.to_owned()))
    }
}

impl fmt::Display for ChangeId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// The text does not name a change.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("“{0}” does not name a change of just-in-time policies")]
pub struct ParseChangeIdError(String);
