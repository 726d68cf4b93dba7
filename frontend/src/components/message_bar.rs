//! A message that belongs to the page rather than to a field.

use leptos::prelude::*;

use super::icon::Icon;
pub use super::status_line::Tone;

/// A message. A failure is read out at once, anything else when there is time.
#[component]
pub fn MessageBar(
    /// What kind of message it is.
    tone: Tone,
    /// The message.
    children: Children,
) -> impl IntoView {
    let role = if tone == Tone::Error { "alert" } else { "status" };
    view! {
        <div class=format!("message message--{}", tone.class()) role=role>
            <Icon glyph=tone.glyph()/>
            <div class="message__text">
                <span class="visually-hidden">{heard(tone)}</span>
                {children()}
            </div>
        </div>
    }
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
