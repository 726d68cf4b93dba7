//! What is open, for how long still, and all that is needed to connect.

use leptos::prelude::*;
use shared::access::{AccessRequest, RequestId};
use shared::port::Port;
use shared::preflight::Reach;
use shared::source::Source;

use super::commands;
use super::desk::Desk;
use super::form::Method;
use super::state::{By, Open};
use super::texts;
use crate::api::access_requests;
use crate::components::button::{Button, Look};
use crate::components::copy::worded_copy_button;
use crate::components::countdown::countdown;
use crate::components::hold::Hold;
use crate::components::status_line::{Tone, status_line};
use crate::format;
use crate::view::{Element, View, el, several};

/// The bar of a port that is open.
pub fn session_bar(desk: Desk, open: Open) -> Element {
    let (port, method) = desk.form.with_untracked(|form| (form.port, form.method));
    let address = move || {
        // A Bastion goes to the address inside the network, whatever else there is.
        let inside = desk.details.with(|details| details.vm.private_address);
        if let (Some(inside), Method::Bastion) = (inside, method) {
            return commands::address(&inside.to_string(), port);
        }
        let (host, port) = way_in(desk, open.source, port)?;
        commands::address(&host, port)
    };
    let tick = desk.tick();
    let ending = Memo::new(move |_| texts::ending(open.until.duration_since(tick.get())));
    let blocked = move || {
        desk.preflight().is_some_and(|preflight| {
            matches!(preflight.reach, Reach::Blocked { .. } | Reach::Unreachable { .. })
        })
    };
    let what = move || {
        let target = address().unwrap_or_else(|| format!("port {port}"));
        // In one piece, as long as a line has room for it.
        let target = el("span").class("session__where").child(target);
        several![format!("Open for {} → ", texts::addresses(open.source)), target]
    };
    let left = el("span")
        .class("session__left")
        .child(" · ")
        .child(countdown(open.until, "Access".to_owned()))
        .child(" left");
    let until = format!("Until {} (your time). ", format::when(open.until, tick.get_untracked()));
    let actions = move || {
        let user = desk.details.with(|details| details.admin_username.clone());
        several![
            (method == Method::Rdp).then(|| file(desk, open.by, blocked())),
            (method != Method::Bastion)
                .then(|| address().map(|address| worded_copy_button(address, "address"))),
            user.map(|user| worded_copy_button(user, "user")),
            command(desk, method, port).map(|(what, command)| worded_copy_button(command, what)),
        ]
    };
    let moved = move || {
        let By::Me { id, .. } = open.by else { return None };
        let (host, port) = desk.led(id)?;
        let words = texts::moved(&commands::address(&host, port)?, &address()?)?;
        Some(el("p").attr("role", "status").child(status_line(Tone::Warning, words)))
    };
    let end = move || {
        match ending.get() {
        Some(words) => el("p").child(status_line(Tone::Warning, words)),
        None => el("p").class("quiet").child(
            "When the time is over the port closes for new connections. A session that is open by then stays connected.",
        ),
    }
    };
    let class =
        move || if blocked() || ending.get().is_some() { "session session--warning" } else { "session" };
    el("section")
        .class(class)
        .attr("aria-label", "Open access")
        .child(el("p").class("session__what").child(what).child(left))
        .child(el("p").class("quiet").child(until).child(move || texts::opened_by(&open, tick.get())))
        .child(moved)
        .child(with_it(desk, open, port))
        .child(el("div").class("session__actions").child(actions))
        .child(refusal(desk, open.by))
        .child(end)
        .child(kept_open(desk, open))
}

