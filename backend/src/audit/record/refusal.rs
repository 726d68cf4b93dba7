//! What was asked for and not tried, as it is kept.

use serde::{Deserialize, Serialize};
use shared::access::{NewAccess, RequestId};
use shared::compliance::{AssignmentScope, Effect};
use shared::handoff::{Handoff, NewHandoff};
use shared::policy::JitPolicy;
use shared::policy_change::Change;
use shared::resource_id::VmId;
use uuid::Uuid;

/// Something that was asked for and not tried.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refusal {
    /// What was asked for.
    #[serde(flatten)]
    pub wanted: Wanted,
    /// Why it was not tried: one sentence per reason.
    pub why: Vec<String>,
    /// Azure's correlation id, if it was Azure that refused.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub correlation_id: Option<String>,
}

/// What somebody asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "wanted", rename_all = "snake_case")]
pub enum Wanted {
    /// Access.
    Access {
        /// As they put it.
        access: NewAccess,
        /// The request that it was to make last longer.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        extends: Option<RequestId>,
    },
    /// Access to be closed before its time.
    Close {
        /// The request that opened it.
        request: RequestId,
        /// The machine.
        vm: VmId,
    },
    /// To prepare access for somebody else.
    PrepareHandoff {
        /// As they put it.
        handoff: NewHandoff,
    },
    /// To look at what was prepared for somebody else.
    ReadHandoff {
        /// What was prepared.
        handoff: Box<Handoff>,
    },
    /// To be known as the guest that it was prepared for.
    EnterHandoff {
        /// What was prepared.
        handoff: Box<Handoff>,
    },
    /// To have what was prepared opened.
    RedeemHandoff {
        /// What was prepared.
        handoff: Box<Handoff>,
    },
    /// A machine to be started.
    StartVm {
        /// The machine.
        vm: VmId,
    },
    /// Just-in-time access to be set up differently on many machines.
    ConfigureMany {
        /// Some of the machines.
        vms: Vec<VmId>,
        /// How many they are.
        machines: usize,
        /// What was to be done to each.
        change: Change,
    },
    /// A machine that shares a policy to get one of its own.
    Split {
        /// The machine.
        vm: VmId,
    },
    /// Microsoft Defender for Servers Plan 2 to be switched on for a subscription.
    EnableDefender {
        /// The subscription.
        subscription: Uuid,
    },
    /// The policy that machines should have just-in-time access to be assigned.
    AssignPolicy {
        /// The part of Azure that it was to be assigned to.
        scope: AssignmentScope,
        /// What it was to have Azure do.
        effect: Effect,
    },
    /// Such an assignment to be taken away.
    RemoveAssignment {
        /// The part of Azure that it is of.
        scope: AssignmentScope,
    },
    /// Azure Policy to look at the machines of a subscription anew.
    ScanCompliance {
        /// The subscription.
        subscription: Uuid,
    },
    /// Owners to be asked to protect machines.
    AskOwners {
        /// Some of the machines.
        vms: Vec<VmId>,
        /// How many they are.
        machines: usize,
    },
    /// Just-in-time access to be set up differently on a machine.
    Configure {
        /// The machine.
        vm: VmId,
        /// What was to be set up; nothing to have none.
        to: Option<JitPolicy>,
    },
}
