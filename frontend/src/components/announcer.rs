//! What a screen reader is told when something happens out of its sight.

use leptos::prelude::*;

use crate::view::{Element, el};

/// Says things to a screen reader, politely.
#[derive(Clone, Copy)]
pub struct Announcer(RwSignal<String>);

impl Announcer {
    /// Says `words` once whatever is being said is over.
    pub fn say(self, words: impl Into<String>) {
        let words = words.into();
        // The same words again are no change, and would not be said.
        let again = self.0.with_untracked(|said| *said == words);
        self.0.set(if again { format!("{words}\u{a0}") } else { words });
    }
}

/// The announcer of the page.
pub fn use_announcer() -> Announcer {
    expect_context()
}

/// Makes an announcer for everything below, and the region it speaks through.
pub fn announcer_region() -> Element {
    let words = RwSignal::new(String::new());
    provide_context(Announcer(words));
    el("div")
        .class("visually-hidden")
        .attr("role", "status")
        .attr("aria-live", "polite")
        .child(move || words.get())
}
