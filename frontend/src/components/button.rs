//! Buttons.

use leptos::prelude::*;

use super::icon::{Glyph, Icon};

/// How much a button asks for attention.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Look {
    /// The one thing to do next.
    Primary,
    /// Something else that can be done.
    #[default]
    Secondary,
    /// A command in a bar, or beside a value.
    Quiet,
}

impl Look {
    /// The class of something that looks like a button.
    pub fn class(self) -> &'static str {
        match self {
            Self::Primary => "button button--primary",
            Self::Secondary => "button",
            Self::Quiet => "button button--quiet",
        }
    }
}

/// A button that does something. What leads somewhere is a link.
#[component]
pub fn Button(
    /// Called when it is pressed.
    #[prop(into)]
    on_press: Callback<()>,
    /// How much it asks for attention.
    #[prop(optional)]
    look: Look,
    /// An icon before the words.
    #[prop(optional, into)]
    glyph: Option<Glyph>,
    /// Whether it cannot be pressed now. It stays in the order of the keyboard.
    #[prop(optional, into)]
    disabled: Signal<bool>,
    /// Whether it is at it: shown by a turning arc in place of the icon, without changing its width.
    #[prop(optional, into)]
    busy: Signal<bool>,
    /// What it does.
    children: Children,
) -> impl IntoView {
    let inert = move || disabled.get() || busy.get();
    let shown =
        Signal::derive(move || if busy.get() { Glyph::Busy } else { glyph.unwrap_or(Glyph::Pending) });
    view! {
        <button
            type="button"
            class=look.class()
            aria-disabled=move || inert().then_some("true")
            aria-busy=move || busy.get().then_some("true")
            on:click=move |_| {
                if !inert() {
                    on_press.run(());
                }
            }
        >
            {move || (glyph.is_some() || busy.get()).then(|| view! { <Icon glyph=shown/> })}
            {children()}
        </button>
    }
}
