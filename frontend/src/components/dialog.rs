//! A question that has to be answered before anything else.

use super::button::Button;
use crate::browser;
use crate::view::{Element, IntoView, el};

/// A dialog that [`browser::open_dialog`] opens by its id. Escape and `Cancel` close it and leave
/// everything as it is; `answer` is the other way out.
pub fn dialog(id: &'static str, title: &'static str, message: impl IntoView, answer: Button) -> Element {
    let name = format!("{id}-title");
    let cancel = Button::new("Cancel", move || browser::close_dialog(id)).element().attr("autofocus", "");
    let ways_out = el("div").class("dialog__actions").child(answer).child(cancel);
    el("dialog")
        .id(id)
        .class("dialog")
        .attr("aria-labelledby", name.clone())
        .child(el("h2").id(name).child(title))
        .child(message)
        .child(ways_out)
}
