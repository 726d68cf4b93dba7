//! A choice of one of several, as the browser shows it.

use web_sys::Event;

use crate::view::{Element, View, el};

/// The choice.
pub fn select(name: String, options: View, choose: impl FnMut(Event) + 'static) -> Element {
    el("select").class("input").attr("aria-label", name).on("change", choose).child(options)
}

/// One of what there is to choose from.
pub fn option(value: String, words: String, chosen: bool) -> Element {
    el("option").attr("value", value).prop("selected", chosen).child(words)
}
