//! Buttons.

use leptos::prelude::*;

use super::icon::{Glyph, icon};
use crate::view::{Element, IntoView, View, el};

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
pub struct Button {
    words: View,
    on_press: Box<dyn Fn()>,
    look: Look,
    glyph: Option<Glyph>,
    disabled: Signal<bool>,
    busy: Signal<bool>,
}

impl Button {
    /// A button and what is done when it is pressed.
    pub fn new(words: impl IntoView, on_press: impl Fn() + 'static) -> Self {
        Self {
            words: words.into_view(),
            on_press: Box::new(on_press),
            look: Look::default(),
            glyph: None,
            disabled: Signal::stored(false),
            busy: Signal::stored(false),
        }
    }

    /// How much it asks for attention.
    #[must_use]
    pub fn look(self, look: Look) -> Self {
        Self { look, ..self }
    }

    /// An icon before the words.
    #[must_use]
    pub fn glyph(self, glyph: Glyph) -> Self {
        Self { glyph: Some(glyph), ..self }
    }

    /// Whether it cannot be pressed now. It stays in the order of the keyboard.
    #[must_use]
    pub fn disabled(self, disabled: impl Into<Signal<bool>>) -> Self {
        Self { disabled: disabled.into(), ..self }
    }

    /// Whether it is at it: shown by a turning arc in place of the icon, without changing its width.
    #[must_use]
    pub fn busy(self, busy: impl Into<Signal<bool>>) -> Self {
        Self { busy: busy.into(), ..self }
    }

    /// The button itself.
    pub fn element(self) -> Element {
        let Self { words, on_press, look, glyph, disabled, busy } = self;
        let press = move |_: web_sys::Event| {
            if !disabled.get_untracked() && !busy.get_untracked() {
                on_press();
            }
        };
        el("button")
            .attr("type", "button")
            .class(look.class())
            .attr("aria-disabled", move || (disabled.get() || busy.get()).then_some("true"))
            .attr("aria-busy", move || busy.get().then_some("true"))
            .on("click", press)
            .child(move || if busy.get() { Some(Glyph::Busy) } else { glyph }.map(icon))
            .child(words)
    }
}

impl IntoView for Button {
    fn into_view(self) -> View {
        View::Element(self.element())
    }
}
