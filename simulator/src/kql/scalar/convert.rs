//! One type from another. What cannot be converted is null, and as text the empty string.

use std::borrow::Cow;

use serde_json::Value;

use crate::kql::schema::Type;

/// The text of a value: a string without its quotes, nothing for null, JSON for the rest.
pub(in crate::kql) fn text(value: &Value) -> Cow<'_, str> {
    match value {
        Value::String(text) => Cow::Borrowed(text),
        Value::Null => Cow::Borrowed(""),
        Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_) => {
            Cow::Owned(value.to_string())
        }
    }
}

/// [`text`], without copying a string.
pub(in crate::kql) fn into_text(value: Value) -> String {
    match value {
        Value::String(text) => text,
        other => text(&other).into_owned(),
    }
}

/// A whole number from a number, a bool or the digits of one.
pub(super) fn long(value: &Value) -> Option<i64> {
    match value {
        Value::Number(number) => number.as_i64().or_else(|| truncated(number.as_f64()?)),
        Value::Bool(bool) => Some(i64::from(*bool)),
        Value::String(text) => text.trim().parse().ok(),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}

fn truncated(number: f64) -> Option<i64> {
    // The text of a whole `f64` is its digits, so this needs no cast that could lose any.
    format!("{:.0}", number.trunc()).parse().ok()
}

pub(super) fn real(value: &Value) -> Option<f64> {
    match value {
        Value::Number(number) => number.as_f64(),
        Value::Bool(bool) => Some(f64::from(u8::from(*bool))),
        Value::String(text) => text.trim().parse().ok(),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}

/// A bool from a bool, from whether a number is not zero, or from the text of either.
pub(super) fn boolean(value: &Value) -> Option<bool> {
    match value {
        Value::Bool(bool) => Some(*bool),
        Value::Number(number) => number.as_f64().map(|number| number != 0.0),
        Value::String(text) => match text.trim() {
            text if text.eq_ignore_ascii_case("true") => Some(true),
            text if text.eq_ignore_ascii_case("false") => Some(false),
            text => text.parse::<i64>().ok().map(|number| number != 0),
        },
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}

/// What `mv-expand … to typeof(…)` makes of an element: strict, so text is no number.
pub(in crate::kql) fn element(value: Value, kind: Type) -> Value {
    match (kind, &value) {
        (Type::String, _) => Value::String(into_text(value)),
        (Type::Long, Value::Number(_)) => long(&value).map(Value::from).unwrap_or_default(),
        (Type::Dynamic, _) | (Type::Real, Value::Number(_)) | (Type::Bool, Value::Bool(_)) => value,
        (Type::Long | Type::Real | Type::Bool, _) => Value::Null,
    }
}
