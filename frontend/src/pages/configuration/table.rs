//! The ports, to be read or edited; on a narrow screen, one per card.

use leptos::prelude::*;
use shared::duration::AccessDuration;
use shared::policy::{JitPolicy, PortRule};
use shared::port::{Port, Protocol};
use web_sys::Event;

use super::changes::{protocol, whence};
use super::draft::{Draft, Field, Row, Whence};
use super::drafting::Drafting;
use crate::browser;
use crate::components::button::{Button, Look};
use crate::components::icon::{Glyph, icon};
use crate::components::select::{option, select};
use crate::components::table::{cell, row, table};
use crate::view::{Element, IntoView, View, el, several};

const COLUMNS: [&str; 4] = ["Port", "Protocol", "Allowed source IPs", "Time range"];

/// Ports as they are set up.
pub fn ports_table(policy: &JitPolicy) -> Element {
    let line = |rule: &PortRule| {
        row(named(rule.port))
            .child(cell("Protocol").child(shared::text::capitalised(&protocol(rule.protocol))))
            .child(cell("Allowed source IPs").child(shared::text::capitalised(&whence(&rule.sources))))
            .child(cell("Time range").class("nowrap").child(hours(rule.longest)))
    };
    table("Ports", "ports", &COLUMNS, policy.ports.iter().map(line).collect())
}

/// Ports as they are edited.
pub fn editor(drafting: Drafting) -> View {
    let columns: Vec<&'static str> = COLUMNS.into_iter().chain([""]).collect();
    let rows = move || -> View {
        drafting.draft.with(|draft| {
            draft
                .iter()
                .flat_map(|draft| &draft.rows)
                .enumerate()
                .map(|(index, row)| edited(drafting, index, row))
                .collect()
        })
    };
    let full = move || drafting.draft.with(|draft| !draft.as_ref().is_some_and(Draft::has_room));
    let add = Button::new("Add port", move || {
        let key = drafting.draft.try_update(|draft| draft.as_mut().map(Draft::add)).flatten();
        if let Some(key) = key {
            request_animation_frame(move || browser::focus(&id(key, "port")));
        }
    });
    let add = el("div").child(add.look(Look::Quiet).disabled(Signal::derive(full)));
    several![table("Ports to be saved", "ports", &columns, rows.into_view()), add, move || drafting
        .mistakes(None)]
}

fn edited(drafting: Drafting, index: usize, row: &Row) -> Element {
    let key = row.key;
    // A reader hears which one it is, whatever is typed into it.
    let name = |what: &str| format!("{what}, row {}", index + 1);
    let port = el("input")
        .id(id(key, "port"))
        .class("input")
        .attr("inputmode", "numeric")
        .attr("autocomplete", "off")
        .attr("aria-label", name("Port"))
        .attr("aria-invalid", move || drafting.is_wrong(key, Field::Port))
        .attr("aria-describedby", format!("{} {}", id(key, "port-is"), id(key, "port-wrong")))
        .prop("value", row.port.clone())
        .on("input", move |event: Event| drafting.edit(key, |row| row.port = event_target_value(&event)));
    let known =
        el("span").id(id(key, "port-is")).class("field__hint").child(row.port.parse().ok().map(service));
    let wrong =
        |field, name| el("div").id(id(key, name)).child(move || drafting.mistakes(Some((key, field))));
    let protocols = [Protocol::Any, Protocol::Tcp, Protocol::Udp]
        .map(|one| option(one.to_string(), shared::text::capitalised(&protocol(one)), one == row.protocol));
    let whences = [
        option("request".to_owned(), "Per request (any)".to_owned(), row.whence == Whence::PerRequest),
        option("ranges".to_owned(), "Only these ranges".to_owned(), row.whence == Whence::Ranges),
    ];
    let ranges = (row.whence == Whence::Ranges).then(|| {
        el("input")
            .id(id(key, "ranges"))
            .class("input")
            .attr("autocomplete", "off")
            .attr("spellcheck", "false")
            .attr("placeholder", "203.0.113.0/24, 198.51.100.7")
            .attr("aria-label", name("Allowed addresses or ranges, separated by commas"))
            .attr("aria-invalid", move || drafting.is_wrong(key, Field::Ranges))
            .attr("aria-describedby", id(key, "ranges-wrong"))
            .prop("value", row.ranges.clone())
            .on("input", move |event: Event| {
                drafting.edit(key, |row| row.ranges = event_target_value(&event));
            })
    });
    let choose_protocol = move |event: Event| {
        if let Ok(chosen) = event_target_value(&event).parse() {
            drafting.edit(key, |row| row.protocol = chosen);
        }
    };
    let choose_whence = move |event: Event| {
        let ranges = event_target_value(&event) == "ranges";
        drafting.edit(key, |row| row.whence = if ranges { Whence::Ranges } else { Whence::PerRequest });
    };
    let choose_longest = move |event: Event| {
        if let Ok(chosen) = event_target_value(&event).parse() {
            drafting.edit(key, |row| row.longest = chosen);
        }
    };
    let remove = Button::new(
        several![
            icon(Glyph::Error),
            el("span").class("visually-hidden").child(format!("Remove port {}", row.port))
        ],
        move || {
            drafting.edit_all(|draft| draft.remove(key));
            browser::focus(super::HEADING);
        },
    );
    el("tr")
        .key(key.to_string())
        .attr("role", "row")
        .child(
            cell("Port").child(
                el("div")
                    .child(el("div").class("ports__port").child(port).child(known))
                    .child(wrong(Field::Port, "port-wrong")),
            ),
        )
        .child(cell("Protocol").child(select(
            name("Protocol"),
            protocols.into_iter().collect(),
            choose_protocol,
        )))
        .child(
            cell("Allowed source IPs").child(
                el("div")
                    .child(select(name("Allowed source IPs"), whences.into_iter().collect(), choose_whence))
                    .child(ranges)
                    .child(wrong(Field::Ranges, "ranges-wrong")),
            ),
        )
        .child(cell("Time range").child(select(name("Time range"), lengths(row.longest), choose_longest)))
        .child(cell("").child(remove.look(Look::Quiet)))
}

/// Whole hours, and whatever else stands there.
fn lengths(chosen: AccessDuration) -> View {
    let whole = (1..=24).filter_map(|hours| AccessDuration::from_minutes(60 * hours).ok());
    let mut lengths: Vec<AccessDuration> = whole.collect();
    if !lengths.contains(&chosen) {
        lengths.push(chosen);
        lengths.sort_unstable();
    }
    let length = |length: AccessDuration| option(length.to_string(), hours(length), length == chosen);
    lengths.into_iter().map(length).collect()
}

/// A length in the portal's words: `3 hours`.
fn hours(length: AccessDuration) -> String {
    match length.minutes() {
        60 => "1 hour".to_owned(),
        minutes if minutes.is_multiple_of(60) => format!("{} hours", minutes / 60),
        _ => length.words(),
    }
}

fn id(key: u32, what: &str) -> String {
    format!("port-{key}-{what}")
}

fn named(port: Port) -> String {
    match service(port) {
        "" => port.to_string(),
        service => format!("{port} ({service})"),
    }
}

/// What usually listens there, of what Defender for Cloud calls management ports.
fn service(port: Port) -> &'static str {
    match port {
        Port::SSH => "SSH",
        Port::RDP => "RDP",
        Port::WINRM | Port::WINRM_TLS => "WinRM",
        _ => "",
    }
}
