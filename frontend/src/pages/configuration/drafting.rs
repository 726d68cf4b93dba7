//! Ports that somebody edits, and what is wrong with them.

use leptos::ev;
use leptos::prelude::*;
use shared::policy::JitPolicy;

use super::draft::{Draft, Field, Row, Wrong};
use crate::browser;
use crate::components::icon::{Glyph, icon};
use crate::view::{View, el};

/// What is edited, if anything is.
#[derive(Clone, Copy)]
pub struct Drafting {
    /// The ports as they are typed.
    pub draft: RwSignal<Option<Draft>>,
    wrong: RwSignal<Vec<Wrong>>,
    /// The ports as they were before anything was typed.
    begun: StoredValue<Option<Draft>>,
}

impl Drafting {
    /// Nothing is edited yet. As long as something is and was not saved, the browser asks before it
    /// closes or loads the page.
    pub fn new() -> Self {
        let drafting = Self {
            draft: RwSignal::new(None),
            wrong: RwSignal::new(Vec::new()),
            begun: StoredValue::new(None),
        };
        let asks = window_event_listener(ev::beforeunload, move |event| {
            if drafting.draft.with_untracked(|draft| drafting.begun.with_value(|begun| draft != begun)) {
                event.prevent_default();
            }
        });
        on_cleanup(move || asks.remove());
        drafting
    }

    /// What was edited is saved, or about to be.
    pub fn keep(self) {
        self.begun.set_value(self.draft.get_untracked());
    }

    /// Begins to edit `policy`.
    pub fn begin(self, policy: &JitPolicy) {
        self.wrong.set(Vec::new());
        self.draft.set(Some(Draft::of(policy)));
        self.keep();
    }

    /// Forgets what was edited.
    pub fn discard(self) {
        self.wrong.set(Vec::new());
        self.draft.set(None);
        self.keep();
    }

    /// What is edited, if nothing is wrong with it. What is wrong is told where it is.
    pub fn judged(self) -> Option<JitPolicy> {
        match self.draft.with_untracked(|draft| draft.as_ref().map(Draft::read))? {
            Ok(policy) => Some(policy),
            Err(wrong) => {
                self.wrong.set(wrong);
                request_animation_frame(|| _ = browser::focus_first("[aria-invalid=\"true\"]"));
                None
            }
        }
    }

    /// Changes a row of what is edited.
    pub fn edit(self, key: u32, change: impl FnOnce(&mut Row)) {
        self.edit_all(|draft| draft.change(key, change));
    }

    /// Changes what is edited. What was wrong is judged again once it is saved.
    pub fn edit_all(self, change: impl FnOnce(&mut Draft)) {
        self.draft.update(|draft| {
            if let Some(draft) = draft {
                change(draft);
            }
        });
        // Whoever has been told what is wrong sees it go.
        if self.wrong.with_untracked(|wrong| !wrong.is_empty()) {
            let wrong =
                self.draft.with_untracked(|draft| draft.as_ref().and_then(|draft| draft.read().err()));
            self.wrong.set(wrong.unwrap_or_default());
        }
    }

    /// What is wrong with a field, or with all of it.
    pub fn mistakes(self, at: Option<(u32, Field)>) -> View {
        let told = |wrong: &Wrong| {
            el("p")
                .class("field__error")
                .attr("role", "alert")
                .child(icon(Glyph::Error))
                .child(wrong.words.clone())
        };
        self.wrong.with(|wrong| wrong.iter().filter(|wrong| wrong.at == at).map(told).collect())
    }

    /// Whether something is wrong with a field, as `aria-invalid` has it.
    pub fn is_wrong(self, key: u32, field: Field) -> Option<&'static str> {
        self.wrong.with(|wrong| wrong.iter().any(|wrong| wrong.at == Some((key, field)))).then_some("true")
    }
}
