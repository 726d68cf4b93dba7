//! The card: one method of connecting, from where one sits to the command one runs.

use leptos::prelude::*;
use shared::port::Port;

use super::ask::ask;
use super::client::client_section;
use super::desk::Desk;
use super::destination::{destination_section, prerequisites_section};
use super::form::Method;
use super::notices::{self, Notice, Remedy};
use super::session_bar::session_bar;
use super::source::source_section;
use super::state::{By, Open};
use crate::api::ApiError;
use crate::browser;
use crate::components::button::Button;
use crate::components::failure::failure_with_retry;
use crate::components::icon::{Glyph, icon};
use crate::components::info::info;
use crate::components::lost::connection_lost;
use crate::components::message_bar::message_bar;
use crate::components::tag::tag;
use crate::session::use_server_clock;
use crate::view::{Element, View, anew, el, several};

/// The id of the heading, which takes the focus when another method is chosen.
const METHOD: &str = "method";

/// The card of the method that is chosen, and the way to the other one.
pub fn connect_card(desk: Desk) -> View {
    let method = move || desk.form.with(|form| form.method);
    let is_usual = move || desk.details.with(|details| Method::for_vm(&details.vm)) == method();
    let by_bastion = Memo::new(move |_| method() == Method::Bastion);
    // What is open, of which port, and whether it stands on top of the page: what is open when the
    // page comes does. What opens later stays where it was asked for, so that nothing jumps.
    // One memo has all of it: of two, one behind the other, a change of the first alone is not noticed.
    let open = Memo::new(move |before: Option<&(Port, Option<Open>, bool)>| {
        let open = desk.card.with(|card| card.open().copied());
        (desk.target().0, open, before.is_none_or(|(_, _, on_top)| *on_top) && open.is_some())
    });
    let head = el("header")
        .class("connect__head")
        .child(el("span").class("connect__glyph").child(move || icon(glyph(method()))))
        .child(el("h2").id(METHOD).attr("tabindex", "-1").child(move || method().name()))
        .child(info("about-method", "this method", move || about(method())))
        .child(
            el("span").class("connect__tags").child(move || is_usual().then(|| tag("Most popular"))).child(
                move || tag(if method() == Method::Bastion { "Through Azure" } else { "Local machine" }),
            ),
        );
    let top = move || {
        let (_, open, on_top) = open.get();
        open.filter(|_| on_top).map(|open| anew(move || session_bar(desk, open)))
    };
    let way_in = move || match open.get() {
        (_, Some(open), on_top) => {
            let goes_on = open.by == By::SomebodyElse { requestable: true };
            anew(move || several![(!on_top).then(|| session_bar(desk, open)), goes_on.then(|| ask(desk))])
        }
        (_, None, _) => anew(move || ask(desk)),
    };
    let card = el("section")
        .class("card connect")
        .attr("data-rest", "#connect-status")
        .attr("aria-labelledby", METHOD)
        .child(head)
        .child(top)
        .child(move || {
            let by_bastion = by_bastion.get();
            anew(move || source_section(desk, by_bastion))
        })
        .child(destination_section(desk))
        .child(prerequisites_section(desk))
        .child(way_in)
        .child(client_section(desk));
    let more = el("details")
        .class("connect__more")
        .child(el("summary").child(icon(Glyph::Chevron)).child("More ways to connect (2)"))
        .child(move || -> View {
            method().others().into_iter().map(|other| other_card(desk, other)).collect()
        });
    several![card, more]
}

fn other_card(desk: Desk, other: Method) -> Element {
    let take = Button::new(format!("Use {}", other.name()), move || {
        desk.switch(other);
        browser::focus(METHOD);
    });
    let words =
        el("div").child(el("h3").child(other.name())).child(el("p").class("quiet").child(about(other)));
    el("div")
        .class("card connect__other")
        .child(el("span").class("connect__glyph").child(icon(glyph(other))))
        .child(words)
        .child(take)
}

fn glyph(method: Method) -> Glyph {
    match method {
        Method::Rdp => Glyph::Screen,
        Method::Ssh => Glyph::Terminal,
        Method::Bastion => Glyph::Lock,
    }
}

fn about(method: Method) -> &'static str {
    match method {
        Method::Rdp => "Connect with the Remote Desktop client of your device, straight to the VM.",
        Method::Ssh => "Connect with the SSH client of your device, straight to the VM.",
        Method::Bastion => {
            "Connect through Azure Bastion, from the Azure portal or with the Azure CLI. The VM needs no address on the Internet."
        }
    }
}

/// What is worth knowing before, above the card.
pub fn notices_above(desk: Desk) -> View {
    let clock = use_server_clock();
    let lost = move || (desk.lost.get() && !desk.is_signed_out()).then(|| connection_lost(clock));
    // That the connection is lost says it already.
    let trouble =
        move || desk.trouble.get().filter(|error| !desk.lost.get() || *error != ApiError::Unreachable);
    let trouble = move || trouble().map(|error| failure_with_retry(&error, move || desk.refresh()));
    let notices = move || -> View {
        let method = desk.form.with(|form| form.method);
        let notices = desk.details.with(|details| notices::notices(details, method));
        notices.into_iter().map(|notice| shown(desk, notice)).collect()
    };
    several![lost, el("div").class("connect__notices").child(trouble).child(notices)]
}

/// That rules let everybody in without a request. It takes a while to know that: below the card,
/// nothing jumps for it, and the headline on the card says which.
pub fn exposed_below(desk: Desk) -> Element {
    let exposed = move || {
        let exposed = notices::exposed(desk.preflight().as_ref(), desk.target().0);
        exposed.map(|notice| shown(desk, notice))
    };
    el("div").class("connect__notices").child(exposed)
}

fn shown(desk: Desk, notice: Notice) -> Element {
    let remedy = notice.remedy.map(|Remedy::Start| {
        Button::new("Start VM", move || desk.start()).glyph(Glyph::Play).busy(desk.starting)
    });
    message_bar(notice.tone, several![el("p").child(notice.words), remedy])
}
