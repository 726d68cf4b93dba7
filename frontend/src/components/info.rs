//! An explanation behind a small i.

use super::icon::{Glyph, icon};
use crate::view::{Element, IntoView, el};

/// A button that shows an explanation of what it is `about`, such as `Source IP address`; Escape,
/// or a click elsewhere, hides it again. `id` is its own on the page.
pub fn info(id: &'static str, about: &str, explanation: impl IntoView) -> Element {
    let button = el("button")
        .attr("type", "button")
        .class("button button--quiet button--icon")
        .attr("aria-label", format!("About {about}"))
        .attr("popovertarget", id)
        .child(icon(Glyph::Info));
    let text = el("span").id(id).attr("popover", "auto").class("info__text").child(explanation);
    el("span").class("info").child(button).child(text)
}
