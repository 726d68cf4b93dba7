//! What Azure's own policy allows.

use shared::policy::{JitPolicy, PortRule};
use shared::port::Port;
use shared::problem::Violation;
use shared::source::Source;

use super::wish::{Bounds, SourceMatch, Wish};

/// What of a wish the machine's JIT policy does not allow.
pub(super) fn violations(wish: &Wish<'_>, bounds: &Bounds<'_>, policy: &JitPolicy) -> Vec<Violation> {
    let mut violations = Vec::new();
    let name = bounds.place.vm.name();
    for (index, port) in wish.ports.iter().enumerate() {
        let Some(rule) = policy.rule_for(*port) else {
            let known: Vec<String> = policy.ports.iter().map(|rule| rule.port.to_string()).collect();
            let detail =
                format!("port {port} is not in the JIT policy of {name}; it covers {}", known.join(", "));
            violations.push(Violation { field: wish.port_field(index), detail, offer: None });
            continue;
        };
        if rule.longest < wish.duration {
            violations.push(Violation {
                field: "duration".to_owned(),
                detail: format!(
                    "the JIT policy of {name} opens port {port} for at most {}",
                    rule.longest.words()
                ),
                offer: Some(rule.longest.to_string()),
            });
        }
        violations.extend(source_violation(wish, bounds, *port, rule));
    }
    violations.dedup();
    violations
}

/// The listed range that the source is only a part of, for one of the ports at least.
pub(super) fn part_of(wish: &Wish<'_>, policy: &JitPolicy) -> Option<Source> {
    let rules = wish.ports.iter().filter_map(|port| policy.rule_for(*port));
    let mut in_part = rules.filter(|rule| !is_listed(rule, &wish.source));
    in_part.find_map(|rule| containing(rule, &wish.source))
}

fn source_violation(wish: &Wish<'_>, bounds: &Bounds<'_>, port: Port, rule: &PortRule) -> Option<Violation> {
    let name = bounds.place.vm.name();
    let listed: Vec<String> = rule.sources.iter().map(Source::to_string).collect();
    let listed = listed.join(", ");
    let detail = match (rule.allows(&wish.source), bounds.source_match) {
        (true, SourceMatch::Contained) => return None,
        (true, SourceMatch::Exact) if is_listed(rule, &wish.source) => return None,
        (true, SourceMatch::Exact) => format!(
            "the JIT policy of {name} opens port {port} for {listed}, and Azure takes that only as it is listed, not a part of it"
        ),
        (false, SourceMatch::Contained | SourceMatch::Exact) => {
            format!("the JIT policy of {name} opens port {port} only for {listed}")
        }
    };
    if let Some(through) = wish.through {
        let detail = format!("{detail}, and the Bastion {} is at {}", through.bastion.name(), wish.source);
        return Some(Violation { field: "source".to_owned(), detail, offer: None });
    }
    // What no rule of theirs lets through is not worth offering.
    let lets_through = |source: &&Source| bounds.rules.allow_source(wish.verb(), bounds.place, source);
    let nearest = containing(rule, &wish.source);
    let offer = nearest.iter().chain(&rule.sources).find(lets_through).map(Source::to_string);
    let detail =
        if offer.is_some() { detail } else { format!("{detail}; no access rule lets you ask for that") };
    Some(Violation { field: "source".to_owned(), detail, offer })
}

fn is_listed(rule: &PortRule, source: &Source) -> bool {
    rule.sources.iter().any(|listed| listed == source || *listed == Source::ANY)
}

fn containing(rule: &PortRule, source: &Source) -> Option<Source> {
    rule.sources.iter().find(|listed| listed.contains(source)).copied()
}
