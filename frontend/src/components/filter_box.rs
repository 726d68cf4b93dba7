//! The field that narrows a list by words.

use std::time::Duration;

use leptos::leptos_dom::helpers::debounce;
use leptos::prelude::*;
use web_sys::Event;

use crate::view::{Element, el};

/// How long after the last key the list is asked for.
const TYPING: Duration = Duration::from_millis(200);

/// The field. `words` are those of the address, and `want` asks for others.
pub fn filter_box(words: impl Fn() -> String + 'static, want: impl Fn(&str) + 'static) -> Element {
    // What the field itself asked for comes back through the address, and must not overwrite what
    // was typed since.
    let asked = StoredValue::new(String::new());
    let shown = RwSignal::new(String::new());
    let mut ask = debounce(TYPING, move |typed: String| {
        let typed = typed.trim();
        asked.set_value(typed.to_owned());
        want(typed);
    });
    Effect::new(move |_| {
        let words = words();
        if asked.with_value(|asked| *asked != words) {
            shown.set(words.clone());
            asked.set_value(words);
        }
    });
    el("input")
        .class("input filters__search")
        .attr("type", "search")
        .attr("aria-label", "Search to filter items")
        .attr("aria-keyshortcuts", "/")
        .attr("placeholder", "Search to filter items…")
        .attr("autocomplete", "off")
        .attr("spellcheck", "false")
        .prop("value", move || shown.get())
        .on("input", move |event: Event| ask(event_target_value(&event)))
}
