//! Which ports are opened together with the one that is connected to.

use leptos::prelude::*;
use shared::port::Port;
use web_sys::Event;

use super::desk::Desk;
use super::form::field;
use super::limits::Limits;
use super::row::Row;
use super::share::{tick_box, toggle};
use super::state::Card;
use crate::format;
use crate::view::{Element, View, el};

/// The row with a box for each port that can be opened, too; nothing where there is none, or where
/// nothing can be requested. It stays while what was requested opens, so that nothing jumps.
pub fn more_ports(desk: Desk) -> impl Fn() -> Option<Element> {
    move || {
        if !desk.card.with(|card| card.can_request() || card.is_coming()) {
            return None;
        }
        let offered = desk.form.with(|form| desk.details.with(|details| form.offered(details)));
        (!offered.is_empty()).then(|| row(desk, &offered))
    }
}

fn row(desk: Desk, offered: &[Port]) -> Element {
    let boxes: View = offered.iter().map(|port| check(desk, *port)).collect();
    let boxes = el("fieldset")
        .id("more-ports")
        .class("chips")
        .prop("disabled", move || desk.card.with(Card::is_coming))
        .attr("aria-label", "Open with it")
        .child(boxes);
    let row = Row {
        label: "Open with it",
        id: "about-more",
        about: "Other ports that the VM's JIT policy covers. They open with the same request, for the same address, and close with it.",
    };
    row.showing(boxes)
}

fn check(desk: Desk, port: Port) -> Element {
    let words = desk.form.with(|form| {
        desk.details.with(|details| {
            let limits = |ports: &[Port]| Limits::of(details, ports, form.method);
            let longest = |ports: &[Port]| limits(ports).map(|limits| limits.longest(None));
            // What it would cost to have it.
            let shorter = longest(&[form.port, port]).filter(|both| Some(*both) < longest(&[form.port]));
            let shorter = shorter.map(|longest| format!(", at most {}", longest.words()));
            format!("{}{}", format::named(port), shorter.unwrap_or_default())
        })
    });
    let checked = move || desk.ports().contains(&port);
    let choose = move |_: Event| {
        desk.choose(field::PORT, |form| toggle(&mut form.more, port));
        desk.judge(field::SOURCE);
        desk.judge(field::DURATION);
    };
    tick_box(words, checked, choose)
}
