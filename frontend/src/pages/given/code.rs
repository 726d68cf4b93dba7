//! The code of a guest.

use leptos::prelude::*;
use shared::problem::ProblemKind;

use super::heading;
use super::visit::Visit;
use crate::api::ApiError;
use crate::components::button::{Button, Look};
use crate::components::field::mistake;
use crate::view::{View, el, several};

/// The id of the field.
pub const FIELD: &str = "code";

/// The question for it.
pub fn code(visit: Visit) -> View {
    let wrong = move || visit.trouble.get().filter(is_about);
    let input = el("input")
        .id(FIELD)
        .class("input given__code")
        .attr("autocomplete", "one-time-code")
        .attr("autocapitalize", "characters")
        .attr("spellcheck", "false")
        .attr("placeholder", "ABCD-EFGH")
        .attr("aria-required", "true")
        .attr("aria-describedby", "code-wrong")
        .attr("aria-invalid", move || wrong().map(|_| "true"))
        .prop("value", move || visit.code.get())
        .on("input", move |event: web_sys::Event| visit.code.set(event_target_value(&event)));
    let mistake = move || wrong().map(|error| mistake(&said(&error)));
    let form = el("form")
        .class("handoff")
        .on("submit", move |event: web_sys::Event| {
            event.prevent_default();
            visit.enter();
        })
        .child(
            el("div")
                .child(el("label").class("field__label").attr("for", FIELD).child("Code"))
                .child(input)
                .child(el("div").id("code-wrong").child(mistake)),
        )
        .child(Button::new("Go on", move || visit.enter()).look(Look::Primary).busy(visit.busy));
    several![
        heading("Somebody prepared access for you"),
        el("p").child("Enter the code that you were told on the phone: two times four characters."),
        form,
    ]
}

/// Whether it was the code that was wrong.
pub fn is_about(error: &ApiError) -> bool {
    matches!(error, ApiError::Refused(problem) if matches!(
        problem.kind,
        ProblemKind::Forbidden | ProblemKind::Malformed | ProblemKind::Conflict
    ))
}

/// What is wrong with it.
fn said(error: &ApiError) -> String {
    match error {
        ApiError::Refused(problem) if problem.violations.len() == 1 => problem.violations[0].detail.clone(),
        error => error.words(),
    }
}
