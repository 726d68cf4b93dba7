//! What an entry of the audit trail says, as it is kept.

mod event;
mod refusal;

use serde::{Deserialize, Serialize};
use shared::access::{AccessRequest, Displaced, RequestId, Technique};
use shared::bastion::BastionId;
use shared::compliance::{AssignmentScope, Effect};
use shared::defender::DefenderPlan;
use shared::policy::JitPolicy;
use shared::policy_change::ChangeId;
use shared::resource_id::VmId;
use uuid::Uuid;

use crate::compliance::Asking;

pub use event::Event;
pub use refusal::{Refusal, Wanted};

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
        /// What others had open that may end by this, as the one who asked was told and accepted.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        replaces: Vec<Displaced>,
    },
    /// Close ports before their time.
    Close {
        /// The request that opened them, as it stood.
        request: Box<AccessRequest>,
        /// How it is done.
        technique: Technique,
    },
    /// Start a machine.
    StartVm {
        /// The machine.
        vm: VmId,
    },
    /// Change how just-in-time access is set up on a machine.
    Configure {
        /// The machine.
        vm: VmId,
        /// The policy that is changed.
        policy: String,
        /// What it said of the machine, as whoever changes it saw it; nothing if it did not name it.
        from: Option<JitPolicy>,
        /// What it is to say; nothing to name it no more.
        to: Option<JitPolicy>,
        /// The change of many machines that this is a part of.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        change: Option<ChangeId>,
    },
    /// Give a machine that shares a policy one of its own, with the same ports.
    Split {
        /// The machine.
        vm: VmId,
        /// The policy that it leaves.
        policy: String,
        /// The policy that it gets.
        own: String,
        /// Its ports, as far as they can be understood.
        ports: Option<JitPolicy>,
        /// The change of many machines that this is a part of.
        change: ChangeId,
    },
    /// Have Microsoft Defender for Servers Plan 2 switched on for a subscription.
    EnableDefender {
        /// The subscription.
        subscription: Uuid,
        /// What it is called.
        name: String,
        /// The plan that it has.
        from: DefenderPlan,
    },
    /// Have the policy that machines should have just-in-time access assigned.
    AssignPolicy {
        /// The part of Azure that it is assigned to.
        scope: AssignmentScope,
        /// What it has Azure do.
        effect: Effect,
        /// What the assignment is called.
        name: String,
    },
    /// Have such an assignment taken away that Postern made.
    RemoveAssignment {
        /// The part of Azure that it is of.
        scope: AssignmentScope,
    },
    /// Have Azure Policy look at the machines of a subscription anew.
    ScanCompliance {
        /// The subscription.
        subscription: Uuid,
    },
    /// Ask an owner to protect machines. What is written goes out because it stands here.
    AskOwner {
        /// By what: by mail, or a webhook, as the settings call it.
        target: String,
        /// The address of a mail; empty for a webhook.
        to: String,
        /// What is written.
        asking: Box<Asking>,
        /// The week that it is for, where the settings have it done.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        week: Option<String>,
    },
    /// Have a shareable link made, or deleted. What the link is stands nowhere.
    ShareableLink {
        /// Which of the two.
        deed: LinkDeed,
        /// The request that it belongs to.
        of: RequestId,
        /// The machine it leads to.
        vm: VmId,
        /// The Bastion it leads through.
        bastion: BastionId,
    },
}

/// What is done with a shareable link.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LinkDeed {
    /// It is made.
    Create,
    /// It is deleted.
    Delete,
}

impl Action {
    /// To do something with the shareable link of a request.
    pub fn link(deed: LinkDeed, request: &AccessRequest, bastion: BastionId) -> Self {
        Self::ShareableLink { deed, of: request.id, vm: request.vm.clone(), bastion }
    }

    /// Whether ports are opened or closed.
    pub fn is_about_ports(&self) -> bool {
        matches!(self, Self::Open { .. } | Self::Close { .. })
    }

    /// The request it is about.
    pub fn request(&self) -> Option<RequestId> {
        match self {
            Self::Open { request, .. } | Self::Close { request, .. } => Some(request.id),
            Self::ShareableLink { of, .. } => Some(*of),
            Self::StartVm { .. }
            | Self::Configure { .. }
            | Self::Split { .. }
            | Self::EnableDefender { .. }
            | Self::AssignPolicy { .. }
            | Self::RemoveAssignment { .. }
            | Self::ScanCompliance { .. }
            | Self::AskOwner { .. } => None,
        }
    }

    /// The change of many machines that it is a part of, and the machine.
    pub fn part_of_change(&self) -> Option<(ChangeId, &VmId)> {
        match self {
            Self::Configure { vm, change, .. } => change.map(|change| (change, vm)),
            Self::Split { vm, change, .. } => Some((*change, vm)),
            Self::Open { .. }
            | Self::Close { .. }
            | Self::StartVm { .. }
            | Self::EnableDefender { .. }
            | Self::AssignPolicy { .. }
            | Self::RemoveAssignment { .. }
            | Self::ScanCompliance { .. }
            | Self::AskOwner { .. }
            | Self::ShareableLink { .. } => None,
        }
    }

    /// What an outcome repeats of it, so that it can be read by itself.
    pub(super) fn brief(&self) -> Brief<'_> {
        let of = |action, vm| Brief { action, vm: Some(vm), subscription: None, scope: None };
        let at = |action, scope| Brief { action, vm: None, subscription: None, scope: Some(scope) };
        let in_all_of = |action, id| Brief { action, vm: None, subscription: Some(id), scope: None };
        match self {
            Self::Open { request, .. } => of("open", &request.vm),
            Self::Close { request, .. } => of("close", &request.vm),
            Self::StartVm { vm } => of("start_vm", vm),
            Self::Configure { vm, .. } => of("configure", vm),
            Self::Split { vm, .. } => of("split", vm),
            Self::ShareableLink { deed: LinkDeed::Create, vm, .. } => of("create_link", vm),
            Self::ShareableLink { deed: LinkDeed::Delete, vm, .. } => of("delete_link", vm),
            Self::EnableDefender { subscription, .. } => in_all_of("enable_defender", *subscription),
            Self::AssignPolicy { scope, .. } => at("assign_policy", scope),
            Self::RemoveAssignment { scope } => at("remove_assignment", scope),
            Self::ScanCompliance { subscription } => in_all_of("scan_compliance", *subscription),
            Self::AskOwner { .. } => Brief::ASK_OWNER,
        }
    }
}

/// An action in short.
#[derive(Debug, Clone, Copy, Serialize)]
pub(super) struct Brief<'a> {
    action: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    vm: Option<&'a VmId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    subscription: Option<Uuid>,
    #[serde(skip_serializing_if = "Option::is_none")]
    scope: Option<&'a AssignmentScope>,
}

impl Brief<'_> {
    pub(super) const ASK_OWNER: Self =
        Self { action: "ask_owner", vm: None, subscription: None, scope: None };
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
        /// Azure's correlation id of a call that may have done it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        correlation_id: Option<String>,
    },
}

impl Outcome {
    /// That nobody knows what Azure did, and why.
    pub fn unknown(reason: impl Into<String>) -> Self {
        Self::Unknown { reason: reason.into(), correlation_id: None }
    }
}
