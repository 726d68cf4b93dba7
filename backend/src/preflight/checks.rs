//! Everything that is looked at, one after the other, and the one thing that matters most.

mod access;
mod network;

use shared::preflight::{Check, Reach, RuleRef, Verdict};

use super::{Facts, Passage};

/// All checks, in the order in which one thing depends on the other.
pub(super) fn all(facts: &Facts<'_>, passage: &Passage) -> Vec<Check> {
    vec![
        access::permission(facts),
        network::machine(facts),
        network::address(facts),
        network::groups(facts),
        access::policy(facts),
        access::source(facts),
        network::rules(facts, passage),
        network::firewall(facts),
        access::open_for_you(facts),
        access::others(facts),
    ]
}

/// What matters most: the first thing that stops everybody, else that one gets in, else what could
/// not be found out, else that one only has to ask.
pub(super) fn headline(facts: &Facts<'_>, passage: &Passage, checks: &[Check]) -> (Verdict, String) {
    let (port, source) = (facts.port, facts.source);
    let is_in = matches!(passage.reach, Reach::Accessible | Reach::Unfiltered);
    // What stops a request is of no matter to those who are let in already; a machine that is down is.
    let concerns = |check: &Check| !is_in || [network::MACHINE, network::ADDRESS].contains(&&*check.name);
    let obstacle = checks.iter().find(|check| check.verdict == Verdict::Obstacle && concerns(check));
    if let Some(obstacle) = obstacle {
        return (Verdict::Obstacle, obstacle.finding.clone());
    }
    let has = |verdict| checks.iter().any(|check| check.verdict == verdict);
    if is_in {
        let exposed = if passage.exposed_by.is_empty() { Verdict::Fine } else { Verdict::Warning };
        (exposed, format!("Port {port} lets {source} in now: connect."))
    } else if access::is_opening(facts) {
        (Verdict::Fine, format!("Azure is opening port {port} for {source}."))
    } else if has(Verdict::Unknown) {
        let words = "Nothing that could be checked stands in the way; not everything could.";
        (Verdict::Unknown, words.to_owned())
    } else {
        let verdict = if has(Verdict::Warning) { Verdict::Warning } else { Verdict::Fine };
        (verdict, format!("Nothing stands in the way: request access, and port {port} opens for {source}."))
    }
}

fn check(name: &str, verdict: Verdict, finding: impl Into<String>) -> Check {
    Check { name: name.to_owned(), verdict, finding: finding.into(), fix: None }
}

fn fine(name: &str, finding: impl Into<String>) -> Check {
    check(name, Verdict::Fine, finding)
}

trait WithFix {
    /// The same, with what helps.
    fn fixed_by(self, fix: impl Into<String>) -> Self;
}

impl WithFix for Check {
    fn fixed_by(mut self, fix: impl Into<String>) -> Self {
        self.fix = Some(fix.into());
        self
    }
}

/// A rule, so that it can be found.
fn rule(rule: &RuleRef) -> String {
    format!("rule “{}” (priority {}) of {}", rule.rule, rule.priority, rule.nsg)
}
