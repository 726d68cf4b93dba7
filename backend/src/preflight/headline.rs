//! The one thing that matters most.

use shared::preflight::{Check, Reach, Verdict};

use super::checks::{self, rule};
use super::standing::whom;
use super::{Facts, Passage, Standing};

/// What matters most: the first thing that stops everybody, else that one gets in, else what could
/// not be found out, else that one only has to ask.
pub(super) fn headline(
    facts: &Facts<'_>,
    passage: &Passage,
    standing: &Standing<'_>,
    checks: &[Check],
) -> (Verdict, String) {
    let (port, whom) = (facts.port, whom(facts));
    if let Some(obstacle) = checks.iter().find(|check| check.verdict == Verdict::Obstacle) {
        return (Verdict::Obstacle, obstacle.finding.clone());
    }
    let has = |verdict| checks.iter().any(|check| check.verdict == verdict);
    let fine_unless_warned = if has(Verdict::Warning) { Verdict::Warning } else { Verdict::Fine };
    match standing {
        Standing::Granted(grant) if facts.machine.firewall_address.is_some() && facts.bastion.is_none() => {
            let place = checks::at_firewall(facts, grant);
            (Verdict::Fine, format!("Port {port} is open for {whom}: connect {place}."))
        }
        Standing::Granted(_) => match &passage.reach {
            Reach::Unverified { reason } => (
                Verdict::Unknown,
                format!(
                    "Port {port} is open for {whom}, but Postern cannot tell whether the inbound rules let it in. {reason}"
                ),
            ),
            _ => {
                let exposed = if passage.exposed_by.is_empty() { Verdict::Fine } else { Verdict::Warning };
                (exposed, format!("Port {port} lets {whom} in now: connect."))
            }
        },
        Standing::LetIn => {
            let exposed = if passage.exposed_by.is_empty() { Verdict::Fine } else { Verdict::Warning };
            (exposed, format!("You need no request: {}.", let_in_by(facts, passage)))
        }
        Standing::Opening => (Verdict::Fine, format!("Azure is opening port {port} for {whom}.")),
        Standing::Requestable | Standing::NotRequestable if has(Verdict::Unknown) => {
            let unknown = checks.iter().filter(|check| check.verdict == Verdict::Unknown);
            let names: Vec<&str> = unknown.map(|check| &*check.name).collect();
            let words =
                format!("Nothing that was checked stands in the way. Not known: {}.", names.join(", "));
            (Verdict::Unknown, words)
        }
        Standing::Requestable | Standing::NotRequestable => {
            let words =
                format!("Nothing stands in the way: request access, and port {port} opens for {whom}.");
            (fine_unless_warned, words)
        }
    }
}

/// What lets them in without a request: the rest of a sentence.
pub(super) fn let_in_by(facts: &Facts<'_>, passage: &Passage) -> String {
    let port = facts.port;
    let is_exposed = !passage.exposed_by.is_empty();
    let by = if is_exposed { &passage.exposed_by } else { &passage.admitted_by };
    let whom = if is_exposed { "any address".to_owned() } else { whom(facts) };
    let rules: Vec<String> = by.iter().map(rule).collect();
    match &rules[..] {
        [] => format!("no network security group keeps {whom} from port {port}"),
        [one] => format!("{one} lets {whom} reach port {port}"),
        several => format!("{} let {whom} reach port {port}", several.join(" and ")),
    }
}
