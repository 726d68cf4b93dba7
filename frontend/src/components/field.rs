//! A label, its control, and what is wrong with what is in it.

use leptos::prelude::*;

use super::icon::{Glyph, Icon};

/// A field of a form. The control inside must have the id `id`, be described by
/// `described_by(id)`, and be `aria-invalid` while there is an error.
#[component]
pub fn Field(
    /// The id of the control.
    id: &'static str,
    /// What it is for.
    #[prop(into)]
    label: String,
    /// Whether it must be filled in.
    #[prop(optional, into)]
    required: Signal<bool>,
    /// What is expected in it.
    #[prop(optional, into)]
    hint: Signal<Option<String>>,
    /// What is wrong with what is in it.
    #[prop(optional, into)]
    error: Signal<Option<String>>,
    /// The control.
    children: Children,
) -> impl IntoView {
    view! {
        <div class="field">
            <label class="field__label" for=id>
                {label}
                {move || required.get().then(|| view! { <span class="field__required" title="required">" *"</span> })}
            </label>
            <div class="field__control">{children()}</div>
            <div id=described_by(id) class="field__notes">
                {move || hint.get().map(|hint| view! { <p class="field__hint">{hint}</p> })}
                {move || error.get().map(|error| view! {
                    <p class="field__error" role="alert"><Icon glyph=Glyph::Error/>{error}</p>
                })}
            </div>
        </div>
    }
}

/// The id of the hint and the error of the field whose control is `id`.
pub fn described_by(id: &str) -> String {
    format!("{id}-notes")
}
