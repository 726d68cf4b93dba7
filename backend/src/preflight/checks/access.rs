//! Whether somebody may ask, and what is open already.

use jiff::Timestamp;
use shared::explanation::Obstacle;
use shared::preflight::{Check, Verdict};
use shared::problem::Violation;
use shared::source::Source;
use shared::text::capitalised;
use shared::vm::{JitState, RequestLimits};

use super::{WithFix as _, check, fine, listed};
use crate::preflight::standing::{open, whom};
use crate::preflight::{Facts, Standing};

/// Whether an access rule lets them request the port.
pub(super) fn permission(facts: &Facts<'_>) -> Check {
    const NAME: &str = "Permission";
    let through = match facts.bastion {
        Some(_) => " through a Bastion",
        None => "",
    };
    let port = facts.port;
    let covers = |rule: &&RequestLimits| {
        (facts.bastion.is_none() || rule.bastion)
            && rule.ports.as_ref().is_none_or(|ports| ports.contains(&port))
    };
    let takes_source = |rule: &RequestLimits| {
        let verdict = facts.judgement.rules.iter().find(|verdict| verdict.rule == rule.rule);
        verdict.is_some_and(|verdict| !verdict.obstacles.iter().filter_map(limit).any(is_source))
    };
    let rules = facts.machine.may.request.iter().filter(covers);
    let Some(rule) = rules.max_by_key(|rule| (takes_source(rule), rule.longest)) else {
        let name = facts.machine.vm.id.name();
        let finding = format!("No access rule lets you request port {port} of {name}{through}.");
        return check(NAME, Verdict::Obstacle, finding)
            .fixed_by("Ask whoever runs Postern to let you; send them this diagnosis.");
    };
    let words = rule.longest.words();
    fine(
        NAME,
        format!("Access rule “{}” lets you request port {port}{through}, for up to {words}.", rule.rule),
    )
}

/// Whether just-in-time keeps the port.
pub(super) fn policy(facts: &Facts<'_>) -> Check {
    const NAME: &str = "JIT policy";
    let port = facts.port;
    let Some(policy) = &facts.machine.policy else {
        return if facts.machine.vm.jit == JitState::Unknown {
            check(NAME, Verdict::Unknown, "The JIT policy could not be read.")
                .fixed_by("Look again in a moment; if it stays, tell whoever runs Postern.")
        } else if facts.machine.unsupported.is_some() {
            check(
                NAME,
                Verdict::Obstacle,
                "Just-in-time access is not set up on this VM, and could not open anything.",
            )
        } else {
            check(NAME, Verdict::Obstacle, "Just-in-time access is not set up on this VM.")
                .fixed_by("An administrator can enable it in Microsoft Defender for Cloud.")
        };
    };
    let Some(rule) = policy.rule_for(port) else {
        let covered: Vec<String> = policy.ports.iter().map(|rule| rule.port.to_string()).collect();
        let finding = format!("Port {port} is not in the JIT policy, which covers {}.", listed(&covered));
        return check(NAME, Verdict::Obstacle, finding)
            .fixed_by("Choose a port that it covers, or have this one added to the policy.");
    };
    fine(NAME, format!("It covers port {port}, for up to {}.", rule.longest.words()))
}

/// Whether the source is one that the policy and the access rules take.
pub(super) fn source(facts: &Facts<'_>) -> Check {
    const NAME: &str = "Source address";
    let (source, seen) = (facts.source, facts.seen.address);
    if let Some(wrong) = wrong_source(facts) {
        let fix = match wrong.offer {
            Some(offer) => format!("Use {offer}."),
            None => "Ask whoever runs Postern for an access rule that takes such a source; send them this diagnosis.".to_owned(),
        };
        return check(NAME, Verdict::Obstacle, sentence(&wrong.detail)).fixed_by(fix);
    }
    if let Some(bastion) = facts.bastion {
        return fine(
            NAME,
            format!("{source}, the subnet that the Bastion {} connects from.", bastion.name()),
        );
    }
    if source.is_anywhere() {
        return check(NAME, Verdict::Warning, "Any address: the port opens to the whole Internet.")
            .fixed_by("Use your own address instead.");
    }
    if source == Source::address(seen) {
        return fine(NAME, format!("{source}, where this browser is seen."));
    }
    if source.contains(&Source::address(seen)) {
        return fine(NAME, format!("{source}, which {seen} is in, where this browser is seen."));
    }
    let finding = format!("{source} is not where this browser is seen, which is {seen}.");
    check(NAME, Verdict::Warning, finding).fixed_by("Connect from the network that it belongs to.")
}

/// What is wrong with the source, by the policy or by the access rule that comes closest.
pub(in crate::preflight) fn wrong_source(facts: &Facts<'_>) -> Option<Violation> {
    let by_policy = facts.judgement.violations.iter().find(|violation| is_source(violation));
    let by_rule = facts
        .judgement
        .rules
        .iter()
        // Those that let them ask for the port here at all.
        .filter_map(|verdict| {
            let limits: Option<Vec<&Violation>> = verdict.obstacles.iter().map(limit).collect();
            limits.filter(|limits| !limits.iter().any(|limit| limit.field.contains("ports")))
        })
        .map(|limits| limits.into_iter().find(|limit| is_source(limit)))
        .min_by_key(Option::is_some)
        .flatten();
    by_policy.or(by_rule).cloned()
}

fn is_source(violation: &Violation) -> bool {
    violation.field == "source"
}

fn limit(obstacle: &Obstacle) -> Option<&Violation> {
    match obstacle {
        Obstacle::Limit { violation } => Some(violation),
        Obstacle::Scope { .. } | Obstacle::Verb { .. } => None,
    }
}

/// Whether one may simply connect.
pub(super) fn open_for_you(facts: &Facts<'_>, standing: &Standing<'_>) -> Check {
    const NAME: &str = "Open for you";
    let (port, whom) = (facts.port, whom(facts));
    let finding = match standing {
        Standing::Granted(grant) => {
            let whose = if grant.mine.is_some() { "you" } else { "somebody else" };
            format!("Port {port} is open for {whom} until {}, requested by {whose}.", time(grant.until))
        }
        Standing::Closing => {
            format!("Port {port} is being closed for {whom}; until that is done, it may still be open.")
        }
        Standing::Opening => format!("Azure is opening port {port} for {whom}."),
        Standing::LetIn => format!("Nobody requested port {port} for {whom}; it is open without that."),
        Standing::Requestable => format!("Port {port} is not open for {whom}; that takes a request."),
        Standing::NotRequestable => format!("Port {port} is not open for {whom}."),
    };
    fine(NAME, finding)
}

/// Who else is in, or about to be.
pub(super) fn others(facts: &Facts<'_>) -> Check {
    const NAME: &str = "Others";
    let port = facts.port;
    let theirs: Vec<String> = open(facts.machine, port, facts.now)
        .filter(|grant| grant.mine.is_none())
        .flat_map(|grant| grant.sources.iter().map(|source| format!("{source} until {}", time(grant.until))))
        .collect();
    if theirs.is_empty() {
        return fine(NAME, format!("Nobody else has requested port {port}."));
    }
    let finding = format!("Somebody else requested port {port}: for {}.", listed(&theirs));
    check(NAME, Verdict::Warning, finding)
        .fixed_by("Azure may end their access when yours opens; ask them first.")
}

fn time(at: Timestamp) -> String {
    at.strftime("%H:%M UTC").to_string()
}

fn sentence(words: &str) -> String {
    format!("{}.", capitalised(words.trim_end_matches('.')))
}
