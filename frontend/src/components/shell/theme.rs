//! Light, dark, or as the system has it.

use leptos::prelude::*;

use crate::browser;
use crate::components::announcer::use_announcer;
use crate::components::icon::{Glyph, Icon};

const KEPT_AS: &str = "postern-theme";

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Theme {
    System,
    Light,
    Dark,
}

impl Theme {
    fn remembered() -> Self {
        match browser::remembered(KEPT_AS).as_deref() {
            Some("light") => Self::Light,
            Some("dark") => Self::Dark,
            _ => Self::System,
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }

    fn next(self) -> Self {
        match self {
            Self::System => Self::Light,
            Self::Light => Self::Dark,
            Self::Dark => Self::System,
        }
    }
}

/// Goes through the themes, and keeps the choice in this browser.
#[component]
pub fn ThemeSwitch() -> impl IntoView {
    let announcer = use_announcer();
    let theme = RwSignal::new(Theme::remembered());
    Effect::new(move |_| {
        let theme = theme.get();
        if let Some(root) = document().document_element() {
            drop(root.set_attribute("data-theme", theme.name()));
        }
        browser::remember(KEPT_AS, theme.name());
    });
    let name = move || format!("Theme: {}. Change it", theme.get().name());
    view! {
        <button
            type="button"
            class="topbar__button"
            aria-label=name
            title=name
            on:click=move |_| {
                theme.update(|theme| *theme = theme.next());
                announcer.say(format!("Theme: {}", theme.get_untracked().name()));
            }
        >
            <Icon glyph=Glyph::Theme/>
        </button>
    }
}
