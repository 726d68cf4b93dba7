//! What of one's own device the machine may use, where a rule lets one choose that.

use leptos::prelude::*;
use shared::redirection::Redirection;
use shared::text::capitalised;
use web_sys::Event;

use super::desk::Desk;
use super::form::{Method, field};
use super::row::{Row, wrong};
use crate::view::{Element, View, el, several};

/// The row with a box for each thing that can be shared; nothing where there is none.
pub fn share(desk: Desk) -> impl Fn() -> Option<Element> {
    move || {
        let is_rdp = desk.form.with(|form| form.method == Method::Rdp);
        let offered = desk.limits().filter(|_| is_rdp)?.redirections();
        (!offered.is_empty()).then(|| row(desk, &offered))
    }
}

fn row(desk: Desk, offered: &[Redirection]) -> Element {
    let boxes: View = offered.iter().map(|redirection| check(desk, *redirection)).collect();
    let boxes = el("div")
        .id("share")
        .class("chips")
        .attr("role", "group")
        .attr("aria-label", "Share with the VM")
        .attr("aria-describedby", "share-wrong")
        .child(boxes);
    let row = Row {
        label: "Share with the VM",
        id: "about-share",
        about: "What of your device the VM may use while you are connected. Nothing else is shared, and a file that is there already does not change.",
    };
    row.showing(several![boxes, wrong(desk, field::REDIRECTIONS, "share-wrong")])
}

fn check(desk: Desk, redirection: Redirection) -> Element {
    let checked = move || desk.form.with(|form| form.redirections.contains(&redirection));
    let choose = move |_: Event| {
        desk.choose(field::REDIRECTIONS, |form| toggle(&mut form.redirections, redirection));
    };
    tick_box(capitalised(redirection.words()), checked, choose)
}

/// A box to be ticked.
pub fn tick_box(
    words: String,
    checked: impl Fn() -> bool + 'static,
    choose: impl FnMut(Event) + 'static,
) -> Element {
    let input = el("input").attr("type", "checkbox").prop("checked", checked).on("change", choose);
    el("label").class("check").child(input).child(words)
}

/// Puts something on a list, or takes it away if it stands there.
pub fn toggle<T: PartialEq>(list: &mut Vec<T>, what: T) {
    match list.iter().position(|known| *known == what) {
        Some(place) => _ = list.remove(place),
        None => list.push(what),
    }
}
