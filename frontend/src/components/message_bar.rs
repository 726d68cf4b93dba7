//! A message that belongs to the page rather than to a field.

use super::icon::icon;
pub use super::status_line::Tone;
use crate::view::{Element, IntoView, el};

/// A message. A failure is read out at once, anything else when there is time.
pub fn message_bar(tone: Tone, message: impl IntoView) -> Element {
    let text = el("div")
        .class("message__text")
        .child(el("span").class("visually-hidden").child(heard(tone)))
        .child(message);
    el("div")
        .class(format!("message message--{}", tone.class()))
        .attr("role", if tone == Tone::Error { "alert" } else { "status" })
        .child(icon(tone.glyph()))
        .child(text)
}

/// What the colour says, for those who do not see it.
fn heard(tone: Tone) -> &'static str {
    match tone {
        Tone::Warning => "Warning: ",
        Tone::Error => "Error: ",
        Tone::Success => "Done: ",
        Tone::Pending | Tone::Busy | Tone::Info | Tone::Locked => "",
    }
}
