//! The machines, group by group; on a narrow screen, one per card.

use jiff::Timestamp;
use leptos::prelude::*;
use shared::compliance::{ComplianceGroup, CompliancePage, ComplianceRow};
use shared::jit_list::Severity;
use web_sys::Event;

use super::address;
use super::chosen::{Chosen, can_choose};
use super::list::ComplianceList;
use super::words;
use crate::components::button::{Button, Look};
use crate::components::failure::failure_with_retry;
use crate::components::listed::unreadable;
use crate::components::skeleton::skeleton;
use crate::components::status_line::status_line;
use crate::components::table::{cell, row, table as framed};
use crate::format;
use crate::loading::Face;
use crate::page::{Complying, Page};
use crate::session::use_server_clock;
use crate::view::{Element, IntoView, View, el, several};

const COLUMNS: [&str; 6] =
    ["Virtual machine", "Severity", "Open ports", "Azure Policy", "Postern sees", "Owner"];

/// The machines, or what there is to say in their place.
pub fn table(complying: Memo<Complying>, list: ComplianceList, chosen: Chosen) -> View {
    (move || match list.face() {
        Face::Waiting => skeleton(8).into_view(),
        Face::Failed(error) => failure_with_retry(&error, move || list.load()).into_view(),
        Face::Loaded => loaded(complying, list, chosen),
    })
    .into_view()
}

fn loaded(complying: Memo<Complying>, list: ComplianceList, chosen: Chosen) -> View {
    let Some(page) = list.page() else { return several![] };
    let has_more = page.next.is_some();
    several![
        list.loading.failure().map(|error| failure_with_retry(&error, move || list.load())),
        unreadable(page.unreadable.clone()),
        if page.items.is_empty() {
            empty(&complying.get(), &page).into_view()
        } else {
            groups(&page, chosen)
        },
        has_more.then(|| {
            let more = Button::new("Load more", move || list.load_more()).busy(list.loading.busy);
            el("p")
                .class("comply__more")
                .child(more)
                .child(el("span").class("quiet").child(format::shown(page.items.len(), page.total)))
        }),
    ]
}

fn empty(complying: &Complying, page: &CompliancePage) -> Element {
    let (title, advice) = if complying.is_choosy() {
        ("No virtual machine matches these filters.", "Take one away, or look at another state.")
    } else if page.counts.covered() == 0 && page.counts.not_covered > 0 {
        (
            "The policy is assigned to none of your virtual machines.",
            "Assign it under Assignments; until then Azure Policy does not look at them. What Postern sees of them is under Not covered.",
        )
    } else if complying.value("state").is_empty() {
        (
            "No virtual machine is non-compliant.",
            "What Azure does not know yet, or does not look at, is under the other states.",
        )
    } else {
        ("No virtual machine is in this state.", "They are under the others.")
    };
    let reset = el("a").class(Look::Secondary.class()).attr("href", address(&complying.unfiltered()));
    el("div")
        .class("empty")
        .child(el("p").class("empty__title").child(title))
        .child(el("p").class("quiet").child(advice))
        .child(complying.is_choosy().then(|| reset.child("Reset filters")))
}

fn groups(page: &CompliancePage, chosen: Chosen) -> View {
    let now = use_server_clock().now();
    if page.groups.is_empty() {
        return rows("Virtual machines", &page.items.iter().collect::<Vec<_>>(), chosen, now).into_view();
    }
    let belongs = |group: &ComplianceGroup, row: &ComplianceRow| match &group.subscription_name {
        Some(subscription) => {
            group
                .name
                .as_deref()
                .is_some_and(|name| name.eq_ignore_ascii_case(row.id.resource_group().as_str()))
                && *subscription == row.subscription_name
        }
        None => match (&group.name, &row.owner) {
            (Some(name), Some(owner)) => name.eq_ignore_ascii_case(owner),
            (None, None) => true,
            _ => false,
        },
    };
    let group = |group: &ComplianceGroup| {
        let name = group.name.clone().unwrap_or_else(|| "Without an owner".to_owned());
        let items: Vec<&ComplianceRow> = page.items.iter().filter(|row| belongs(group, row)).collect();
        el("section")
            .class("comply__group")
            .child(el("h2").class("comply__title").child(name.clone()))
            .child(el("p").class("comply__about quiet").child(about(group, &page.owner_tag)))
            .child(rows(&name, &items, chosen, now))
            .key(format!("{name} {}", group.subscription_name.as_deref().unwrap_or_default()))
    };
    page.groups.iter().map(group).collect()
}

