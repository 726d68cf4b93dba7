//! Elements, before they are on the page.

use wasm_bindgen::JsCast;
use web_sys::Event;

use super::{IntoValue, IntoView, Value, View};

/// An element that is being put together.
pub struct Element(pub(super) Box<Made>);

pub(super) struct Made {
    pub(super) name: &'static str,
    /// Tells it from its siblings where they come and go.
    pub(super) key: Option<String>,
    pub(super) parts: Vec<Part>,
    pub(super) children: Vec<View>,
}

/// What an element has beside children.
pub(super) enum Part {
    Value(Set, &'static str, Value),
    Listener(&'static str, Box<dyn FnMut(Event)>),
}

/// Where a value goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Set {
    /// Into an attribute.
    Attribute,
    /// Into a property.
    Property,
}

impl Part {
    pub(super) fn name(&self) -> &'static str {
        let (Self::Value(_, name, _) | Self::Listener(name, _)) = self;
        name
    }
}

/// An element by its name.
pub fn el(name: &'static str) -> Element {
    Element(Box::new(Made { name, key: None, parts: Vec::new(), children: Vec::new() }))
}

impl Element {
    /// Gives it an attribute. A flag is written out, as in `aria-expanded="false"`.
    #[must_use]
    pub fn attr(self, name: &'static str, value: impl IntoValue) -> Self {
        value.give_to(self, Set::Attribute, name)
    }

    /// Gives it its classes.
    #[must_use]
    pub fn class(self, classes: impl IntoValue) -> Self {
        self.attr("class", classes)
    }

    /// Gives it an id, of its own on the page.
    #[must_use]
    pub fn id(self, id: impl IntoValue) -> Self {
        self.attr("id", id)
    }

    /// Sets a property, by its name in JavaScript.
    #[must_use]
    pub fn prop(self, name: &'static str, value: impl IntoValue) -> Self {
        value.give_to(self, Set::Property, name)
    }

    /// Calls `then` at every such event.
    #[must_use]
    pub fn on<E: JsCast>(self, event: &'static str, mut then: impl FnMut(E) + 'static) -> Self {
        self.listening(event, Box::new(move |event| then(event.unchecked_into())))
    }

    /// Puts something into it, after what is in it already.
    #[must_use]
    pub fn child(self, child: impl IntoView) -> Self {
        child.put_into(self)
    }

    /// Tells it from its siblings: where they come, go and move, it stays what it is.
    #[must_use]
    pub fn key(mut self, key: String) -> Self {
        self.0.key = Some(key);
        self
    }

    // None of these is inlined: a page then has a call where it would have a copy.

    #[inline(never)]
    pub(super) fn having(mut self, set: Set, name: &'static str, value: Value) -> Self {
        self.0.parts.push(Part::Value(set, name, value));
        self
    }

    #[inline(never)]
    pub(super) fn having_words(self, set: Set, name: &'static str, words: &'static str) -> Self {
        self.having(set, name, Value::Text(words.into()))
    }

    #[inline(never)]
    pub(super) fn with(mut self, child: View) -> Self {
        self.0.children.push(child);
        self
    }

    #[inline(never)]
    pub(super) fn with_words(self, words: &'static str) -> Self {
        self.with(View::Text(words.into()))
    }

    #[inline(never)]
    fn listening(mut self, event: &'static str, listener: Box<dyn FnMut(Event)>) -> Self {
        self.0.parts.push(Part::Listener(event, listener));
        self
    }
}
