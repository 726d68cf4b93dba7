//! Copying a value to the clipboard.

use std::time::Duration;

use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

use super::announcer::use_announcer;
use super::icon::{Glyph, Icon};

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(catch, js_namespace = ["navigator", "clipboard"], js_name = writeText)]
    async fn write_text(text: &str) -> Result<JsValue, JsValue>;
}

/// How long the tick, or the cross, stays after copying.
const CONFIRMED: Duration = Duration::from_secs(2);

/// Copies `text`, and says so.
#[component]
pub fn CopyButton(
    /// What is copied.
    #[prop(into)]
    text: Signal<String>,
    /// What it is, such as `address`; the button is called after it.
    #[prop(into)]
    what: String,
    /// Whether the name is shown, or only read out.
    #[prop(optional)]
    worded: bool,
) -> impl IntoView {
    let announcer = use_announcer();
    let shown = RwSignal::new(Glyph::Copy);
    let name = format!("Copy {what}");
    let (label, title) = (name.clone(), name.clone());
    let what = StoredValue::new(what);
    let copy = move |_| {
        spawn_local(async move {
            let (glyph, before) = match write_text(&text.get_untracked()).await {
                Ok(_) => (Glyph::Success, "Copied"),
                Err(_) => (Glyph::Error, "The browser did not let Postern copy the"),
            };
            announcer.say(what.with_value(|what| format!("{before} {what}")));
            shown.set(glyph);
            // The button may be gone by then.
            set_timeout(move || _ = shown.try_set(Glyph::Copy), CONFIRMED);
        });
    };
    view! {
        <button
            type="button"
            class="button button--quiet"
            class:button--icon=!worded
            aria-label=label
            title=title
            on:click=copy
        >
            <Icon glyph=shown/>
            {worded.then_some(name)}
        </button>
    }
}
