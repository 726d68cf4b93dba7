//! Fields to be filled in, and what is wrong with them.

use leptos::prelude::*;
use shared::access::Reason;
use shared::text::capitalised;
use web_sys::Event;

use super::icon::{Glyph, icon};
use crate::view::{Element, IntoView, View, el, several};

/// The field for why somebody wants access: one line, which goes on record.
pub struct ReasonField {
    /// What is typed into it.
    pub value: Signal<String>,
    /// Takes what is typed.
    pub type_in: Box<dyn Fn(String)>,
    /// Whether it must be filled in.
    pub required: Signal<bool>,
    /// What a good one looks like.
    pub hint: Signal<Option<String>>,
    /// Whether something is wrong with it.
    pub invalid: Signal<bool>,
    /// What is wrong with it; has the id `reason-wrong`.
    pub wrong: Element,
}

impl IntoView for ReasonField {
    fn into_view(self) -> View {
        let Self { value, type_in, required, hint, invalid, wrong } = self;
        let words = move || match hint.get() {
            Some(hint) => sentence(&hint),
            None if required.get() => String::new(),
            None => "Optional".to_owned(),
        };
        let input = el("input")
            .id("reason")
            .class("input connect__reason-box")
            .attr("type", "text")
            .attr("maxlength", Reason::LONGEST.to_string())
            .attr("autocomplete", "off")
            .attr("aria-describedby", "reason-hint reason-wrong")
            .attr("aria-invalid", move || invalid.get().then_some("true"))
            .attr("aria-required", move || required.get().then_some("true"))
            .prop("value", move || value.get())
            .on("input", move |event: Event| type_in(event_target_value(&event)));
        several![input, wrong, el("p").id("reason-hint").class("field__hint").child(words)]
    }
}

/// What stands behind the label of a field that must be filled in.
pub fn required_mark(required: Signal<bool>) -> View {
    let mark = || el("span").class("field__required").attr("title", "required").child(" *");
    (move || required.get().then(mark)).into_view()
}

/// A sentence of the service as it stands in a line of its own.
pub fn sentence(words: &str) -> String {
    let end = if words.ends_with(['.', '!', '?', '…']) || words.is_empty() { "" } else { "." };
    capitalised(words) + end
}

/// What is wrong with a field, read out as soon as it stands there.
pub fn mistake(words: &str) -> Element {
    el("p").class("field__error").attr("role", "alert").child(icon(Glyph::Error)).child(sentence(words))
}
