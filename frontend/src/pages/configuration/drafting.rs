//! Ports that somebody edits, and what is wrong with them.

use leptos::prelude::*;
use shared::policy::JitPolicy;
use shared::resource_id::VmId;

use super::draft::{Draft, Field, Row, Wrong};
use crate::browser;
use crate::components::icon::{Glyph, icon};
use crate::components::message_bar::{Tone, message_bar};
use crate::view::{IntoView, View, el};

/// What an edit that was not saved is kept under, for as long as the tab is open.
const KEPT_AS: &str = "postern.edit";

/// What is edited, if anything is.
#[derive(Clone, Copy)]
pub struct Drafting {
    /// The ports as they are typed.
    pub draft: RwSignal<Option<Draft>>,
    wrong: RwSignal<Vec<Wrong>>,
    /// The machines, and the ports as they were before anything was typed; and whether what is edited
    /// was typed before somebody went away, and is here again.
    begun: StoredValue<(String, bool)>,
}

impl Drafting {
    /// Nothing is edited yet. What is, and was not saved, is kept: leaving the page, or loading it
    /// anew, loses none of it.
    pub fn new() -> Self {
        let drafting = Self {
            draft: RwSignal::new(None),
            wrong: RwSignal::new(Vec::new()),
            begun: StoredValue::new((String::new(), false)),
        };
        Effect::new(move |_| {
            if let Some(text) = drafting.draft.with(|draft| draft.as_ref().map(Draft::text)) {
                let (begun, _) = drafting.begun.get_value();
                if begun.ends_with(&format!("\n\n{text}")) {
                    drafting.forget();
                } else {
                    browser::keep_in_tab(KEPT_AS, &format!("{begun}\n\n\n{text}"));
                }
            }
        });
        drafting
    }

    /// Begins to edit `policy`, or goes on with what was typed of it on these machines before.
    pub fn begin(self, policy: &JitPolicy, machines: &[VmId]) {
        let draft = Draft::of(policy);
        let machines: Vec<String> = machines.iter().map(VmId::to_string).collect();
        let begun = format!("{}\n\n{}", machines.join("\n"), draft.text());
        let kept = browser::kept_in_tab(KEPT_AS).unwrap_or_default();
        let kept = kept.strip_prefix(&format!("{begun}\n\n\n")).and_then(Draft::from_text);
        self.begun.set_value((begun, kept.is_some()));
        self.wrong.set(Vec::new());
        self.draft.set(Some(kept.unwrap_or(draft)));
    }

    /// What was edited is saved, or given up.
    pub fn forget(self) {
        self.begun.update_value(|(_, is_back)| *is_back = false);
        browser::keep_in_tab(KEPT_AS, "");
    }

    /// Says so where what was typed before is here again.
    pub fn told(self) -> View {
        let words = "What you typed here before and did not save is here again. Discard gives it up.";
        let is_back = move || {
            self.draft.track();
            self.begun.with_value(|(_, is_back)| *is_back)
        };
        (move || is_back().then(|| message_bar(Tone::Info, words))).into_view()
    }

    /// Forgets what was edited.
    pub fn discard(self) {
        self.forget();
        self.wrong.set(Vec::new());
        self.draft.set(None);
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
