//! Copying a value to the clipboard.

use std::time::Duration;

use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

use super::announcer::use_announcer;
use super::icon::{Glyph, icon};
use crate::view::{Element, el};

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(catch, js_namespace = ["navigator", "clipboard"], js_name = writeText)]
    async fn write_text(text: &str) -> Result<JsValue, JsValue>;
}

/// How long the tick, or the cross, stays after copying.
const CONFIRMED: Duration = Duration::from_secs(2);

/// A button that copies `text`, and says so. `what` it is gives the button its name, such as
/// `address`; the name is only read out.
pub fn copy_button(text: String, what: &str) -> Element {
    button("button button--quiet button--icon", text, what, None)
}

/// The same, with its name to be seen.
pub fn worded_copy_button(text: String, what: &str) -> Element {
    button("button button--quiet", text, what, Some(format!("Copy {what}")))
}

fn button(class: &'static str, text: String, what: &str, words: Option<String>) -> Element {
    let announcer = use_announcer();
    let shown = RwSignal::new(Glyph::Copy);
    let name = format!("Copy {what}");
    let what = what.to_owned();
    let copy = move |_: web_sys::Event| {
        let (text, what) = (text.clone(), what.clone());
        spawn_local(async move {
            let (glyph, before) = match write_text(&text).await {
                Ok(_) => (Glyph::Success, "Copied"),
                Err(_) => (Glyph::Error, "The browser did not let Postern copy the"),
            };
            announcer.say(format!("{before} {what}"));
            // The button may be gone by then.
            shown.try_set(glyph);
            set_timeout(move || _ = shown.try_set(Glyph::Copy), CONFIRMED);
        });
    };
    el("button")
        .attr("type", "button")
        .class(class)
        .attr("aria-label", name.clone())
        .attr("title", name)
        .on("click", copy)
        .child(move || icon(shown.get()))
        .child(words)
}
