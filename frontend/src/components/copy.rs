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
    /// A promise as something that can be awaited.
    #[wasm_bindgen(catch, js_namespace = ["navigator", "clipboard"], js_name = writeText)]
    async fn write_text(text: &str) -> Result<JsValue, JsValue>;
}

/// How long the tick stays after copying.
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
    let copied = RwSignal::new(false);
    let name = format!("Copy {what}");
    let (label, title) = (name.clone(), name.clone());
    let done = StoredValue::new(format!("Copied {what}"));
    let failed = StoredValue::new(format!("The browser did not let Postern copy the {what}"));
    let copy = move |_| {
        spawn_local(async move {
            if write_text(&text.get_untracked()).await.is_err() {
                announcer.say(failed.get_value());
                return;
            }
            announcer.say(done.get_value());
            copied.set(true);
            set_timeout(move || drop(copied.try_set(false)), CONFIRMED);
        });
    };
    let glyph = Signal::derive(move || if copied.get() { Glyph::Success } else { Glyph::Copy });
    view! {
        <button
            type="button"
            class="button button--quiet"
            class:button--icon=!worded
            aria-label=label
            title=title
            on:click=copy
        >
            <Icon glyph/>
            {worded.then_some(name)}
        </button>
    }
}
