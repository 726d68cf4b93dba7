//! Several ways to write the same, of which one is chosen to be shown.

use leptos::prelude::*;
use web_sys::Event;

use crate::components::copy::copy_button;
use crate::view::{Element, View, el, several};

/// The choice between `names`, and what is shown of the one that is chosen.
pub fn tabs(names: &'static [&'static str], shown: impl Fn(usize) -> View + 'static) -> View {
    let chosen = RwSignal::new(Some(0));
    let chip = |(index, name): (usize, &&'static str)| {
        let radio = el("input")
            .attr("type", "radio")
            .attr("name", "client")
            .prop("checked", move || chosen.get() == Some(index))
            .on("change", move |_: Event| chosen.set(Some(index)));
        el("label").class("chip").child(radio).child(*name)
    };
    let chips: View = names.iter().enumerate().map(chip).collect();
    several![
        el("div").class("chips").attr("role", "radiogroup").attr("aria-label", "Client").child(chips),
        move || chosen.get().map(&shown),
    ]
}

/// Text to be copied, shown in full; `what` it is gives the button its name.
pub fn text(what: &str, text: Option<String>) -> Option<Element> {
    let text = text?;
    let shown = el("pre").class("connect__text mono").child(text.clone());
    Some(el("div").class("row__line").child(shown).child(copy_button(text, what)))
}

/// A remark.
pub fn hint(words: impl Into<String>) -> Element {
    el("p").class("field__hint").child(words.into())
}
