//! What I asked for on this machine lately.

use leptos::prelude::With;
use shared::access::AccessRequest;
use shared::port::Port;
use web_sys::Event;

use super::desk::Desk;
use super::form::{Method, field};
use crate::browser;
use crate::components::blade::HEADING;
use crate::components::standing::standing;
use crate::components::status_line::status_line;
use crate::components::table::{cell, row, table};
use crate::format;
use crate::view::{Element, el};

use super::texts;

/// My requests on this machine, newest first.
pub fn recent(desk: Desk) -> Element {
    let requests = move || {
        desk.recent.with(|requests| {
            if requests.is_empty() {
                return el("p").class("quiet").child("You have not requested access to this VM lately.");
            }
            let rows = requests.iter().map(|request| line(desk, request)).collect();
            let columns = ["Requested", "Port", "Source", "Reason", "Status", ""];
            table("Recent requests on this VM", "", &columns, rows)
        })
    };
    el("section")
        .class("section")
        .attr("aria-labelledby", "recent-here")
        .child(el("h2").id("recent-here").child("Recent requests on this VM"))
        .child(requests)
}

fn line(desk: Desk, request: &AccessRequest) -> Element {
    let ports: Vec<String> = request.ports.iter().map(Port::to_string).collect();
    let id = format!("request-{}", request.id);
    let reason = request.reason.as_ref().map_or_else(|| "–".to_owned(), ToString::to_string);
    let when = el("span").class("nowrap").id(id.clone()).child(format::day_and_time(request.requested_at));
    let again = request.clone();
    let status = status_line(standing(&request.status).0, texts::brief(&request.status));
    let button = el("button")
        .attr("type", "button")
        .class("connect__help")
        .attr("aria-describedby", id)
        .on("click", move |_: Event| use_again(desk, &again))
        .child("Use again");
    row(when)
        .child(cell("Port").child(ports.join(", ")))
        .child(cell("Source").class("nowrap").child(texts::addresses(request.source)))
        .child(cell("Reason").child(reason))
        .child(cell("Status").child(el("div").class("connect__told").child(status)))
        .child(cell("").child(button))
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
