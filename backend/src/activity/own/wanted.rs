//! What was asked for and not tried.

use shared::access::{NewAccess, Target};
use shared::activity::Operation;
use shared::handoff::Handoff;

use super::{Own, ports_of};
use crate::audit::{Refusal, Wanted};

impl Own {
    pub(super) fn refused(self, refusal: Refusal) -> Option<Self> {
        let Refusal { wanted, why, correlation_id } = refusal;
        let own = Self { is_refusal: true, refused_for: why, correlation_id, ..self };
        let of = |own: Self, operation, vm| Self { operation, vms: vec![vm], ..own };
        let own = match wanted {
            Wanted::Access { access, .. } => own.wanting(access),
            Wanted::Close { request, vm } => Self { request: Some(request), ..of(own, Operation::Close, vm) },
            Wanted::PrepareHandoff { handoff } => Self {
                ports: handoff.ports,
                requested_for: Some(handoff.requested_for.as_str().to_owned()),
                reason: handoff.reason.map(|reason| reason.as_str().to_owned()),
                ..of(own, Operation::Initiate, handoff.vm)
            },
            Wanted::ReadHandoff { handoff }
            | Wanted::EnterHandoff { handoff }
            | Wanted::RedeemHandoff { handoff } => own.handed_over(*handoff),
            Wanted::StartVm { vm } => of(own, Operation::Start, vm),
            Wanted::ConfigureMany { vms, .. } => Self { operation: Operation::Update, vms, ..own },
            Wanted::Split { vm } => of(own, Operation::Update, vm),
            Wanted::Configure { vm, to } => {
                Self { ports: ports_of(to.as_ref()), ..of(own, Operation::Update, vm) }
            }
            Wanted::AskOwners { vms, .. } => {
                Self { operation: Operation::Ask, vms, is_of_the_log: false, ..own }
            }
            // It is about a part of Azure and no machine.
            Wanted::EnableDefender { .. }
            | Wanted::AssignPolicy { .. }
            | Wanted::RemoveAssignment { .. }
            | Wanted::ScanCompliance { .. } => return None,
        };
        Some(own).filter(|own| !own.vms.is_empty())
    }

    fn wanting(self, access: NewAccess) -> Self {
        let mut ports: Vec<_> = access.vms.iter().flat_map(|target| target.ports.iter().copied()).collect();
        ports.sort_unstable();
        ports.dedup();
        Self {
            operation: Operation::Initiate,
            vms: access.vms.into_iter().map(|Target { vm, .. }| vm).collect(),
            ports,
            source: Some(access.source.to_string()),
            requested_for: access.requested_for.map(|person| person.as_str().to_owned()),
            reason: access.reason.map(|reason| reason.as_str().to_owned()),
            ..self
        }
    }

    fn handed_over(self, handoff: Handoff) -> Self {
        Self {
            operation: Operation::Initiate,
            vms: vec![handoff.vm],
            ports: handoff.ports,
            requested_for: Some(handoff.requested_for.as_str().to_owned()),
            reason: handoff.reason.map(|reason| reason.as_str().to_owned()),
            ..self
        }
    }
}
