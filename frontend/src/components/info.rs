//! An explanation behind a small i.

use leptos::prelude::*;

use super::icon::{Glyph, Icon};

/// A button that shows an explanation; Escape, or a click elsewhere, hides it again.
#[component]
pub fn Info(
    /// An id of its own on the page.
    id: &'static str,
    /// What it explains, such as `Source IP address`.
    #[prop(into)]
    about: String,
    /// The explanation.
    children: Children,
) -> impl IntoView {
    let mut name = about;
    name.insert_str(0, "About ");
    view! {
        <span class="info">
            <button type="button" class="button button--quiet button--icon" aria-label=name popovertarget=id>
                <Icon glyph=Glyph::Info/>
            </button>
            <span id=id popover="auto" class="info__text">{children()}</span>
        </span>
    }
}
