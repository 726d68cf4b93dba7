//! The rows of the card: a label, an explanation and a value.

use leptos::prelude::*;
use shared::problem::Violation;

use super::desk::Desk;
use super::form::field;
use super::length::Length;
use crate::components::button::{Button, Look};
use crate::components::field::{mistake as mistake_of, required_mark};
use crate::components::info::info;
use crate::view::{Element, IntoView, View, el, several};

/// A row of the card.
pub struct Row {
    /// What it is about.
    pub label: &'static str,
    /// An id of its own on the page.
    pub id: &'static str,
    /// The explanation of what it is about.
    pub about: &'static str,
}

impl Row {
    /// The row with a value that is only shown.
    pub fn showing(self, value: impl IntoView) -> Element {
        let label = el("span").child(self.label);
        self.with(label, value.into_view())
    }

    /// The row with a value that is chosen with the control `control`.
    pub fn chosen_with(self, control: &'static str, value: impl IntoView) -> Element {
        let label = el("label").attr("for", control).child(self.label);
        self.with(label, value.into_view())
    }

    /// The same, where the control may have to be filled in.
    pub fn filled_in(self, control: &'static str, required: Signal<bool>, value: impl IntoView) -> Element {
        let label = el("label").attr("for", control).child(self.label).child(required_mark(required));
        self.with(label, value.into_view())
    }

    fn with(self, label: Element, value: View) -> Element {
        let Self { label: name, id, about } = self;
        el("div")
            .class("row")
            .child(el("div").class("row__label").child(label))
            .child(el("div").class("row__value").child(value))
            // After what it explains, for those who go from one control to the next.
            .child(info(id, name, about))
    }
}

/// What is wrong with a field, with what could be put there instead. `id` is for the control to
/// refer to.
pub fn wrong(desk: Desk, field: &'static str, id: &'static str) -> Element {
    let mistakes = move || -> View {
        desk.wrong.with(|wrong| {
            wrong
                .iter()
                .filter(|violation| violation.field == field)
                .map(|wrong| mistake(desk, wrong))
                .collect()
        })
    };
    el("div").id(id).class("row__wrong").child(mistakes)
}

fn mistake(desk: Desk, violation: &Violation) -> View {
    let offer = violation.offer.as_ref().map(|offer| {
        let violation = violation.clone();
        let words = format!("Use {}", offered(&violation.field, offer));
        Button::new(words, move || desk.accept(&violation)).look(Look::Secondary)
    });
    several![mistake_of(&violation.detail), offer]
}

fn offered(name: &str, offer: &str) -> String {
    match offer.parse() {
        Ok(duration) if name == field::DURATION => {
            let Length { number, unit } = Length::of(duration);
            format!(
                "{number} {}",
                if number == "1" { unit.name().trim_end_matches('s') } else { unit.name() }
            )
        }
        _ => offer.to_owned(),
    }
}

/// Whether something is wrong with a field, as `aria-invalid` has it.
pub fn invalid(desk: Desk, field: &'static str) -> Option<&'static str> {
    desk.wrong.with(|wrong| wrong.iter().any(|violation| violation.field == field)).then_some("true")
}
