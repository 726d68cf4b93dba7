//! The shape of what is still being loaded.

use crate::view::{Element, View, el};

/// So many grey lines, and a word for those who do not see them.
pub fn skeleton(lines: usize) -> Element {
    let word = el("span").class("visually-hidden").child("Loading…");
    let lines: View = (0..lines).map(|_| el("span").class("skeleton__line")).collect();
    el("div").class("skeleton").attr("aria-busy", "true").child(word).child(lines)
}
