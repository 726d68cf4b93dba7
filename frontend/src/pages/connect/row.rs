//! The rows of the card: a label, an explanation and a value.

use leptos::prelude::*;
use shared::problem::Violation;

use super::desk::Desk;
use super::form::field;
use super::length::Length;
use super::texts;
use crate::components::button::{Button, Look};
use crate::components::icon::{Glyph, Icon};
use crate::components::info::Info;

/// A row whose value is shown, or is chosen with the control `control`.
#[component]
pub fn Row(
    /// What it is about.
    label: &'static str,
    /// An id of its own on the page.
    id: &'static str,
    /// The explanation of what it is about.
    about: &'static str,
    /// The id of the control, if there is one.
    #[prop(optional)]
    control: Option<&'static str>,
    /// Whether the control must be filled in.
    #[prop(optional, into)]
    required: Signal<bool>,
    /// The value.
    children: Children,
) -> impl IntoView {
    let mark =
        move || required.get().then(|| view! { <span class="field__required" title="required">" *"</span> });
    view! {
        <div class="row">
            <div class="row__label">
                {match control {
                    Some(control) => view! { <label for=control>{label}{mark}</label> }.into_any(),
                    None => view! { <span>{label}</span> }.into_any(),
                }}
                <Info id about=label>{about}</Info>
            </div>
            <div class="row__value">{children()}</div>
        </div>
    }
}

/// What is wrong with a field, with what could be put there instead.
#[component]
pub fn Wrong(
    /// Where it is known.
    desk: Desk,
    /// The field.
    field: &'static str,
    /// The id of this, for the control to refer to.
    id: &'static str,
) -> impl IntoView {
    let wrong = move || -> Vec<Violation> {
        desk.wrong.with(|wrong| wrong.iter().filter(|violation| violation.field == field).cloned().collect())
    };
    view! {
        <div id=id class="row__wrong">
            {move || wrong().into_iter().map(|violation| view! { <Mistake desk violation/> }).collect_view()}
        </div>
    }
}

#[component]
fn Mistake(desk: Desk, violation: Violation) -> impl IntoView {
    let words = texts::sentence(&violation.detail);
    let offer = violation.offer.as_ref().map(|offer| format!("Use {}", offered(&violation.field, offer)));
    view! {
        <p class="field__error" role="alert"><Icon glyph=Glyph::Error/>{words}</p>
        {offer.map(|offer| view! {
            <Button look=Look::Secondary on_press=move |()| desk.accept(&violation)>{offer}</Button>
        })}
    }
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
