//! Everything that is looked at, one after the other.

mod access;
mod network;

use shared::preflight::{Check, RuleRef, Verdict};

use super::{Facts, Passage, Standing};

pub(super) use access::wrong_source;
pub(super) use network::{GROUP, at_firewall};

/// All checks, in the order in which one thing depends on the other.
pub(super) fn all(facts: &Facts<'_>, passage: &Passage, standing: &Standing<'_>) -> Vec<Check> {
    let of_a_request = |check: Check| match check.verdict {
        // What would stop a request does not matter to those who need none.
        Verdict::Obstacle if standing.needs_no_request() => Check { verdict: Verdict::Warning, ..check },
        Verdict::Obstacle | Verdict::Fine | Verdict::Warning | Verdict::Unknown => check,
    };
    vec![
        of_a_request(access::permission(facts)),
        network::machine(facts),
        network::address(facts),
        of_a_request(network::groups(facts)),
        of_a_request(access::policy(facts)),
        of_a_request(access::source(facts)),
        network::rules(facts, passage, standing),
        network::firewall(facts, standing),
        access::open_for_you(facts, standing),
        access::others(facts),
    ]
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
pub(super) fn rule(rule: &RuleRef) -> String {
    format!("rule “{}” (priority {}) of {}", rule.rule, rule.priority, rule.nsg)
}

fn listed(items: &[String]) -> String {
    match items {
        [] => "nothing".to_owned(),
        [one] => one.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}
