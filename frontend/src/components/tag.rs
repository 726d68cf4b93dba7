//! A small label in a frame.

use leptos::prelude::*;

/// A small label in a frame.
#[component]
pub fn Tag(
    /// What it says.
    children: Children,
) -> impl IntoView {
    view! { <span class="tag">{children()}</span> }
}
