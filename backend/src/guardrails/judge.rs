//! Holding a wish against itself, Azure's policy and the access rules.

use shared::problem::Violation;
use shared::vm::Unsupported;

use super::policy;
use super::wish::{Bounds, Protection, Wish};
use crate::rdp::remote_desktop_port;
use crate::rules::{Asked, Explanation, Question};

/// What there is to say about a wish.
#[derive(Debug, Clone)]
pub struct Judgement<'r> {
    /// What stands in the way whatever the access rules say.
    pub violations: Vec<Violation>,
    /// What each access rule makes of it.
    pub rules: Explanation<'r>,
}

/// Judges a wish, without making anything of it.
pub fn judge<'r>(wish: &Wish<'_>, bounds: &Bounds<'r>) -> Judgement<'r> {
    let mut violations = against_itself(wish);
    violations.extend(against_policy(wish, bounds));
    let asked = Asked {
        ports: wish.ports,
        source: wish.source,
        way: wish.way(),
        duration: wish.duration,
        reason: wish.reason,
        redirections: wish.redirections,
        public_target: bounds.public_target,
        guest: wish.prepared.is_some_and(|prepared| prepared.guest),
        // The address of the one who asks is not that of somebody else.
        seen: wish.seen.filter(|_| wish.requested_for.is_none()),
        field: wish.field,
    };
    let question = Question { verb: wish.verb(), place: bounds.place, asked: Some(asked) };
    Judgement { violations, rules: bounds.rules.explain(&question) }
}

/// What would be wrong with a wish wherever it came from: for one whose source is not known yet.
/// Nothing is opened for it; it is judged again once it has one.
pub fn foresee(wish: &Wish<'_>, bounds: &Bounds<'_>) -> Result<(), Vec<Violation>> {
    let Judgement { violations, rules } = judge(wish, bounds);
    let of_others = |violation: &Violation| violation.field != "source";
    let by_rules = rules.violations_but(|violation| !of_others(violation));
    let by_rules = by_rules.unwrap_or_else(|| vec![no_rule(wish, bounds)]);
    let all: Vec<Violation> = violations.into_iter().filter(of_others).chain(by_rules).collect();
    if all.is_empty() { Ok(()) } else { Err(all) }
}

fn no_rule(wish: &Wish<'_>, bounds: &Bounds<'_>) -> Violation {
    let done = wish.verb().done_to(bounds.place.vm.name().as_str());
    violation(format!("{}.vm", wish.field), format!("no access rule lets you {done}"))
}

impl Judgement<'_> {
    /// Everything that is wrong, by the rule that comes closest.
    pub(super) fn all_violations(&self, bounds: &Bounds<'_>, wish: &Wish<'_>) -> Vec<Violation> {
        let by_rules = self.rules.violations().unwrap_or_else(|| vec![no_rule(wish, bounds)]);
        self.violations.iter().cloned().chain(by_rules).collect()
    }
}

fn against_itself(wish: &Wish<'_>) -> Vec<Violation> {
    let mut violations = Vec::new();
    if wish.ports.is_empty() {
        violations.push(violation(format!("{}.ports", wish.field), "name at least one port".to_owned()));
    }
    for (index, port) in wish.ports.iter().enumerate() {
        if wish.ports[..index].contains(port) {
            violations.push(violation(wish.port_field(index), format!("port {port} is named twice")));
        }
    }
    for (index, redirection) in wish.redirections.iter().enumerate() {
        if wish.redirections[..index].contains(redirection) {
            let detail = format!("{} is named twice", redirection.words());
            violations.push(violation("redirections".to_owned(), detail));
        }
    }
    if !wish.redirections.is_empty() && remote_desktop_port(wish.ports).is_none() {
        let detail = "something of your device can only be shared through a port for Remote Desktop, and none is asked for";
        violations.push(violation("redirections".to_owned(), detail.to_owned()));
    }
    if let Some(through) = wish.through
        && !wish.source.is_private()
    {
        let detail = format!(
            "Azure says that the Bastion {} is at {}, which is not a private range; a port is not opened for that",
            through.bastion.name(),
            wish.source
        );
        violations.push(violation("source".to_owned(), detail));
    }
    if wish.source.is_nowhere() {
        let detail = format!(
            "{} is not an address that traffic can come from; use the one your network shows to others",
            wish.source
        );
        violations.push(violation("source".to_owned(), detail));
    }
    violations
}

fn against_policy(wish: &Wish<'_>, bounds: &Bounds<'_>) -> Vec<Violation> {
    let name = bounds.place.vm.name();
    let why = match bounds.policy {
        Protection::Policy(_, policy) => return policy::violations(wish, bounds, policy),
        Protection::NotSetUp => {
            format!("just-in-time access is not set up on {name}, so there is nothing to open")
        }
        Protection::Unreadable => format!(
            "Postern may not read the JIT policy of {name}; whoever runs it must grant its identity Microsoft.Security/locations/jitNetworkAccessPolicies/read"
        ),
        Protection::NothingToOpen(Unsupported { reason, remedy }) => {
            format!("{reason} {}", remedy.trim_end_matches('.'))
        }
    };
    vec![violation(format!("{}.vm", wish.field), why)]
}

fn violation(field: String, detail: String) -> Violation {
    Violation { field, detail, offer: None }
}
