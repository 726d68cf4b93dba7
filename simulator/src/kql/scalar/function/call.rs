//! What each function does. Arguments arrive checked in number and type.

use std::borrow::Cow;

use serde_json::Value;

use crate::kql::scalar::convert;

type Arguments<'a, 'v> = &'a [Cow<'v, Value>];

static NULL: Value = Value::Null;

fn argument<'a>(arguments: Arguments<'a, '_>, place: usize) -> &'a Value {
    arguments.get(place).map_or(&NULL, AsRef::as_ref)
}

fn text<'a>(arguments: Arguments<'a, '_>, place: usize) -> Cow<'a, str> {
    convert::text(argument(arguments, place))
}

pub(super) fn tostring(arguments: Arguments) -> Value {
    Value::from(text(arguments, 0))
}

pub(super) fn tolower(arguments: Arguments) -> Value {
    Value::from(text(arguments, 0).to_lowercase())
}

pub(super) fn toupper(arguments: Arguments) -> Value {
    Value::from(text(arguments, 0).to_uppercase())
}

pub(super) fn toint(arguments: Arguments) -> Value {
    let int = convert::long(argument(arguments, 0)).and_then(|long| i32::try_from(long).ok());
    int.map(Value::from).unwrap_or_default()
}

pub(super) fn tolong(arguments: Arguments) -> Value {
    convert::long(argument(arguments, 0)).map(Value::from).unwrap_or_default()
}

pub(super) fn toreal(arguments: Arguments) -> Value {
    convert::real(argument(arguments, 0)).map(Value::from).unwrap_or_default()
}

pub(super) fn tobool(arguments: Arguments) -> Value {
    convert::boolean(argument(arguments, 0)).map(Value::from).unwrap_or_default()
}

/// A text that is not JSON becomes a dynamic string, as in Kusto.
pub(super) fn parse_json(arguments: Arguments) -> Value {
    match argument(arguments, 0) {
        Value::String(text) if text.is_empty() => Value::Null,
        Value::String(text) => serde_json::from_str(text).unwrap_or_else(|_| Value::from(text.as_str())),
        other => other.clone(),
    }
}

pub(super) fn isempty(arguments: Arguments) -> Value {
    let empty = match argument(arguments, 0) {
        Value::Null => true,
        Value::String(text) => text.is_empty(),
        Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_) => false,
    };
    Value::Bool(empty)
}

pub(super) fn isnotempty(arguments: Arguments) -> Value {
    Value::Bool(isempty(arguments) == Value::Bool(false))
}

pub(super) fn isnull(arguments: Arguments) -> Value {
    Value::Bool(argument(arguments, 0).is_null())
}

pub(super) fn isnotnull(arguments: Arguments) -> Value {
    Value::Bool(!argument(arguments, 0).is_null())
}

pub(super) fn not(arguments: Arguments) -> Value {
    argument(arguments, 0).as_bool().map(|bool| Value::Bool(!bool)).unwrap_or_default()
}

pub(super) fn array_length(arguments: Arguments) -> Value {
    argument(arguments, 0).as_array().map(|array| Value::from(array.len())).unwrap_or_default()
}

pub(super) fn bag_keys(arguments: Arguments) -> Value {
    let keys = argument(arguments, 0).as_object().map(|bag| bag.keys().cloned().collect::<Vec<_>>());
    keys.map(Value::from).unwrap_or_default()
}

pub(super) fn strlen(arguments: Arguments) -> Value {
    Value::from(text(arguments, 0).chars().count())
}

pub(super) fn strcat(arguments: Arguments) -> Value {
    let texts: Vec<_> = arguments.iter().map(|argument| convert::text(argument)).collect();
    Value::from(texts.concat())
}

/// All parts, or in an array of its own the one asked for.
pub(super) fn split(arguments: Arguments) -> Value {
    let (text, separator) = (text(arguments, 0), text(arguments, 1));
    if separator.is_empty() {
        return Value::Null;
    }
    let mut parts = text.split(separator.as_ref());
    if arguments.len() < 3 {
        return parts.collect();
    }
    let index = argument(arguments, 2).as_u64().and_then(|index| usize::try_from(index).ok());
    index.and_then(|index| parts.nth(index)).map(|part| Value::from(vec![part])).unwrap_or_default()
}

pub(super) fn replace_string(arguments: Arguments) -> Value {
    let (text, from, to) = (text(arguments, 0), text(arguments, 1), text(arguments, 2));
    if from.is_empty() { Value::from(text) } else { Value::from(text.replace(from.as_ref(), &to)) }
}

/// Counted in characters from 0; what lies outside is left out.
pub(super) fn substring(arguments: Arguments) -> Value {
    let number = |place| usize::try_from(argument(arguments, place).as_i64().unwrap_or(0)).unwrap_or(0);
    let length = if arguments.len() < 3 { usize::MAX } else { number(2) };
    Value::from(text(arguments, 0).chars().skip(number(1)).take(length).collect::<String>())
}

pub(super) fn iff(arguments: Arguments) -> Value {
    let holds = *argument(arguments, 0) == Value::Bool(true);
    argument(arguments, if holds { 1 } else { 2 }).clone()
}

pub(super) fn case(arguments: Arguments) -> Value {
    let mut pairs = arguments.chunks_exact(2);
    let found = pairs.find(|pair| *pair[0] == Value::Bool(true)).map(|pair| pair[1].as_ref().clone());
    found.unwrap_or_else(|| argument(arguments, arguments.len() - 1).clone())
}

/// The first value that is not null and, of strings, not empty.
pub(super) fn coalesce(arguments: Arguments) -> Value {
    let present = |value: &&Cow<'_, Value>| !value.is_null() && value.as_str() != Some("");
    let found = arguments.iter().find(present).or(arguments.last());
    found.map(|value| value.as_ref().clone()).unwrap_or_default()
}
