//! A machine as it is told.

use std::collections::HashMap;

use jiff::Timestamp;
use shared::compliance::{AssignmentVerdict, ComplianceRow};
use shared::port::Port;
use shared::resource_id::VmId;
use shared::verb::Verb;

use super::{Book, Judged};
use crate::inventory::{Snapshot, Standing};
use crate::rules::RulesOf;

/// When just-in-time access was lately set up on machines through Postern.
pub type Enabled = HashMap<VmId, Timestamp>;

/// A machine as the one whom `rules` are about is told of it.
pub fn row(
    snapshot: &Snapshot,
    book: &Book,
    rules: &RulesOf<'_>,
    judged: &Judged<'_>,
    enabled: &Enabled,
    now: Timestamp,
) -> ComplianceRow {
    let vm = &judged.entry.vm;
    let told = book.get(&vm.id.subscription());
    let verdicts = judged.verdicts.iter().map(|verdict| AssignmentVerdict {
        assignment: told.map(|told| told.name_of(&verdict.assignment)).unwrap_or_default(),
        state: verdict.state,
        evaluated_at: verdict.at,
    });
    let (open_ports, detail) = seen(&judged.entry.standing);
    let gap = judged.gap();
    ComplianceRow {
        id: vm.id.clone(),
        subscription_name: vm.subscription_name.clone(),
        owner: judged.owner.map(str::to_owned),
        state: judged.state(None),
        evaluated_at: judged.verdicts.iter().filter_map(|verdict| verdict.at).max(),
        verdicts: verdicts.collect(),
        live: judged.live,
        severity: judged.severity,
        open_ports,
        detail,
        difference: gap.map(|gap| gap.told(judged.entry.verdict, enabled.get(&vm.id).copied(), now)),
        may_configure: rules.allow(Verb::Configure, snapshot.place(judged.entry)),
    }
}

/// The management ports that rules open, and what there is to say of it.
pub(super) fn seen(standing: &Standing) -> (Vec<Port>, Option<String>) {
    match standing {
        Standing::Unknown => {
            (Vec::new(), Some("The policies of its subscription could not be read.".to_owned()))
        }
        Standing::Unsupported(unsupported) => (Vec::new(), Some(unsupported.reason.clone())),
        Standing::NotConfigured(need) => (need.ports.to_vec(), Some(need.reason.clone())),
        Standing::Configured(of) => {
            let mut ports: Vec<Port> =
                of.risks.rules.iter().flat_map(|risk| risk.ports.iter().copied()).collect();
            ports.sort_unstable();
            ports.dedup();
            let unsupported = of.unsupported.as_ref().map(|unsupported| unsupported.reason.clone());
            let detail = unsupported.or_else(|| of.risks.rules.first().map(|risk| risk.detail.clone()));
            (ports, detail)
        }
    }
}
