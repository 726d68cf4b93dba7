//! The one thing that matters most.

use shared::preflight::{Check, Reach, Verdict};
use shared::vm::{Grant, PowerState};

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
    if let Some(obstacle) = checks.iter().find(|check| check.verdict == Verdict::Obstacle) {
        // Why, and who can do what about it, takes more words.
        let is_unsupported = obstacle.name == checks::GROUP && facts.machine.unsupported.is_some();
        let unsupported = || "Just-in-time access can open nothing before this VM.".to_owned();
        let words = if is_unsupported { unsupported() } else { obstacle.finding.clone() };
        return (Verdict::Obstacle, words);
    }
    let (port, whom) = (facts.port, whom(facts));
    let fine_if = |all_is_well| if all_is_well { Verdict::Fine } else { Verdict::Warning };
    match standing {
        Standing::Closing => (Verdict::Warning, format!("Port {port} is being closed for {whom}.")),
        Standing::Granted(_) if facts.machine.vm.power == PowerState::Starting => {
            let words =
                format!("Port {port} is open for {whom}; the VM is starting, and answers once it is up.");
            (Verdict::Warning, words)
        }
        Standing::Granted(grant) => granted(facts, passage, grant),
        Standing::LetIn => {
            let words = format!("You need no request: {}.", let_in_by(facts, passage));
            (fine_if(passage.exposed_by.is_empty()), words)
        }
        Standing::Opening => (Verdict::Fine, format!("Azure is opening port {port} for {whom}.")),
        Standing::Requestable | Standing::NotRequestable => {
            let unknown = checks.iter().filter(|check| check.verdict == Verdict::Unknown);
            let unknown: Vec<&str> = unknown.map(|check| &*check.name).collect();
            if !unknown.is_empty() {
                let names = unknown.join(", ");
                let words = format!("Nothing that was checked stands in the way. Not known: {names}.");
                return (Verdict::Unknown, words);
            }
            let warned = checks.iter().any(|check| check.verdict == Verdict::Warning);
            let words =
                format!("Nothing stands in the way: request access, and port {port} opens for {whom}.");
            (fine_if(!warned), words)
        }
    }
}

/// Where just-in-time has opened the port, and no rule is known to block it.
fn granted(facts: &Facts<'_>, passage: &Passage, grant: &Grant) -> (Verdict, String) {
    let (port, whom) = (facts.port, whom(facts));
    if facts.machine.firewall_address.is_some() && facts.bastion.is_none() {
        let place = checks::at_firewall(facts, grant);
        return (Verdict::Fine, format!("Port {port} is open for {whom}: connect {place}."));
    }
    if let Reach::Unverified { reason } = &passage.reach {
        let doubt = "but Postern cannot tell whether the inbound rules let it in";
        return (Verdict::Unknown, format!("Port {port} is open for {whom}, {doubt}. {reason}"));
    }
    let verdict = if passage.exposed_by.is_empty() { Verdict::Fine } else { Verdict::Warning };
    (verdict, format!("Port {port} lets {whom} in now: connect."))
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
