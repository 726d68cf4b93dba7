//! One owner, and what they are written.

use leptos::prelude::*;
use shared::compliance::{Remediation, RemediationMessage};

use super::desk::{Desk, Fate, is_over};
use crate::components::button::{Button, Look};
use crate::components::copy::worded_copy_button;
use crate::components::failure::failure;
use crate::components::message_bar::{Tone, message_bar};
use crate::format;
use crate::page::Page;
use crate::view::{Element, IntoView, View, el, several};

/// One owner, and what they are written.
pub fn card(desk: Desk, known: &Remediation, place: usize, message: &RemediationMessage) -> Element {
    let name = message.owner.clone().unwrap_or_else(|| "Without an owner".to_owned());
    let machines = format::count(message.vms.len() as u64, "VM", "VMs");
    let to = match &message.no_mail {
        None => format!("{machines} · to {}", message.to.join(", ")),
        Some(why) => format!("{machines} · {why} Copy the message instead."),
    };
    el("section")
        .class("comply-ask__card")
        .attr("aria-label", name.clone())
        .child(el("h2").class("comply__title").child(name.clone()))
        .child(el("p").class("comply__about quiet").child(to))
        .child(
            el("p")
                .class("comply-ask__subject")
                .child(el("span").class("quiet").child("Subject "))
                .child(message.subject.clone()),
        )
        .child(
            el("pre")
                .class("comply-ask__text")
                .attr("tabindex", "0")
                .attr("aria-label", "Message")
                .child(message.text.clone()),
        )
        .child(
            el("div")
                .class("comply-ask__actions")
                .child(ways(desk, known, place, message))
                .child(worded_copy_button(message.text.clone(), "message"))
                .child(worded_copy_button(message.subject.clone(), "subject")),
        )
        .child(move || desk.fate(place).map(told))
        .key(name)
}

/// The buttons that send it.
fn ways(desk: Desk, known: &Remediation, place: usize, message: &RemediationMessage) -> View {
    let is_done = Signal::derive(move || is_over(desk.fate(place).as_ref()));
    let mail = (!message.to.is_empty()).then(|| {
        Button::new("Send by mail", move || desk.send(vec![place], "mail", None))
            .look(Look::Primary)
            .busy(desk.busy)
            .disabled(is_done)
    });
    let webhook = |name: &String| {
        let webhook = name.clone();
        Button::new(format!("Send to {name}"), move || {
            desk.send(vec![place], "webhook", Some(webhook.clone()));
        })
        .busy(desk.busy)
        .disabled(is_done)
        .into_view()
    };
    several![mail, known.webhooks.iter().map(webhook).collect::<View>()]
}

/// What became of it.
fn told(fate: Fate) -> View {
    match fate {
        Fate::Sent(words) => {
            let audit = el("a").class("link").attr("href", format!("{}?operation=ask", Page::Audit.path()));
            let rest = el("span")
                .child(format!("{words}. It is tried again until it is taken, for three days; what came of it stands under "))
                .child(audit.child("Audit"))
                .child(".");
            message_bar(Tone::Success, rest).into_view()
        }
        Fate::Not(words) => message_bar(Tone::Info, words).into_view(),
        Fate::Failed(error) => failure(&error).into_view(),
    }
}
