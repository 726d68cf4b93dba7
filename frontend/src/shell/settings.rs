//! How this browser shows the site: the theme, and whether `/` is a shortcut.

use leptos::ev;
use leptos::prelude::*;
use web_sys::Event;

use crate::browser;
use crate::components::icon::{Glyph, icon};
use crate::view::{View, el, several};

/// Where the theme is kept. The script in `index.html`, which sets it before anything is drawn,
/// reads it there.
const THEME: &str = "postern-theme";

/// Where it is kept whether `/` goes to the search.
const SLASH: &str = "postern-slash";

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Theme {
    System,
    Light,
    Dark,
}

impl Theme {
    const ALL: [Self; 3] = [Self::System, Self::Light, Self::Dark];

    fn remembered() -> Self {
        let kept = browser::remembered(THEME).unwrap_or_default();
        Self::ALL.into_iter().find(|theme| theme.key() == kept).unwrap_or(Self::System)
    }

    fn key(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::System => "Same as the system",
            Self::Light => "Light",
            Self::Dark => "Dark",
        }
    }

    fn choose(self) {
        if let Some(root) = document().document_element() {
            drop(root.set_attribute("data-theme", self.key()));
        }
        browser::remember(THEME, self.key());
    }
}

/// The settings, behind a button. They hold for this browser.
pub fn settings() -> View {
    let theme = RwSignal::new(Theme::remembered());
    let slash = RwSignal::new(browser::remembered(SLASH).as_deref() != Some("off"));
    let listener = window_event_listener(ev::keydown, move |event| {
        let plain = !(event.ctrl_key() || event.meta_key() || event.alt_key());
        if event.key() == "/" && plain && slash.get_untracked() && !browser::is_typing(&event) {
            event.prevent_default();
            // The page's own search before the one in the bar.
            let _ = browser::focus_first("main [aria-keyshortcuts]")
                || browser::focus_first("[aria-keyshortcuts]");
        }
    });
    on_cleanup(move || listener.remove());
    let choose = move |choice: Theme| {
        choice.choose();
        theme.set(choice);
    };
    let themes = Theme::ALL.into_iter().map(|choice| {
        let radio = el("input")
            .attr("type", "radio")
            .attr("name", "theme")
            .attr("value", choice.key())
            .prop("checked", move || theme.get() == choice)
            .on("change", move |_: Event| choose(choice));
        el("label").class("check").child(radio).child(choice.name())
    });
    let shortcut = el("input").attr("type", "checkbox").prop("checked", move || slash.get()).on(
        "change",
        move |event: Event| {
            slash.set(event_target_checked(&event));
            browser::remember(SLASH, if slash.get_untracked() { "on" } else { "off" });
        },
    );
    let what = el("span").child(el("kbd").child("/")).child(" goes to the search");
    let button = el("button")
        .attr("type", "button")
        .class("topbar__button")
        .attr("popovertarget", "settings")
        .attr("aria-label", "Settings")
        .attr("title", "Settings")
        .child(icon(Glyph::Settings));
    let panel = el("div")
        .id("settings")
        .attr("popover", "auto")
        .class("panel panel--end settings")
        .attr("role", "group")
        .attr("aria-label", "Settings")
        .child(el("fieldset").child(el("legend").child("Theme")).child(themes.collect::<View>()))
        .child(
            el("fieldset")
                .child(el("legend").child("Keyboard"))
                .child(el("label").class("check").child(shortcut).child(what)),
        );
    several![button, panel]
}
