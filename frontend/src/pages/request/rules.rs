//! The inbound rules around a request, before, while and after it was open.

use shared::access::AccessRequest;
use shared::history::{Moment, RuleSeen, RulesSeen};

use crate::components::table::{cell, framed, head, row};
use crate::components::tag::tag;
use crate::format;
use crate::view::{Element, View, el, several};

/// The rules at the moments at which they were read: each rule once, with its place at each, and
/// those pointed out that came for the request. Those of just-in-time access for other machines are
/// folded.
pub fn rules(seen: &[RulesSeen], request: &AccessRequest) -> View {
    let read: Vec<&RulesSeen> = seen.iter().filter(|seen| seen.unread.is_none()).collect();
    let unread = seen.iter().filter_map(|seen| {
        let why = seen.unread.as_ref()?;
        Some(el("p").class("quiet").child(format!("{}: not read. {why}", name(seen.moment))))
    });
    if read.is_empty() {
        let nothing = seen.is_empty().then(|| {
            el("p").class("quiet").child(
                "They were not read: the request was made before Postern kept them, or nothing was opened.",
            )
        });
        return several![nothing, unread.collect::<View>()];
    }
    let rows = merged(&read);
    let fixed = ["Rule", "Security group", "Access", "From", "To", "Ports"];
    let heads = || -> View {
        let moments = read.iter().map(|seen| {
            let at = el("span").class("quiet rules__at").child(format::to_the_second(seen.read_at));
            head(name(seen.moment)).child(at)
        });
        fixed.into_iter().map(head).chain(moments).collect()
    };
    // It may be wider than the page, and is then moved by keys, too.
    let table = |name: &str, rows: Vec<Merged<'_>>| {
        let shown = rows.iter().map(|row| shown(row, &read, request)).collect();
        let table = framed(name, "rules", heads(), shown);
        table.attr("role", "region").attr("aria-label", format!("Table of the {name}")).attr("tabindex", "0")
    };
    // What was kept before does not say which rules are the machine's.
    let knows = rows.iter().any(|row| row.rule.of_machine);
    let (others, rows): (Vec<_>, Vec<_>) =
        rows.into_iter().partition(|row| knows && row.rule.just_in_time && !row.rule.of_machine);
    let folded = (!others.is_empty()).then(|| {
        let words = format::count(others.len() as u64, "rule", "rules");
        let summary = el("summary").child(format!("{words} of just-in-time access for other machines"));
        el("details").class("rules__more").child(summary).child(table("rules for other machines", others))
    });
    several![
        el("p").class("quiet").child("Inbound rules that somebody wrote, with their priority at each moment: the lowest is asked first. Rows that differ are those that changed."),
        unread.collect::<View>(),
        table("rules", rows),
        folded,
    ]
}

/// A rule, and its priority at each moment at which it was there.
#[derive(Debug, PartialEq)]
struct Merged<'a> {
    rule: &'a RuleSeen,
    priorities: Vec<Option<u16>>,
}

impl Merged<'_> {
    fn changed(&self) -> bool {
        self.priorities.windows(2).any(|pair| pair[0] != pair[1])
    }
}

/// Every rule once, in the order of their priorities. A rule that says something else later is
/// another one.
fn merged<'a>(read: &[&'a RulesSeen]) -> Vec<Merged<'a>> {
    let mut rows: Vec<Merged<'a>> = Vec::new();
    for (index, seen) in read.iter().enumerate() {
        for rule in &seen.rules {
            let known = rows.iter().position(|row| is_same(row.rule, rule));
            let known = known.unwrap_or_else(|| {
                rows.push(Merged { rule, priorities: vec![None; read.len()] });
                rows.len() - 1
            });
            rows[known].priorities[index] = Some(rule.priority);
        }
    }
    rows.sort_by_key(|row| row.priorities.iter().flatten().min().copied());
    rows
}

fn is_same(one: &RuleSeen, other: &RuleSeen) -> bool {
    let RuleSeen { priority, .. } = other;
    RuleSeen { priority: *priority, ..one.clone() } == *other
}

fn shown(merged: &Merged<'_>, read: &[&RulesSeen], request: &AccessRequest) -> Element {
    let rule = merged.rule;
    let is_own = rule.just_in_time
        && rule.of_machine
        && merged.changed()
        && rule.sources == request.source.to_string()
        && request.ports.iter().any(|port| rule.ports == port.to_string());
    let places = read.iter().zip(&merged.priorities).map(|(seen, priority)| {
        let words = priority.map_or_else(|| "–".to_owned(), |priority| priority.to_string());
        cell(name(seen.moment)).child(words).class("nowrap")
    });
    let heading = several![
        el("span").class("rules__name").child(rule.name.clone()),
        rule.just_in_time.then(|| tag("Just-in-time")),
        is_own.then(|| tag("This request")),
    ];
    row(heading)
        .class(if merged.changed() { "rules__row--changed" } else { "" })
        .child(cell("Security group").child(rule.group.clone()))
        .child(cell("Access").child(format!("{} {}", rule.access, rule.protocol)))
        .child(cell("From").child(rule.sources.clone()))
        .child(cell("To").child(rule.destinations.clone()))
        .child(cell("Ports").child(rule.ports.clone()))
        .child(places.collect::<View>())
}

fn name(moment: Moment) -> &'static str {
    match moment {
        Moment::Before => "Before",
        Moment::Open => "While open",
        Moment::After => "After",
    }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;

    fn rule(name: &str, priority: u16) -> RuleSeen {
        let text = str::to_owned;
        RuleSeen {
            group: text("web-nsg"),
            name: text(name),
            priority,
            access: text("Allow"),
            protocol: text("Any"),
            sources: text("203.0.113.7"),
            destinations: text("10.0.0.4"),
            ports: text("3389"),
            just_in_time: name.starts_with("jit"),
            of_machine: false,
        }
    }

    fn seen(moment: Moment, rules: Vec<RuleSeen>) -> RulesSeen {
        RulesSeen { moment, read_at: Timestamp::UNIX_EPOCH, rules, unread: None }
    }

    #[test]
    fn each_rule_is_there_once_with_its_place_at_each_moment() {
        let before = seen(Moment::Before, vec![rule("mine", 100), rule("deny", 4096)]);
        let open = seen(Moment::Open, vec![rule("jit", 100), rule("mine", 101), rule("deny", 4096)]);
        let rows = merged(&[&before, &open]);
        let told: Vec<(&str, &[Option<u16>], bool)> =
            rows.iter().map(|row| (row.rule.name.as_str(), &row.priorities[..], row.changed())).collect();
        assert_eq!(
            told,
            [
                ("mine", &[Some(100), Some(101)][..], true),
                ("jit", &[None, Some(100)][..], true),
                ("deny", &[Some(4096), Some(4096)][..], false),
            ]
        );
    }
}
