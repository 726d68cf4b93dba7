//! What the list is narrowed by.

use std::rc::Rc;

use leptos::prelude::*;
use shared::compliance::{ComplianceFacets, StateCounts};
use web_sys::Event;

use super::address;
use super::list::ComplianceList;
use crate::components::button::Look;
use crate::components::choice::{Choice, Values, fixed};
use crate::components::filter_box::filter_box;
use crate::components::select::{option, select};
use crate::format;
use crate::page::Complying;
use crate::router::{Step, use_router};
use crate::view::{Element, IntoView, View, el};

/// The states, as the address and as people call them.
const STATES: [(&str, &str); 6] = [
    ("", "Non-compliant"),
    ("compliant", "Compliant"),
    ("exempt", "Exempt"),
    ("conflicting,unknown,not-started", "Not known"),
    ("not-covered", "Not covered"),
    ("all", "All"),
];

/// What they are grouped by, likewise.
const GROUPINGS: [(&str, &str); 3] = [("", "Resource group"), ("owner", "Owner"), ("none", "Nothing")];

const SEVERITIES: [(&str, &str); 3] = [("high", "High"), ("low", "Low"), ("unknown", "Unknown")];

const LIVE: [(&str, &str); 6] = [
    ("exposed", "Ports open"),
    ("bypassed", "JIT on, with a way past it"),
    ("protected", "JIT on"),
    ("not-needed", "No port open"),
    ("unsupported", "Unsupported"),
    ("unknown", "Unknown"),
];

/// The filters with several values, as the address and as people call them.
const PILLS: [(&str, &str); 6] = [
    ("severity", "Severity"),
    ("live", "Postern sees"),
    ("differs", "Azure and Postern"),
    ("group", "Resource group"),
    ("subscription", "Subscription"),
    ("owner", "Owner"),
];

/// What Azure Policy makes of machines, and of how many.
pub fn states(complying: Memo<Complying>, list: ComplianceList) -> Element {
    let link = |(state, words): (&'static str, &'static str)| {
        let count = move || {
            list.page().map(|page| {
                let StateCounts { non_compliant, compliant, exempt, other, not_covered } = page.counts;
                let number = match state {
                    "" => non_compliant,
                    "compliant" => compliant,
                    "exempt" => exempt,
                    "not-covered" => not_covered,
                    "all" => page.counts.covered() + not_covered,
                    _ => other,
                };
                format::grouped(number.into())
            })
        };
        let current = move || complying.with(|complying| complying.value("state") == state).then_some("page");
        el("a")
            .class("tabs__tab")
            .attr("href", move || complying.with(|complying| address(&complying.with("state", state))))
            .attr("aria-current", current)
            .child(words)
            .child(" ")
            .child(el("span").class("tabs__count").child(count))
    };
    let links: View = STATES.into_iter().map(link).collect();
    el("nav").class("tabs comply__states").attr("aria-label", "State in Azure Policy").child(links)
}

/// The filters.
pub fn filters(complying: Memo<Complying>, list: ComplianceList) -> Element {
    let router = use_router();
    let go = move |new: &Complying, step| router.go(&address(new), step);
    let words = move || complying.with(|complying| complying.value("q").to_owned());
    let search = filter_box(words, move |typed| {
        let (new, step) = complying.with_untracked(|complying| {
            // A word that is being typed is one step back in the history, not one per letter.
            let typing = !complying.value("q").is_empty() && complying.value("q") != typed;
            (complying.with("q", typed), if typing { Step::InPlace } else { Step::Aside })
        });
        go(&new, step);
    });
    let pill = move |(key, name): (&'static str, &'static str)| {
        let toggle = Rc::new(move |value: &str| {
            let new = complying.with_untracked(|complying| match key {
                // The service takes one of these.
                "owner" if complying.value(key) != value => complying.with(key, value),
                _ => complying.toggled(key, value),
            });
            go(&new, Step::Aside);
        });
        let chosen = Rc::new(move || {
            complying.with(|complying| match key {
                "owner" if !complying.value(key).is_empty() => vec![complying.value(key).to_owned()],
                _ => complying.values(key),
            })
        });
        Choice { key, name, values: values(key, list), chosen, toggle }.element()
    };
    let reset = move || {
        let link = |address| el("a").class(Look::Quiet.class()).attr("href", address).child("Reset filters");
        complying.with(|complying| complying.is_choosy().then(|| link(address(&complying.unfiltered()))))
    };
    el("div")
        .class("filters")
        .attr("role", "group")
        .attr("aria-label", "Filters")
        .attr("data-rest", "input")
        .child(search)
        .child(PILLS.into_iter().map(pill).collect::<View>())
        .child(assignment(complying, list))
        .child(grouping(complying))
        .child(reset)
}

/// The assignment that counts. It has a long id, and so no pill.
fn assignment(complying: Memo<Complying>, list: ComplianceList) -> Element {
    let router = use_router();
    let options = move || {
        let wanted = complying.with(|complying| complying.value("assignment").to_owned());
        let known = facets(list, |facets| facets.assignments.clone());
        let any = option(String::new(), "All".to_owned(), wanted.is_empty());
        let each = known.into_iter().map(|known| {
            let chosen = known.id == wanted;
            option(known.id, known.name, chosen)
        });
        std::iter::once(any).chain(each).collect::<View>()
    };
    let choose = move |event: Event| {
        let new = complying.with_untracked(|now| now.with("assignment", &event_target_value(&event)));
        router.go(&address(&new), Step::Aside);
    };
    let field = select("Assignment".to_owned(), options.into_view(), choose);
    el("label").class("comply__pick").child(el("span").child("Assignment")).child(field)
}

fn grouping(complying: Memo<Complying>) -> Element {
    let router = use_router();
    let options = move || {
        let by = complying.with(|complying| complying.value("by").to_owned());
        let each = GROUPINGS
            .iter()
            .map(|(value, words)| option((*value).to_owned(), (*words).to_owned(), *value == by));
        each.collect::<View>()
    };
    let choose = move |event: Event| {
        let new = complying.with_untracked(|now| now.with("by", &event_target_value(&event)));
        router.go(&address(&new), Step::Aside);
    };
    let field = select("Group by".to_owned(), options.into_view(), choose);
    el("label").class("comply__pick").child(el("span").child("Group by")).child(field)
}

fn values(key: &'static str, list: ComplianceList) -> Values {
    let same = |names: &[String]| -> Vec<(String, String)> {
        names.iter().map(|name| (name.clone(), name.clone())).collect()
    };
    match key {
        "severity" => fixed(&SEVERITIES),
        "live" => fixed(&LIVE),
        "differs" => fixed(&[("yes", "Differ")]),
        "group" => Rc::new(move || facets(list, |facets| same(&facets.groups))),
        "subscription" => Rc::new(move || {
            facets(list, |facets| {
                let known = facets.subscriptions.iter();
                known.map(|known| (known.id.to_string(), known.name.clone())).collect()
            })
        }),
        _ => Rc::new(move || {
            let none = ("-".to_owned(), "Without an owner".to_owned());
            facets(list, |facets| std::iter::once(none).chain(same(&facets.owners)).collect())
        }),
    }
}

/// Something of what the filters can be set to.
fn facets<T: Default>(list: ComplianceList, of: impl FnOnce(&ComplianceFacets) -> T) -> T {
    list.about(|page| page.facets.as_ref().map(of).unwrap_or_default())
}
