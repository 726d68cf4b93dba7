//! The tables of a report.

use jiff::Timestamp;
use shared::activity::{Activity, ActivityStatus, Operation, Origin};
use shared::report::{Listing, Ranking, Share};

use super::words::hours;
use crate::browser;
use crate::components::table::{cell, row, table};
use crate::format;
use crate::page::Page;
use crate::view::{Element, IntoView, View, el, several};

/// How grants are spread.
pub fn ranking(id: &'static str, title: &'static str, column: &'static str, ranking: &Ranking) -> View {
    if ranking.items.is_empty() {
        return several![];
    }
    let line = |share: &Share| {
        let detail =
            share.detail.clone().map(|detail| el("span").class("report__detail quiet").child(detail));
        row(several![share.name.clone(), detail])
            .child(cell("Grants").child(format::grouped(share.grants.into())))
            .child(cell("Granted").child(or_dash((share.minutes > 0).then(|| hours(share.minutes)))))
            .child(cell("Out of hours").child(format::grouped(share.out_of_hours.into())))
            .child(cell("Refused").child(format::grouped(share.refused.into())))
    };
    let columns = [column, "Grants", "Granted", "Out of hours", "Refused"];
    let rows: View = ranking.items.iter().map(line).collect();
    let left = u64::from(ranking.of).saturating_sub(ranking.items.len() as u64);
    section(id, title, ranking.of, several![table(title, "report__ranking", &columns, rows), more(left)])
}

/// The most extreme ones.
pub fn extremes(id: &'static str, title: &'static str, items: &[Activity], zone: &str) -> View {
    if items.is_empty() {
        return several![];
    }
    let section = el("section").class("section").id(id).child(el("h2").child(title));
    section.child(grants(title, items, zone)).into_view()
}

/// What stands out, the newest first.
pub fn listing(id: &'static str, title: &'static str, listing: &Listing, zone: &str) -> View {
    let left = u64::from(listing.count).saturating_sub(listing.items.len() as u64);
    let what = if listing.count == 0 {
        el("p").class("quiet").child("None.").into_view()
    } else {
        several![grants(title, &listing.items, zone), more(left)]
    };
    section(id, title, listing.count, what)
}

fn section(id: &'static str, title: &'static str, count: u32, what: View) -> View {
    let count = el("span").class("quiet").child(format!(" ({})", format::grouped(count.into())));
    let heading = el("h2").attr("tabindex", "-1").id(id).child(title).child(count);
    el("section").class("section").child(heading).child(what).into_view()
}

fn more(left: u64) -> Option<Element> {
    let words = format!("And {} more. The audit page lists all of them.", format::grouped(left.into()));
    (left > 0).then(|| el("p").class("quiet").child(words))
}

fn grants(title: &'static str, items: &[Activity], zone: &str) -> Element {
    let columns = ["Time", "Person", "Virtual machine", "Ports", "Source", "For", "Reason"];
    table(title, "", &columns, items.iter().map(|item| line(item, zone)).collect())
}

fn line(item: &Activity, zone: &str) -> Element {
    let vms: Vec<&str> = item.vms.iter().map(|vm| vm.name().as_str()).collect();
    let ports = format::listed(&item.ports).replace(',', ", ");
    row(time(item, zone))
        .child(cell("Person").child(person(item)))
        .child(cell("Virtual machine").child(or_dash(Some(vms.join(", ")))))
        .child(cell("Ports").child(or_dash(Some(ports))))
        .child(cell("Source").child(or_dash(item.source.clone())))
        .child(cell("For").class("nowrap").child(or_dash(lasts(item.at, item.until))))
        .child(cell("Reason").child(why(item)))
}

fn time(item: &Activity, zone: &str) -> View {
    let when = browser::in_zone(item.at, zone);
    match item.request {
        Some(id) => {
            el("a").class("link nowrap").attr("href", Page::Request(id).path()).child(when).into_view()
        }
        None => el("span").class("nowrap").child(when).into_view(),
    }
}

fn person(item: &Activity) -> Element {
    let who = or_dash(item.account.clone().or_else(|| item.name.clone()));
    let for_whom = item
        .requested_for
        .as_ref()
        .map(|person| el("span").class("report__detail quiet").child(format!("for {person}")));
    el("div").child(who).child(for_whom)
}

/// The reason that was given, and what it came to where that is not that a port was opened.
fn why(item: &Activity) -> Element {
    let deed = match item.operation {
        Operation::Update => Some("Policy changed"),
        Operation::Delete => Some("Policy deleted"),
        Operation::Initiate
        | Operation::Close
        | Operation::Start
        | Operation::Link
        | Operation::Ask
        | Operation::Other => None,
    };
    let refused = match item.status {
        ActivityStatus::Refused => Some("Refused by Postern"),
        ActivityStatus::Failed => Some("Refused by Azure"),
        _ => None,
    };
    let outside = (item.origin == Origin::Outside && deed.is_none()).then_some("Made outside Postern");
    let note = deed.or(refused).or(outside);
    let detail = item.detail.clone().filter(|_| refused.is_some());
    let told =
        note.map(|note| detail.map_or_else(|| format!("{note}."), |detail| format!("{note}: {detail}")));
    let told = told.map(|told| el("span").class("report__detail quiet").child(told));
    el("div").class("report__why").child(or_dash(item.reason.clone())).child(told)
}

fn lasts(at: Timestamp, until: Option<Timestamp>) -> Option<String> {
    let minutes = until?.duration_since(at).as_secs().max(0).cast_unsigned().div_ceil(60);
    Some(hours(u32::try_from(minutes).unwrap_or(u32::MAX)))
}

fn or_dash(text: Option<String>) -> String {
    text.filter(|text| !text.is_empty()).unwrap_or_else(|| "–".to_owned())
}
