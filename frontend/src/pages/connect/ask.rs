//! Asking: for how long, why, and the button.

use leptos::prelude::*;
use shared::duration::AccessDuration;
use web_sys::Event;

use super::desk::{CONFIRM, Desk, sign_in_and_go_on};
use super::form::{Form, Method, field};
use super::length::{self, Length, Unit};
use super::row::{Row, invalid, wrong};
use super::share::share;
use super::state::Card;
use super::texts;
use crate::api::ApiError;
use crate::browser;
use crate::components::button::{Button, Look};
use crate::components::dialog::dialog;
use crate::components::failure::{failure, step_up, step_up_link};
use crate::components::field::ReasonField;
use crate::components::icon::{Glyph, icon};
use crate::components::message_bar::{Tone, message_bar};
use crate::format;
use crate::session::use_session;
use crate::view::{Element, View, anew, el, several};

/// The id of the button that requests access.
const SUBMIT: &str = "connect-submit";

/// Requests access, as the button does: the focus rests there while what was filled in cannot be
/// changed.
pub fn submit(desk: Desk) {
    browser::focus(SUBMIT);
    desk.submit();
}

/// For how long, why, and the button.
pub fn ask(desk: Desk) -> View {
    let requestable = Memo::new(move |_| desk.limits().is_some() && !desk.form.with(Form::is_unreached));
    let busy = Signal::derive(move || {
        desk.card.with(|card| matches!(card, Card::Requesting { late: false } | Card::Opening { .. }))
    });
    let cannot =
        Signal::derive(move || !desk.card.with(Card::can_request) || desk.form.with(Form::is_unreached));
    let button = Button::new(move || label(desk), move || submit(desk))
        .look(Look::Primary)
        .disabled(cannot)
        .busy(busy)
        .element()
        .id(SUBMIT)
        // Pressing it leaves no field yet: what is wrong with one would be told at once, and move
        // the button away before it is let go.
        .on("mousedown", |event: Event| event.prevent_default());
    let code = Button::new("Copy as code", move || desk.show_code()).look(Look::Quiet);
    let keys = move || (!cannot.get()).then(|| el("span").class("quiet connect__keys").child("Ctrl+Enter"));
    several![
        move || requestable.get().then(|| anew(move || several![
            el("h3").class("connect__heading").child("Access"),
            // What is asked for already is not to be changed any more, only to be read.
            el("fieldset")
                .prop("disabled", move || busy.get())
                .child(duration(desk))
                .child(reason(desk))
                .child(share(desk)),
        ])),
        move || unplaced(desk),
        move || desk.unsent.get().as_ref().map(|error| unsent(desk, error)),
        move || displaced(desk),
        el("div").class("connect__submit").child(button).child(keys).child(code),
        confirmation(desk),
    ]
}

/// Why nothing was requested. Where a sign-in is missing, the request goes on after it.
fn unsent(desk: Desk, error: &ApiError) -> Element {
    let Some(login) = error.login().map(str::to_owned) else { return failure(error) };
    let person = use_session().person;
    let shared = desk.form.with_untracked(|form| form.redirections.clone());
    let go_on = step_up_link(&login).on("click", move |event: Event| {
        event.prevent_default();
        sign_in_and_go_on(&login, &person, &shared);
    });
    step_up(error, go_on)
}

/// Whom a request would cost something, before it is made: others, or oneself.
fn displaced(desk: Desk) -> View {
    if !desk.card.with(Card::can_request) {
        return View::NOTHING;
    }
    let theirs = texts::displaces(&desk.displaced_by(false));
    let mine = texts::displaces_mine(&desk.displaced_by(true), desk.tick().get_untracked());
    let caution = |words: String| {
        let icon = icon(Glyph::Warning);
        el("p").class("connect__caution").attr("role", "status").child(icon).child(words)
    };
    theirs.into_iter().chain(mine).map(caution).collect()
}

/// Asks once more where somebody else would lose their access.
fn confirmation(desk: Desk) -> Element {
    let words = move || {
        let others = desk.displaced.get();
        let (port, until) = (others.first()?.port, others.iter().map(|other| other.until).max()?);
        let until = format::when(until, desk.tick().get_untracked());
        let ends = texts::displaces(&others)?;
        Some(el("p").child(format!("Port {port} is open for somebody else until {until}. {ends}")))
    };
    let go = Button::new("Request anyway", move || {
        browser::close_dialog(CONFIRM);
        desk.send(desk.displaced.get_untracked());
    });
    dialog(CONFIRM, "Somebody else is using this port", words, go.look(Look::Primary))
}

