//! Why somebody may not request access: what each access rule that is about them says.

use leptos::prelude::*;
use shared::explanation::{AccessExplanation, Obstacle, RuleVerdict};

use super::desk::Desk;
use super::form::field;
use super::texts;
use crate::api::{ApiError, vms};
use crate::components::button::{Button, Look};
use crate::components::failure::failure;
use crate::components::icon::Glyph;
use crate::view::{Element, IntoView, View, el, several};

/// A button, and what it brings.
pub fn why(desk: Desk) -> View {
    let told = RwSignal::new(None::<Result<AccessExplanation, ApiError>>);
    let asking = RwSignal::new(false);
    let ask = move || {
        let (port, Some(source)) = untrack(|| desk.target()) else { return };
        let whence = desk.form.with_untracked(|form| form.whence(source));
        let vm = desk.details.with_untracked(|details| details.vm.id.clone());
        asking.set(true);
        vms::explanation(&vm, port, &whence, move |explanation| {
            // The page may be gone by now.
            if asking.try_set(false).is_none() {
                told.set(Some(explanation));
            }
        });
    };
    let button = Button::new("Why can't I?", ask).look(Look::Quiet).glyph(Glyph::Info).busy(asking);
    let answer = move || {
        told.with(|told| match told {
            None => View::NOTHING,
            Some(Err(error)) => failure(error).into_view(),
            Some(Ok(explanation)) => answer(explanation).into_view(),
        })
    };
    several![button, el("div").attr("role", "status").child(answer)]
}

fn answer(explanation: &AccessExplanation) -> Element {
    let otherwise = explanation.violations.iter().map(|wrong| texts::sentence(&wrong.detail));
    let lines: Vec<String> = explanation.rules.iter().filter_map(said).chain(otherwise).collect();
    if lines.is_empty() {
        return el("p").class("field__hint").child("No access rule is about you.");
    }
    el("ul").class("connect__why").child(lines.into_iter().map(|line| el("li").child(line)).collect::<View>())
}

/// What a rule says, which names it, but for the reason: that is asked for where there is anything
/// to ask.
fn said(verdict: &RuleVerdict) -> Option<String> {
    let counts = |obstacle: &&Obstacle| match obstacle {
        Obstacle::Limit { violation } => violation.field != field::REASON,
        Obstacle::Scope { .. } | Obstacle::Verb { .. } => true,
    };
    let details = verdict.obstacles.iter().filter(counts).map(|obstacle| texts::sentence(obstacle.detail()));
    let details: Vec<String> = details.collect();
    (!details.is_empty()).then(|| details.join(" "))
}
