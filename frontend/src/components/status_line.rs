//! Where something stands: an icon and words, never colour alone.

use super::icon::{Glyph, icon};
use crate::view::{Element, IntoView, el};

/// What kind of news something is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    /// Nothing has happened yet.
    Pending,
    /// It is happening.
    Busy,
    /// Good to know.
    Info,
    /// Done.
    Success,
    /// Not as it should be.
    Warning,
    /// Not done.
    Error,
    /// Not allowed.
    Locked,
}

impl Tone {
    /// Its icon.
    pub fn glyph(self) -> Glyph {
        match self {
            Self::Pending => Glyph::Pending,
            Self::Busy => Glyph::Busy,
            Self::Info => Glyph::Info,
            Self::Success => Glyph::Success,
            Self::Warning => Glyph::Warning,
            Self::Error => Glyph::Error,
            Self::Locked => Glyph::Lock,
        }
    }

    /// Its name in a class.
    pub fn class(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Busy => "busy",
            Self::Info => "info",
            Self::Success => "success",
            Self::Warning => "warning",
            Self::Error => "error",
            Self::Locked => "locked",
        }
    }
}

/// A line that says where something stands. The words say all of it; the icon is decoration.
pub fn status_line(tone: Tone, words: impl IntoView) -> Element {
    el("span")
        .class(format!("status status--{}", tone.class()))
        .child(icon(tone.glyph()))
        .child(el("span").class("status__words").child(words))
}
