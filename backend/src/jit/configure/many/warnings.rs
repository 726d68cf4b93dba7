//! What is worth knowing before a machine is changed, beside what changes.

use shared::jit_list::Severity;
use shared::policy_change::PlannedVm;
use shared::port::Port;

use crate::inventory::Standing;

/// What is worth knowing of a machine that stands like this before it is changed as planned.
pub(super) fn warnings(standing: &Standing, planned: &PlannedVm) -> Vec<String> {
    let will_have = |port: &Port| planned.to.as_ref().is_some_and(|to| to.rule_for(*port).is_some());
    match (standing, &planned.to) {
        (Standing::NotConfigured(need), Some(_)) if need.severity == Severity::High => vec![format!(
            "{} Just-in-time access closes nothing that such a rule opens: have it removed as well.",
            need.reason
        )],
        (Standing::Configured(of), Some(_)) => {
            let defeats = of.risks.rules.iter().filter(|risk| risk.ports.iter().any(will_have));
            defeats.map(|risk| risk.detail.clone()).collect()
        }
        (Standing::Configured(of), None) => {
            let mut open: Vec<Port> = of.open.iter().map(|open| open.port.port).collect();
            open.sort_unstable();
            open.dedup();
            let closes =
                |port| format!("Port {port} is open through just-in-time access for somebody; that closes.");
            open.into_iter().map(closes).collect()
        }
        _ => Vec::new(),
    }
}
