//! What stands in Postern's own trail about machines.

mod wanted;

use std::collections::HashMap;

use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use shared::access::{AccessRequest, Beneficiary, RequestId, Technique};
use shared::activity::Operation;
use shared::policy::JitPolicy;
use shared::port::Port;
use shared::resource_id::VmId;
use uuid::Uuid;

use super::{APART, Call};
use crate::audit::{Action, Actor, Outcome, Refusal};
use crate::store::{Entry, EntryKind};

/// Something that was wanted of Postern, and what came of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Own {
    /// Its place in the trail.
    pub seq: i64,
    /// When it was put on record.
    pub at: Timestamp,
    /// What was wanted.
    pub operation: Operation,
    /// The machines; at least one.
    pub vms: Vec<VmId>,
    /// The policy that was asked, or changed.
    pub policy: Option<String>,
    /// The other policy, where a machine moves to one of its own.
    moves_to: Option<String>,
    /// The name of whoever wanted it.
    pub name: Option<String>,
    /// What they sign in with.
    pub account: Option<String>,
    /// Where their request came from.
    pub address: Option<String>,
    /// For whom, if not for themselves.
    pub requested_for: Option<String>,
    /// The ports.
    pub ports: Vec<Port>,
    /// For whose addresses.
    pub source: Option<String>,
    /// Until when.
    pub until: Option<Timestamp>,
    /// Why.
    pub reason: Option<String>,
    /// The request.
    pub request: Option<RequestId>,
    /// What Postern's calls for it may be named after.
    pub names: Vec<Uuid>,
    /// Whether it was not tried.
    pub is_refusal: bool,
    /// Why not.
    refused_for: Vec<String>,
    /// What came of it, if it was tried and that is known.
    pub outcome: Option<Outcome>,
    /// Azure's name for the call.
    pub correlation_id: Option<String>,
    /// Whether the call is one that is looked for in Azure's log.
    pub is_of_the_log: bool,
}

/// What entries say. Those about no machine, and such that this version does not know, are left out.
pub fn read(entries: Vec<Entry>) -> Vec<Own> {
    let mut outcomes = HashMap::new();
    let mut wanted = Vec::new();
    for Entry { seq, content, .. } in entries {
        let Ok(actor) = serde_json::from_value::<Actor>(content.actor) else { continue };
        let base = Own::by(&actor, seq, content.at);
        match content.kind {
            EntryKind::Outcome(attempt) => {
                if let Ok(Settled { outcome }) = serde_json::from_value(content.body) {
                    outcomes.insert(attempt, outcome);
                }
            }
            EntryKind::Intent(attempt) => {
                let action = serde_json::from_value(content.body).ok();
                wanted.extend(
                    action.and_then(|action| base.tried(attempt, action)).map(|own| (Some(attempt), own)),
                );
            }
            EntryKind::Refusal => {
                let refusal = serde_json::from_value::<Refusal>(content.body).ok();
                wanted.extend(refusal.and_then(|refusal| base.refused(refusal)).map(|own| (None, own)));
            }
            EntryKind::Event => {}
        }
    }
    let settle = |(attempt, own): (Option<Uuid>, Own)| match attempt.and_then(|id| outcomes.remove(&id)) {
        Some(outcome) => own.settled(outcome),
        None => own,
    };
    wanted.into_iter().map(settle).collect()
}

/// The part of an outcome's body that says what came of it.
#[derive(Deserialize)]
struct Settled {
    #[serde(flatten)]
    outcome: Outcome,
}

impl Own {
    fn by(actor: &Actor, seq: i64, at: Timestamp) -> Self {
        let (name, account, address) = match actor {
            Actor::Person { person, address, .. } => {
                (Some(person.name.clone()), Some(person.username.clone()), address.as_ref())
            }
            Actor::Guest { name, address, .. } => (Some(format!("{name} (guest)")), None, Some(address)),
            Actor::Postern => (Some("Postern".to_owned()), None, None),
            Actor::Provider => (Some("The sign-in provider".to_owned()), None, None),
        };
        Self {
            seq,
            at,
            operation: Operation::Other,
            vms: Vec::new(),
            policy: None,
            moves_to: None,
            name,
            account,
            address: address.map(ToString::to_string),
            requested_for: None,
            ports: Vec::new(),
            source: None,
            until: None,
            reason: None,
            request: None,
            names: Vec::new(),
            is_refusal: false,
            refused_for: Vec::new(),
            outcome: None,
            correlation_id: None,
            is_of_the_log: true,
        }
    }

