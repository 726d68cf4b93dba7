//! What stands between somebody and the machine: in one sentence, and all of it for whoever wants.

use leptos::prelude::*;
use shared::preflight::{Check, Diagnosis, Verdict};

use super::desk::Desk;
use super::form::{Form, Method};
use super::state::Card;
use crate::components::copy::worded_copy_button;
use crate::components::status_line::{Tone, status_line};
use crate::view::{Element, IntoView, View, el};

/// The sentence, which opens to the list of what was looked at.
pub fn diagnosis(desk: Desk) -> Element {
    let found = move || desk.preflight().map(|preflight| preflight.diagnosis).or_else(|| unreached(desk));
    // That Azure is at it is told better where it takes long, or where something stays open meanwhile.
    let told = move || {
        desk.card.with(|card| match card {
            Card::Opening { slow: true, .. } => {
                Some((Tone::Warning, "Nothing gets through before that rule is there."))
            }
            card => {
                card.is_extended().then_some((Tone::Success, "What is open stays open while it is extended."))
            }
        })
    };
    let headline = move || match (found(), told()) {
        (Some(Diagnosis { verdict: Verdict::Fine, .. }), Some((tone, words))) => status_line(tone, words),
        (Some(diagnosis), _) => status_line(tone(diagnosis.verdict), diagnosis.headline),
        (None, _) if desk.target().1.is_some() || desk.form.with(Form::is_looking) => {
            status_line(Tone::Busy, "Looking at what stands in the way…")
        }
        (None, _) => status_line(Tone::Pending, "What stands in the way can be told once there is a source."),
    };
    let all = move || found().map_or(View::NOTHING, list);
    el("details").class("diagnosis").child(el("summary").child(headline)).child(all)
}

/// What there is to say where no Bastion leads to the machine.
fn unreached(desk: Desk) -> Option<Diagnosis> {
    let by_bastion = desk.form.with(|form| form.method == Method::Bastion && form.ways.is_some());
    let here = desk.here();
    let why = desk.form.with(|form| form.source(here).err()).filter(|_| by_bastion)?;
    let vm = desk.details.with(|details| details.vm.id.clone());
    let report =
        format!("## Access to {} through Azure Bastion\n\n**{why}**\n\n- Machine: `{vm}`\n", vm.name());
    Some(Diagnosis { headline: why, verdict: Verdict::Obstacle, checks: Vec::new(), report })
}

fn list(diagnosis: Diagnosis) -> View {
    if diagnosis.report.is_empty() {
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