/// Making it last longer, and closing it early; only whoever asked for it can.
fn kept_open(desk: Desk, open: Open) -> View {
    let By::Me { id, .. } = open.by else { return View::NOTHING };
    let hold = Hold::new(move |request| desk.go_on_with(request));
    let not_closed = move || {
        let words = desk.request.with(|request| request.as_ref()?.not_closed.clone());
        words.map(|words| {
            el("p").attr("role", "alert").child(status_line(Tone::Warning, texts::sentence(&words)))
        })
    };
    if let Some(newer) = open.extending {
        let words = status_line(Tone::Busy, "Extending…");
        return several![el("p").child(words), hold.controls(newer, open.until, Vec::new()), not_closed];
    }
    let not_extended = move || {
        let why = Some(desk.not_extended().get()).filter(|why| !why.is_empty())?;
        let words = format!("It was not extended. {why}");
        Some(el("p").attr("role", "alert").child(status_line(Tone::Warning, words)))
    };
    let port = desk.form.with_untracked(|form| form.port);
    let lengths = untrack(|| desk.lengths(id, &[port], open.source));
    several![hold.controls(id, open.until, lengths), not_closed, not_extended]
}

/// The other ports of the same request.
fn with_it(desk: Desk, open: Open, port: Port) -> impl Fn() -> Option<View> {
    move || {
        let By::Me { id, .. } = open.by else { return None };
        let AccessRequest { ports, shut, .. } = desk.known(id)?;
        let said = |is_shut: bool| {
            let ports = ports.iter().filter(|other| **other != port && shut.contains(other) == is_shut);
            let ports: Vec<String> = ports.map(|port| format::named(*port)).collect();
            (!ports.is_empty()).then(|| ports.join(", "))
        };
        let open = said(false).map(|ports| el("p").child(format!("Also open: {ports}.")));
        let shut = said(true).map(|ports| {
            let words = format!("Closed already, by a newer request or in Azure: {ports}.");
            el("p").attr("role", "status").child(status_line(Tone::Warning, words))
        });
        let mut missing = desk.ports().into_iter().filter(|port| !ports.contains(port));
        let missing = missing.next().map(|port| {
            let name = format::named(port);
            el("p")
                .class("session__actions")
                .child(status_line(Tone::Warning, format!("{name} is not part of it.")))
                .child(Button::new(format!("Request {name}"), move || desk.want(port)))
        });
        Some(several![open, shut, missing])
    }
}

/// The file; as long as a rule blocks the way it is not the next thing to reach for.
fn file(desk: Desk, by: By, blocked: bool) -> Option<Element> {
    let By::Me { id, .. } = by else { return None };
    let look = if blocked { Look::Secondary } else { Look::Primary };
    Some(link(desk, look, id))
}

/// The link to the file of a request.
pub fn link(desk: Desk, look: Look, id: RequestId) -> Element {
    desk.details.with(|details| desk.file().link(look, access_requests::rdp_url(id), &details.vm.id))
}

/// Why there is no file.
fn refusal(desk: Desk, by: By) -> impl Fn() -> Option<Element> {
    move || match by {
        By::Me { id, .. } => desk.file().refusal(&access_requests::rdp_url(id)),
        By::SomebodyElse { .. } => None,
    }
}

/// Where one connects to for a port, as far as that is known.
pub fn way_in(desk: Desk, source: Source, port: Port) -> Option<(String, Port)> {
    // Azure lists only the newer request, but the rule of the one before stands until that is open.
    let newer = desk.card.with(|card| card.open().and_then(|open| open.extending));
    if let Some(led) = newer.and_then(|newer| desk.led(newer)) {
        return Some(led);
    }
    let mine = desk.request.with(|request| request.as_ref().map(|request| request.id));
    let (hosts, port) = desk.details.with(|details| details.way_in(port, source, mine))?;
    Some((hosts.into_iter().next()?, port))
}

/// The command of a method, and what it is called.
pub fn command(desk: Desk, method: Method, port: Port) -> Option<(&'static str, String)> {
    let (host, port) = way_in(desk, desk.target().1.unwrap_or(Source::ANY), port)?;
    desk.details.with(|details| match method {
        Method::Rdp => Some(("mstsc command", commands::mstsc(&host, port)?)),
        Method::Ssh => Some(("ssh command", commands::ssh(&host, details.admin_username.as_deref(), port)?)),
        // Its commands have a section of their own.
        Method::Bastion => None,
    })
}
