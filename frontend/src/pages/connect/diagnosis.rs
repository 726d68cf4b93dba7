//! What stands between somebody and the machine: in one sentence, and all of it for whoever wants.

use leptos::prelude::*;
use shared::preflight::{Check, Diagnosis, Verdict};

use super::desk::Desk;
use super::form::Form;
use crate::components::copy::worded_copy_button;
use crate::components::status_line::{Tone, status_line};
use crate::view::{Element, IntoView, View, el};

/// The sentence, which opens to the list of what was looked at.
pub fn diagnosis(desk: Desk) -> Element {
    let headline = move || match desk.preflight() {
        Some(preflight) => status_line(tone(preflight.diagnosis.verdict), preflight.diagnosis.headline),
        None if desk.target().1.is_some() || desk.form.with(Form::is_looking) => {
            status_line(Tone::Busy, "Looking at what stands in the way…")
        }
        None => status_line(Tone::Pending, "What stands in the way can be told once there is a source."),
    };
    let all = move || desk.preflight().map_or(View::NOTHING, |preflight| list(preflight.diagnosis));
    el("details").class("diagnosis").child(el("summary").child(headline)).child(all)
}

fn list(diagnosis: Diagnosis) -> View {
    if diagnosis.checks.is_empty() {
        return View::NOTHING;
    }
    let items: View = diagnosis.checks.into_iter().map(item).collect();
    el("div")
        .child(el("ol").class("diagnosis__checks").child(items))
        .child(worded_copy_button(diagnosis.report, "diagnosis"))
        .into_view()
}

fn item(check: Check) -> Element {
    let Check { name, verdict, finding, fix } = check;
    el("li")
        .child(status_line(tone(verdict), format!("{name}: {finding}")))
        .child(fix.map(|fix| el("p").class("field__hint").child(fix)))
}

fn tone(verdict: Verdict) -> Tone {
    match verdict {
        Verdict::Fine => Tone::Success,
        Verdict::Warning => Tone::Warning,
        Verdict::Obstacle => Tone::Error,
        Verdict::Unknown => Tone::Info,
    }
}