    fn tried(self, attempt: Uuid, action: Action) -> Option<Self> {
        let named = |change: Option<shared::policy_change::ChangeId>| {
            [Some(attempt), change.map(|change| change.0)].into_iter().flatten().collect()
        };
        Some(match action {
            Action::Open { request, policy, .. } => {
                Self { policy: Some(policy), ..self.about(Operation::Initiate, *request) }
            }
            Action::Close { request, technique } => Self {
                is_of_the_log: technique == Technique::Shorten,
                ..self.about(Operation::Close, *request)
            },
            Action::StartVm { vm } => self.own_only(Operation::Start, vm),
            Action::ShareableLink { of, vm, .. } => {
                Self { request: Some(of), ..self.own_only(Operation::Link, vm) }
            }
            Action::Configure { vm, policy, to, change, .. } => Self {
                operation: Operation::Update,
                vms: vec![vm],
                policy: Some(policy),
                ports: ports_of(to.as_ref()),
                names: named(change),
                ..self
            },
            Action::Split { vm, policy, own, ports, change } => Self {
                operation: Operation::Update,
                vms: vec![vm],
                policy: Some(policy),
                moves_to: Some(own),
                ports: ports_of(ports.as_ref()),
                names: named(Some(change)),
                ..self
            },
            Action::AskOwner { target, to, asking, .. } => Self {
                operation: Operation::Ask,
                vms: asking.machines.into_iter().map(|finding| finding.id).collect(),
                requested_for: Some(if to.is_empty() { asking.owner.unwrap_or_default() } else { to })
                    .filter(|whom| !whom.is_empty()),
                reason: Some(format!("Told by {target}: {}", asking.subject)),
                is_of_the_log: false,
                ..self
            },
            // It is about a subscription and no machine.
            Action::EnableDefender { .. }
            | Action::AssignPolicy { .. }
            | Action::RemoveAssignment { .. }
            | Action::ScanCompliance { .. } => return None,
        })
    }

    fn own_only(self, operation: Operation, vm: VmId) -> Self {
        Self { operation, vms: vec![vm], is_of_the_log: false, ..self }
    }

    fn about(self, operation: Operation, request: AccessRequest) -> Self {
        Self {
            operation,
            vms: vec![request.vm],
            requested_for: request.requested_for.as_ref().map(Beneficiary::as_str).map(str::to_owned),
            ports: request.ports,
            source: Some(request.source.to_string()),
            until: Some(request.ends_at),
            reason: request.reason.map(|reason| reason.as_str().to_owned()),
            request: Some(request.id),
            // Requests are what calls that open and close are named after.
            names: vec![request.id.0],
            ..self
        }
    }

    fn settled(self, outcome: Outcome) -> Self {
        let correlation_id = match &outcome {
            Outcome::Done { correlation_id }
            | Outcome::Refused { correlation_id, .. }
            | Outcome::Unknown { correlation_id, .. } => correlation_id.clone(),
            Outcome::Failed { .. } => None,
        };
        Self { outcome: Some(outcome), correlation_id, ..self }
    }

    /// The subscription of its machines.
    pub fn subscription(&self) -> Uuid {
        self.vms.first().map(VmId::subscription).unwrap_or_default()
    }

    /// Why nothing came of it, if nothing did.
    pub(super) fn why(&self) -> Option<String> {
        match &self.outcome {
            Some(
                Outcome::Refused { reason, .. }
                | Outcome::Failed { reason }
                | Outcome::Unknown { reason, .. },
            ) => Some(reason.clone()),
            Some(Outcome::Done { .. }) | None => {
                Some(self.refused_for.join(" ")).filter(|why| !why.is_empty())
            }
        }
    }

    /// Whether Azure was surely not asked to do it.
    pub(super) fn is_known_not_to_have_been_asked(&self) -> bool {
        self.is_refusal || matches!(self.outcome, Some(Outcome::Failed { .. }))
    }

    /// How long before or after the call it was put on record.
    pub(super) fn away(&self, call: &Call) -> SignedDuration {
        call.at.duration_since(self.at).abs()
    }

    /// Whether the call can have been made for it.
    pub(super) fn fits(&self, call: &Call) -> bool {
        let is_right_deed = match call.deed {
            Operation::Initiate => matches!(self.operation, Operation::Initiate | Operation::Close),
            Operation::Update | Operation::Delete => self.operation == Operation::Update,
            Operation::Close | Operation::Start | Operation::Link | Operation::Ask | Operation::Other => true,
        };
        let policy = call.policy.to_string();
        let is_it = |own: &Option<String>| own.as_ref().is_some_and(|own| own.eq_ignore_ascii_case(&policy));
        let is_beside = |vm: &VmId| {
            vm.subscription() == call.policy.subscription()
                && vm.resource_group() == call.policy.resource_group()
        };
        // An early end names no policy; it is that of the machine.
        let is_right_place = match &self.policy {
            Some(_) => is_it(&self.policy) || is_it(&self.moves_to),
            None => self.vms.iter().any(is_beside),
        };
        // Azure knows Postern as a service, or as the person in whose name it asks. Anybody else who
        // calls under this name has borrowed it.
        let is_right_caller = match call.caller.as_deref().filter(|caller| caller.contains('@')) {
            Some(person) => self.account.as_ref().is_some_and(|account| account.eq_ignore_ascii_case(person)),
            None => true,
        };
        self.is_of_the_log
            && is_right_caller
            && !self.is_known_not_to_have_been_asked()
            && is_right_deed
            && is_right_place
            && self.away(call) <= APART
    }
}

fn ports_of(policy: Option<&JitPolicy>) -> Vec<Port> {
    policy.into_iter().flat_map(|policy| &policy.ports).map(|rule| rule.port).collect()
}
