//! A small label in a frame.

use crate::view::{Element, el};

/// A small label in a frame.
pub fn tag(words: &'static str) -> Element {
    el("span").class("tag").child(words)
}
