//! What can stand in an element, and what an attribute can be.

use std::borrow::Cow;

use super::element::Set;
use super::{Element, Value, View};

/// Something that can be shown: text, elements, any number of either, or a closure that makes one.
pub trait IntoView {
    /// As a piece of the page.
    fn into_view(self) -> View;

    /// Puts it into an element, after what is in it already.
    fn put_into(self, element: Element) -> Element
    where
        Self: Sized,
    {
        element.with(self.into_view())
    }
}

impl IntoView for View {
    fn into_view(self) -> View {
        self
    }
}

impl IntoView for Element {
    fn into_view(self) -> View {
        View::Element(self)
    }
}

impl IntoView for &'static str {
    fn into_view(self) -> View {
        View::Text(Cow::Borrowed(self))
    }

    fn put_into(self, element: Element) -> Element {
        element.with_words(self)
    }
}

impl IntoView for String {
    fn into_view(self) -> View {
        View::Text(Cow::Owned(self))
    }
}

impl<V: IntoView> IntoView for Option<V> {
    fn into_view(self) -> View {
        self.map_or(View::NOTHING, V::into_view)
    }
}

impl<V: IntoView> IntoView for Vec<V> {
    fn into_view(self) -> View {
        self.into_iter().collect()
    }
}

impl<F, V> IntoView for F
where
    F: Fn() -> V + 'static,
    V: IntoView,
{
    fn into_view(self) -> View {
        View::Live(Box::new(move || self().into_view()))
    }
}

impl<V: IntoView> FromIterator<V> for View {
    fn from_iter<I: IntoIterator<Item = V>>(views: I) -> Self {
        Self::Several(views.into_iter().map(V::into_view).collect())
    }
}

/// Something that an attribute or a property can be: text, a flag, perhaps nothing, or a closure
/// that says which.
pub trait IntoValue {
    /// As a value.
    fn into_value(self) -> Value;

    /// Gives it to an element under a name.
    fn give_to(self, element: Element, set: Set, name: &'static str) -> Element
    where
        Self: Sized,
    {
        element.having(set, name, self.into_value())
    }
}

impl IntoValue for &'static str {
    fn into_value(self) -> Value {
        Value::Text(Cow::Borrowed(self))
    }

    fn give_to(self, element: Element, set: Set, name: &'static str) -> Element {
        element.having_words(set, name, self)
    }
}

impl IntoValue for String {
    fn into_value(self) -> Value {
        Value::Text(Cow::Owned(self))
    }
}

impl IntoValue for bool {
    fn into_value(self) -> Value {
        Value::Flag(self)
    }
}

impl<V: IntoValue> IntoValue for Option<V> {
    fn into_value(self) -> Value {
        self.map_or(Value::Gone, V::into_value)
    }
}

impl<F, V> IntoValue for F
where
    F: Fn() -> V + 'static,
    V: IntoValue,
{
    fn into_value(self) -> Value {
        Value::Live(Box::new(move || self().into_value()))
    }
}
