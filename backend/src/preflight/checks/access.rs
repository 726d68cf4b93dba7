//! Whether somebody may ask, and what is open already.

use jiff::Timestamp;
use shared::explanation::Obstacle;
use shared::port::Port;
use shared::preflight::{Check, Verdict};
use shared::problem::Violation;
use shared::source::Source;
use shared::text::capitalised;
use shared::vm::{Grant, JitState, RequestLimits};

use super::{WithFix as _, check, fine};
use crate::preflight::Facts;

/// Whether an access rule lets them request the port.
pub(super) fn permission(facts: &Facts<'_>) -> Check {
    const NAME: &str = "Permission";
    let port = facts.port;
    let covers = |rule: &&RequestLimits| rule.ports.as_ref().is_none_or(|ports| ports.contains(&port));
    let longest = facts.machine.may.request.iter().filter(covers).max_by_key(|rule| rule.longest);
    let Some(rule) = longest else {
        let name = facts.machine.vm.id.name();
        let finding = format!("No access rule lets you request port {port} of {name}.");
        return check(NAME, Verdict::Obstacle, finding)
            .fixed_by("Ask whoever runs Postern to let you; send them this diagnosis.");
    };
    let words = rule.longest.words();
    fine(NAME, format!("Access rule “{}” lets you request port {port}, for up to {words}.", rule.rule))
}

/// Whether just-in-time keeps the port.
pub(super) fn policy(facts: &Facts<'_>) -> Check {
    const NAME: &str = "JIT policy";
    let port = facts.port;
    let Some(policy) = &facts.machine.policy else {
        return if facts.machine.vm.jit == JitState::Unknown {
            check(NAME, Verdict::Unknown, "The JIT policy could not be read.")
                .fixed_by("Look again in a moment; if it stays, tell whoever runs Postern.")
        } else {
            check(NAME, Verdict::Obstacle, "Just-in-time access is not set up on this VM.")
                .fixed_by("An administrator can enable it in Microsoft Defender for Cloud.")
        };
    };
    let Some(rule) = policy.rule_for(port) else {
        let covered: Vec<String> = policy.ports.iter().map(|rule| rule.port.to_string()).collect();
        let finding = format!("Port {port} is not in the JIT policy; it covers {}.", listed(&covered));
        return check(NAME, Verdict::Obstacle, finding)
            .fixed_by("Choose a port that it covers, or have this one added to the policy.");
    };
    fine(NAME, format!("It opens port {port}, for up to {}.", rule.longest.words()))
}

/// Whether the source is one that the policy and the access rules take.
pub(super) fn source(facts: &Facts<'_>) -> Check {
    const NAME: &str = "Source address";
    let source = facts.source;
    if let Some(wrong) = wrong_source(facts) {
        let offer = wrong.offer.map(|offer| format!("Use {offer}."));
        return Check { fix: offer, ..check(NAME, Verdict::Obstacle, sentence(&wrong.detail)) };
    }
    if source.is_anywhere() {
        return check(NAME, Verdict::Warning, "Any address: the port opens to the whole Internet.")
            .fixed_by("Use your own address instead.");
    }
    if !source.contains(&Source::address(facts.seen.address)) {
        let seen = facts.seen.address;
        return check(
            NAME,
            Verdict::Warning,
            format!("{source} is not where this browser is seen, which is {seen}."),
        )
        .fixed_by("Connect from the network that it belongs to.");
    }
    fine(NAME, format!("{source} takes in the address that this browser is seen at."))
}

/// What is wrong with the source, by the policy or by the access rule that comes closest.
fn wrong_source(facts: &Facts<'_>) -> Option<Violation> {
    let is_source = |violation: &&Violation| violation.field == "source";
    let by_policy = facts.judgement.violations.iter().find(is_source);
    let by_rule = facts
        .judgement
        .rules
        .iter()
        // Those that let them ask for the port here at all.
        .filter_map(|verdict| {
            let limits: Option<Vec<&Violation>> = verdict.obstacles.iter().map(limit).collect();
            limits.filter(|limits| !limits.iter().any(|limit| limit.field.contains("ports")))
        })
        .map(|limits| limits.into_iter().find(is_source))
        .min_by_key(Option::is_some)
        .flatten();
    by_policy.or(by_rule).cloned()
}

fn limit(obstacle: &Obstacle) -> Option<&Violation> {
    match obstacle {
        Obstacle::Limit { violation } => Some(violation),
        Obstacle::Scope { .. } | Obstacle::Verb { .. } => None,
    }
}

/// Whether one may simply connect.
pub(super) fn open_for_you(facts: &Facts<'_>) -> Check {
    const NAME: &str = "Open for you";
    let covers = |grant: &&Grant| grant.sources.iter().any(|granted| granted.contains(&facts.source));
    let grant = open(facts).filter(covers).max_by_key(|grant| (grant.open, grant.until));
    let (port, source) = (facts.port, facts.source);
    match grant {
        None => fine(NAME, format!("Port {port} has not been opened for {source}; that takes a request.")),
        Some(grant) if grant.open => {
            let whose = if grant.mine.is_some() { "you" } else { "somebody else" };
            let until = time(grant.until);
            fine(NAME, format!("Port {port} is open for {source} until {until}, requested by {whose}."))
        }
        Some(_) => fine(NAME, format!("Azure is opening port {port} for {source}.")),
    }
}

/// Whether Azure is on it, and nothing is left to ask for.
pub(super) fn is_opening(facts: &Facts<'_>) -> bool {
    let covers = |grant: &Grant| grant.sources.iter().any(|granted| granted.contains(&facts.source));
    open(facts).any(|grant| !grant.open && grant.mine.is_some() && covers(grant))
}

/// Who else is in, or about to be.
pub(super) fn others(facts: &Facts<'_>) -> Check {
    const NAME: &str = "Others";
    let port: Port = facts.port;
    let theirs: Vec<String> = open(facts)
        .filter(|grant| grant.mine.is_none())
        .flat_map(|grant| grant.sources.iter().map(|source| format!("{source} until {}", time(grant.until))))
        .collect();
    if theirs.is_empty() {
        return fine(NAME, format!("Port {port} is open for nobody else."));
    }
    let finding = format!("Port {port} is open for {}.", listed(&theirs));
    check(NAME, Verdict::Warning, finding)
        .fixed_by("Azure may end their access when yours opens; ask them first.")
}

fn open<'a>(facts: &Facts<'a>) -> impl Iterator<Item = &'a Grant> {
    let (port, now) = (facts.port, facts.now);
    facts.machine.grants.iter().filter(move |grant| grant.port == port && grant.until > now)
}

fn time(at: Timestamp) -> String {
    at.strftime("%H:%M UTC").to_string()
}

fn listed(items: &[String]) -> String {
    if items.is_empty() { "nothing".to_owned() } else { items.join(", ") }
}

fn sentence(words: &str) -> String {
    format!("{}.", capitalised(words.trim_end_matches('.')))
}