/// What there is to say of a group.
fn about(group: &ComplianceGroup, tag: &str) -> String {
    let machines = format::count(group.machines.into(), "VM", "VMs");
    let high = (group.high > 0).then(|| format!("{} of high severity", format::grouped(group.high.into())));
    let owner = group.owner.as_ref().map(|owner| format!("{tag}: {owner}"));
    let parts = [group.subscription_name.clone(), Some(machines), high, owner];
    parts.into_iter().flatten().collect::<Vec<_>>().join(" · ")
}

fn rows(name: &str, items: &[&ComplianceRow], chosen: Chosen, now: Timestamp) -> Element {
    framed(name, "comply__rows", &COLUMNS, items.iter().map(|item| line(item, chosen, now)).collect())
}

fn line(item: &ComplianceRow, chosen: Chosen, now: Timestamp) -> Element {
    let ports = format::listed(&item.open_ports).replace(',', ", ");
    row(name(item, chosen))
        .child(cell("Severity").child(severity(item.severity)))
        .child(cell("Open ports").child(or_dash(Some(ports))))
        .child(parted("Azure Policy", azure(item, now)))
        .child(parted("Postern sees", live(item)))
        .child(cell("Owner").child(el("span").class("comply__owner").child(or_dash(item.owner.clone()))))
        .key(item.id.to_string())
}

/// A cell of several parts, which stay together on a card.
fn parted(label: &'static str, parts: View) -> Element {
    cell(label).child(el("div").class("comply__parts").child(parts))
}

fn or_dash(text: Option<String>) -> String {
    text.filter(|text| !text.is_empty()).unwrap_or_else(|| "–".to_owned())
}

fn name(item: &ComplianceRow, chosen: Chosen) -> View {
    let link = el("a")
        .class("link")
        .attr("href", Page::Configuration(item.id.clone()).path())
        .child(item.id.name().to_string());
    if !can_choose(item) {
        return link.into_view();
    }
    let id = item.id.to_string();
    let checked = chosen.has(&id);
    let toggle = move |_: Event| chosen.toggle(&id);
    let input = el("input")
        .attr("type", "checkbox")
        .attr("aria-label", format!("Select {}", item.id.name()))
        .prop("checked", checked)
        .on("change", toggle);
    el("span").class("comply__name").child(input).child(link).into_view()
}

fn severity(severity: Option<Severity>) -> Element {
    let class = match severity {
        Some(Severity::High) => "comply__severity comply__severity--high",
        _ => "comply__severity",
    };
    el("span").class(class).child(words::severity(severity))
}

fn azure(item: &ComplianceRow, now: Timestamp) -> View {
    let (tone, words) = words::state(item.state);
    let when = item.evaluated_at.map(|at| quiet(&format!("last evaluated {}", format::when(at, now))));
    let verdict = |verdict: &shared::compliance::AssignmentVerdict| {
        let (_, words) = words::state(Some(verdict.state));
        el("li").child(format!("{}: {words}", verdict.assignment))
    };
    let each = (!item.verdicts.is_empty()).then(|| {
        let title = format::count(item.verdicts.len() as u64, "assignment", "assignments");
        el("details")
            .class("comply__more-of")
            .child(el("summary").child(title))
            .child(el("ul").child(item.verdicts.iter().map(verdict).collect::<View>()))
    });
    several![status_line(tone, words), when, each]
}

fn live(item: &ComplianceRow) -> View {
    let (tone, words) = words::live(item.live);
    let difference = item.difference.as_deref().map(|why| {
        el("p").class("comply__difference").child(el("strong").child("Differs. ")).child(why.to_owned())
    });
    several![status_line(tone, words), item.detail.as_deref().map(quiet), difference]
}

fn quiet(words: &str) -> Element {
    el("span").class("comply__small quiet").child(words.to_owned())
}
