//! What happened to a request, one step after the other.

use shared::history::{Step, StepKind, Timeline};

use crate::components::copy::copy_button;
use crate::components::icon::icon;
use crate::components::status_line::Tone;
use crate::format;
use crate::view::{Element, IntoView, View, el};

/// The steps, the first one first.
pub fn steps(timeline: &Timeline) -> View {
    el("ol").class("steps").child(timeline.steps.iter().map(step).collect::<View>()).into_view()
}

fn step(step: &Step) -> Element {
    let (tone, words) = told(step.what);
    let by = step.by.as_ref().map(|by| match &step.from {
        Some(from) => format!("{by}, from {from}"),
        None => by.clone(),
    });
    let line = |words: String| el("p").class("quiet").child(words);
    let correlation = step.correlation_id.as_ref().map(|id| {
        el("p")
            .class("quiet steps__correlation")
            .child("Correlation id ")
            .child(el("code").child(id.clone()))
            .child(copy_button(id.clone(), "correlation id"))
    });
    el("li")
        .class(format!("steps__step steps__step--{}", tone.class()))
        .child(el("span").class("steps__mark").child(icon(tone.glyph())))
        .child(
            el("div")
                .child(
                    el("p")
                        .child(el("strong").child(words))
                        .child(el("span").class("quiet steps__at").child(format::to_the_second(step.at))),
                )
                .child(by.map(line))
                .child(step.detail.clone().map(line))
                .child(correlation),
        )
}

/// A step in words.
fn told(what: StepKind) -> (Tone, &'static str) {
    match what {
        StepKind::Requested => (Tone::Pending, "Requested"),
        StepKind::Accepted => (Tone::Success, "Azure accepted it"),
        StepKind::Refused => (Tone::Error, "Azure refused it"),
        StepKind::Failed => (Tone::Error, "Azure could not be asked"),
        StepKind::Unanswered => (Tone::Warning, "Azure's answer got lost"),
        StepKind::Opened => (Tone::Success, "Seen open"),
        StepKind::CloseRequested => (Tone::Pending, "To be closed early"),
        StepKind::CloseAccepted => (Tone::Success, "Azure accepted that it closes early"),
        StepKind::NotClosed => (Tone::Warning, "It was not closed early"),
        StepKind::Link => (Tone::Info, "Shareable link"),
        StepKind::Ended => (Tone::Pending, "Ended"),
    }
}
