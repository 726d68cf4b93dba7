//! What was done, an entry per row; on a narrow screen, one per card.

use jiff::Timestamp;
use shared::activity::{Activity, Origin};
use shared::resource_id::VmId;

use super::words::{operation, recorded, status};
use crate::components::status_line::status_line;
use crate::components::table::{cell, row, table};
use crate::format;
use crate::page::Page;
use crate::session::use_server_clock;
use crate::view::{Element, IntoView, View, el, several};

/// How many machines are named of those that a policy has.
const MOST_NAMED: usize = 3;

/// What was done; without the machines where the page is about one.
pub fn activity_table(items: &[Activity], of_one: bool) -> Element {
    let columns: &[&'static str] = if of_one {
        &["Time", "Operation", "Status", "Person", "Ports", "Source", "Until", "Reason"]
    } else {
        &["Time", "Operation", "Status", "Person", "Virtual machine", "Ports", "Source", "Until", "Reason"]
    };
    let now = use_server_clock().now();
    table("Activity", "", columns, items.iter().map(|item| line(item, of_one, now)).collect())
}

fn line(item: &Activity, of_one: bool, now: Timestamp) -> Element {
    let ports = format::listed(&item.ports).replace(',', ", ");
    row(time(item, now))
        .child(parted("Operation", what(item)))
        .child(parted("Status", outcome(item)))
        .child(parted("Person", person(item)))
        .child((!of_one).then(|| parted("Virtual machine", machines(&item.vms))))
        .child(cell("Ports").child(or_dash(Some(ports))))
        .child(cell("Source").child(or_dash(item.source.clone())))
        .child(cell("Until").class("nowrap").child(or_dash(item.until.map(|until| format::when(until, now)))))
        .child(cell("Reason").child(el("span").class("past__reason").child(or_dash(item.reason.clone()))))
}

/// A cell of several parts, which stay together on a card.
fn parted(label: &'static str, parts: View) -> Element {
    cell(label).child(el("div").class("past__parts").child(parts))
}

fn or_dash(text: Option<String>) -> String {
    text.filter(|text| !text.is_empty()).unwrap_or_else(|| "–".to_owned())
}

/// When it was. Where a request of Postern's tells all of it, this leads there.
fn time(item: &Activity, now: Timestamp) -> View {
    let when = format::when(item.at, now);
    match item.request {
        Some(id) => {
            el("a").class("link nowrap").attr("href", Page::Request(id).path()).child(when).into_view()
        }
        None => el("span").class("nowrap").child(when).into_view(),
    }
}

fn what(item: &Activity) -> View {
    let note = match item.origin {
        Origin::Outside => Some(el("span").class("tag past__outside").child("Made outside Postern")),
        origin => recorded(origin).map(quiet),
    };
    several![el("span").child(operation(item.operation)), note, details(item)]
}

fn outcome(item: &Activity) -> View {
    let (tone, words) = status(item.status);
    several![status_line(tone, words), item.detail.as_deref().map(quiet)]
}

fn person(item: &Activity) -> View {
    let who = item.account.as_ref().or(item.name.as_ref());
    let who = or_dash(who.cloned());
    let name = item.name.as_deref().filter(|name| *name != who);
    let for_whom = item.requested_for.as_ref().map(|person| format!("for {person}"));
    several![
        el("span").child(who),
        name.map(quiet),
        for_whom.as_deref().map(quiet),
        item.address.as_deref().map(|address| quiet(&format!("from {address}"))),
    ]
}

fn machines(vms: &[VmId]) -> View {
    if vms.is_empty() {
        return "Not known".into_view();
    }
    let link = |vm: &VmId| {
        let link = el("a").class("link").attr("href", Page::Activity(vm.clone()).path());
        el("span").class("past__vm").child(link.child(vm.name().to_string()))
    };
    let more = vms.len().saturating_sub(MOST_NAMED);
    let more = (more > 0).then(|| quiet(&format!("and {more} more")));
    several![vms.iter().take(MOST_NAMED).map(link).collect::<View>(), more]
}

/// What one needs to find it elsewhere.
fn details(item: &Activity) -> Option<Element> {
    let facts = [("Correlation ID", item.correlation_id.as_ref()), ("Policy", item.policy.as_ref())];
    let known: Vec<_> = facts.into_iter().filter_map(|(name, value)| Some((name, value?))).collect();
    let fact = |(name, value): &(&'static str, &String)| {
        several![el("dt").child(*name), el("dd").child((*value).clone())]
    };
    let list = el("dl").class("past__facts").child(known.iter().map(fact).collect::<View>());
    let details = el("details").class("past__details");
    (!known.is_empty()).then(|| details.child(el("summary").child("In Azure")).child(list))
}

fn quiet(words: &str) -> Element {
    el("span").class("past__more quiet").child(words.to_owned())
}
