//! What I asked for on this machine lately.

use leptos::prelude::With;
use shared::access::{AccessRequest, Status};
use shared::port::Port;
use web_sys::Event;

use super::desk::Desk;
use super::form::{Method, field};
use crate::browser;
use crate::components::blade::HEADING;
use crate::components::status_line::{Tone, status_line};
use crate::format;
use crate::view::{Element, View, el};

use super::texts;

/// My requests on this machine, newest first.
pub fn recent(desk: Desk) -> Element {
    let requests = move || {
        desk.recent.with(|requests| match requests[..] {
            [] => el("p").class("quiet").child("You have not requested access to this VM lately."),
            [..] => table(desk, requests),
        })
    };
    el("section")
        .class("section")
        .attr("aria-labelledby", "recent-here")
        .child(el("h2").id("recent-here").child("Recent requests on this VM"))
        .child(requests)
}

fn table(desk: Desk, requests: &[AccessRequest]) -> Element {
    let column = || el("th").attr("scope", "col").attr("role", "columnheader");
    let columns =
        ["Requested", "Port", "Source", "Reason", "Status"].into_iter().map(|name| column().child(name));
    let action = column().child(el("span").class("visually-hidden").child("Action"));
    let head = el("tr").attr("role", "row").child(columns.chain([action]).collect::<View>());
    let rows: View = requests.iter().map(|request| line(desk, request)).collect();
    let table = el("table")
        .class("table")
        .attr("role", "table")
        .attr("aria-labelledby", "recent-here")
        .child(el("thead").attr("role", "rowgroup").child(head))
        .child(el("tbody").attr("role", "rowgroup").child(rows));
    el("div").class("table-frame").child(table)
}

fn line(desk: Desk, request: &AccessRequest) -> Element {
    let ports: Vec<String> = request.ports.iter().map(Port::to_string).collect();
    let row = format!("request-{}", request.id);
    let reason = request.reason.as_ref().map_or_else(|| "–".to_owned(), ToString::to_string);
    let cell = |label: &'static str| el("td").attr("role", "cell").attr("data-label", label);
    let when = el("th")
        .attr("scope", "row")
        .attr("role", "rowheader")
        .class("nowrap")
        .id(row.clone())
        .child(format::day_and_time(request.requested_at));
    let again = request.clone();
    let button = el("button")
        .attr("type", "button")
        .class("connect__help")
        .attr("aria-describedby", row)
        .on("click", move |_: Event| use_again(desk, &again))
        .child("Use again");
    el("tr")
        .attr("role", "row")
        .child(when)
        .child(cell("Port").child(ports.join(", ")))
        .child(cell("Source").class("nowrap").child(texts::addresses(request.source)))
        .child(cell("Reason").child(reason))
        .child(cell("Status").child(status_line(tone(&request.status), texts::brief(&request.status))))
        .child(el("td").attr("role", "cell").child(button))
}

fn tone(status: &Status) -> Tone {
    match status {
        Status::Requesting | Status::Opening { .. } | Status::Closing { .. } => Tone::Busy,
        Status::Open { .. } => Tone::Success,
        Status::Refused { .. } | Status::Failed { .. } => Tone::Error,
        Status::Ended { .. } => Tone::Pending,
    }
}

/// Fills the form with what was asked for then.
fn use_again(desk: Desk, request: &AccessRequest) {
    let origin = desk.origin_of(&request.source.to_string());
    desk.choose(field::SOURCE, |form| {
        form.origin = origin;
        if let Some(port) = request.ports.first() {
            form.port = *port;
            form.more = request.ports[1..].to_vec();
            form.method = match *port {
                _ if request.bastion.is_some() => Method::Bastion,
                Port::RDP => Method::Rdp,
                Port::SSH => Method::Ssh,
                _ => form.method,
            };
        }
        if let Some(reason) = &request.reason {
            form.reason = reason.to_string();
        }
    });
    desk.find_bastion();
    browser::focus(HEADING);
}
