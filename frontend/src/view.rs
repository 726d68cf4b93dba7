//! What is on the page: elements, text, and what follows signals.
//!
//! Signals, effects and owners are Leptos's. Its views are not used: they make code for every
//! shape of element there is, and these make none, so that a page costs little more than its
//! words (docs/decisions/0006-views-of-our-own.md).
//!
//! A component is a function that returns an [`Element`] or a [`View`]. What is inside a closure is
//! made again whenever a signal changes that the closure reads, and what is on the page is then
//! changed into it: elements that look alike stay, with their focus and what was typed into them.

mod element;
mod into;
mod shown;

pub use element::{Element, el};
pub use into::{IntoValue, IntoView};
pub use shown::mount;

use std::borrow::Cow;

use leptos::prelude::untrack;

/// A piece of the page.
pub enum View {
    /// Text; nothing, if it is empty.
    Text(Cow<'static, str>),
    /// An element.
    Element(Element),
    /// One after the other.
    Several(Vec<View>),
    /// Whatever the function says, as long as nothing changes that it reads.
    Live(Box<dyn Fn() -> View>),
}

/// What an attribute or a property is.
pub enum Value {
    /// There is none.
    Gone,
    /// `true` or `false`: in words as an attribute, the thing itself as a property.
    Flag(bool),
    /// Text.
    Text(Cow<'static, str>),
    /// Whatever the function says, as long as nothing changes that it reads.
    Live(Box<dyn Fn() -> Value>),
}

impl View {
    /// Nothing.
    pub const NOTHING: Self = Self::Text(Cow::Borrowed(""));
}

/// Something with a state of its own, such as a page: what was there before goes, and this begins
/// anew. It is made once, whatever it reads while it is made.
pub fn anew<V: IntoView>(make: impl Fn() -> V + 'static) -> View {
    (move || untrack(&make)).into_view()
}

/// Several things, one after the other.
macro_rules! several {
    ($($view:expr),* $(,)?) => { $crate::view::View::Several(vec![$($crate::view::IntoView::into_view($view)),*]) };
}

pub(crate) use several;