fn label(desk: Desk) -> &'static str {
    let method = desk.form.with(|form| form.method);
    desk.card.with(|card| match (card, method) {
        (
            Card::Refused { .. } | Card::Failed { .. } | Card::Ended { .. } | Card::Requesting { late: true },
            _,
        ) => "Request again",
        (Card::Requesting { late: false }, _) => "Requesting access…",
        (Card::Opening { .. }, _) => "Opening…",
        (_, Method::Rdp) => "Request and download",
        (_, Method::Ssh | Method::Bastion) => "Request access",
    })
}

/// What is wrong with the request as a whole, or with something that has no control here.
fn unplaced(desk: Desk) -> View {
    desk.wrong.with(|wrong| {
        let unplaced = wrong.iter().filter(|wrong| !field::PLACED.contains(&wrong.field.as_str()));
        unplaced.map(|wrong| message_bar(Tone::Error, texts::sentence(&wrong.detail))).collect()
    })
}

fn duration(desk: Desk) -> Element {
    let chosen = move || desk.form.with(|form| form.length.parse().ok());
    let chips = move || -> View {
        let source = desk.target().1;
        let longest = desk.limits().map_or(AccessDuration::LONGEST, |limits| limits.longest(source));
        let chip = |(duration, name): (AccessDuration, String)| {
            let choose =
                move |_: Event| desk.choose(field::DURATION, |form| form.length = Length::of(duration));
            let radio = el("input")
                .attr("type", "radio")
                .attr("name", "duration-chip")
                .prop("checked", chosen() == Some(duration))
                .on("change", choose);
            el("label").class("chip").child(radio).child(name)
        };
        length::chips(longest).into_iter().map(chip).collect()
    };
    let ends = move || {
        let now = desk.tick().get();
        let coming = desk
            .card
            .with(Card::is_coming)
            .then(|| desk.request.with(|request| Some(request.as_ref()?.ends_at)));
        let ends = coming.flatten().or(now.saturating_add(chosen()?.length()).ok())?;
        let words = format!("Ends at {} (your time)", format::when(ends, now));
        Some(el("p").class("field__hint").child(words))
    };
    let chips = el("div")
        .class("chips")
        .attr("role", "radiogroup")
        .attr("aria-label", "Access duration")
        .child(chips);
    let line = el("div")
        .class("row__line")
        .child(chips)
        .child(el("span").class("connect__length").child(number(desk)).child(unit(desk)));
    let row = Row {
        label: "Access duration",
        id: "about-duration",
        about: "Counted from the moment Azure is asked. When it is over the port closes; what is connected by then stays connected.",
    };
    row.chosen_with("duration", several![line, wrong(desk, field::DURATION, "duration-wrong"), ends])
}

fn number(desk: Desk) -> Element {
    let type_in = move |event: Event| {
        let number = event_target_value(&event);
        desk.choose(field::DURATION, |form| form.length.number = number);
    };
    el("input")
        .id("duration")
        .class("input")
        .attr("type", "text")
        .attr("inputmode", "decimal")
        .attr("autocomplete", "off")
        .attr("aria-describedby", "duration-wrong")
        .attr("aria-invalid", move || invalid(desk, field::DURATION))
        .prop("value", move || desk.form.with(|form| form.length.number.clone()))
        .on("input", type_in)
        .on("change", move |_: Event| desk.judge(field::DURATION))
}

fn unit(desk: Desk) -> Element {
    let option = |each: Unit| {
        let selected = move || desk.form.with(|form| form.length.unit == each);
        el("option").attr("value", each.name()).prop("selected", selected).child(each.name())
    };
    let choose = move |event: Event| {
        if let Some(unit) = Unit::named(&event_target_value(&event)) {
            desk.choose(field::DURATION, |form| form.length.unit = unit);
            desk.judge(field::DURATION);
        }
    };
    el("select")
        .class("input")
        .attr("aria-label", "Unit of the access duration")
        .on("change", choose)
        .child(Unit::ALL.into_iter().map(option).collect::<View>())
}

fn reason(desk: Desk) -> Element {
    let required = Signal::derive(move || desk.limits().is_some_and(|limits| limits.reason_required()));
    let field = ReasonField {
        value: Signal::derive(move || desk.form.with(|form| form.reason.clone())),
        type_in: Box::new(move |reason| desk.choose(field::REASON, |form| form.reason = reason)),
        required,
        hint: Signal::derive(move || desk.limits().and_then(|limits| limits.reason_hint())),
        invalid: Signal::derive(move || invalid(desk, field::REASON).is_some()),
        wrong: wrong(desk, field::REASON, "reason-wrong"),
    };
    let row = Row {
        label: "Reason",
        id: "about-reason",
        about: "One line, such as a ticket number and a few words. It goes into the audit trail here and at Azure. The last one is remembered in this browser.",
    };
    row.filled_in("reason", required, field)
}
