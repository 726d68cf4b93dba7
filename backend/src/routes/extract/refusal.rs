//! Why something that was sent cannot be understood, in words for people.
//!
//! `serde` tells what is wrong in terms of Rust. Here it is told the one who sent it: by the path
//! of the field, and without the names of our types.

use std::fmt;

use serde::de::{self, Expected, Unexpected};
use shared::problem::Violation;

use super::malformed;
use crate::error::ApiError;

/// The longest part of somebody's text that is told back to them, in characters.
const LONGEST: usize = 300;

/// What is wrong with what was read.
#[derive(Debug, PartialEq, Eq)]
pub enum Refusal {
    /// A field is missing.
    Missing(String),
    /// A field is there twice.
    Twice(String),
    /// A field is none that we know.
    Unknown(String),
    /// The value of a field is not one that it can have.
    Wrong(String),
}

impl Refusal {
    /// What the client is told, where `path` is how far the reading came.
    pub fn at(&self, path: &serde_path_to_error::Path) -> ApiError {
        let path = path.to_string();
        let path = if path == "." { "" } else { &path };
        // Only of a field that is there does the path name it already.
        let field = match self {
            Self::Missing(field) | Self::Twice(field) if path.is_empty() => field.clone(),
            Self::Missing(field) | Self::Twice(field) => format!("{path}.{field}"),
            Self::Unknown(_) | Self::Wrong(_) => path.to_owned(),
        };
        // The field is named before it.
        let told = match self {
            Self::Missing(_) => "it is missing".to_owned(),
            Self::Twice(_) => "it is there twice".to_owned(),
            Self::Unknown(_) | Self::Wrong(_) => self.to_string(),
        };
        wrong_field(&field, &told)
    }
}

/// The refusal of a request for one of its fields, or for the whole of it where that has no name.
pub fn wrong_field(field: &str, detail: &str) -> ApiError {
    let (field, detail) = (shortened(field), shortened(detail));
    if field.is_empty() {
        return malformed(format!("the request could not be understood: {detail}"), Vec::new());
    }
    let whole = format!("the request could not be understood: {field}: {detail}");
    malformed(whole, vec![Violation { field, detail, offer: None }])
}

fn shortened(text: &str) -> String {
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing(field) => write!(f, "{field} is missing"),
            Self::Twice(field) => write!(f, "{field} is there twice"),
            Self::Unknown(field) => write!(f, "there is no field “{field}” here"),
            Self::Wrong(detail) => f.write_str(detail),
        }
    }
}

impl std::error::Error for Refusal {}

impl de::Error for Refusal {
    fn custom<T: fmt::Display>(message: T) -> Self {
        // What the standard library says does not say what to do.
        Self::Wrong(match message.to_string().as_str() {
            "invalid IP address syntax" => "this must be an IP address, such as 203.0.113.7".to_owned(),
            other => other.to_owned(),
        })
    }

    fn invalid_type(is: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Self::Wrong(format!("this must be {} and is {}", must_be(expected), Is(is)))
    }

    fn invalid_value(is: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Self::invalid_type(is, expected)
    }

    fn invalid_length(_: usize, expected: &dyn Expected) -> Self {
        Self::Wrong(format!("this must be {}", must_be(expected)))
    }

    fn unknown_variant(variant: &str, expected: &'static [&'static str]) -> Self {
        Self::Wrong(format!("this must be one of {} and is “{variant}”", expected.join(", ")))
    }

    fn unknown_field(field: &str, _: &'static [&'static str]) -> Self {
        Self::Unknown(field.to_owned())
    }

    fn missing_field(field: &'static str) -> Self {
        Self::Missing(field.to_owned())
    }

    fn duplicate_field(field: &'static str) -> Self {
        Self::Twice(field.to_owned())
    }
}

/// What the types that are not ours say of themselves, in other words.
fn must_be(expected: &dyn Expected) -> String {
    match expected.to_string().as_str() {
        "a sequence" => "a list".to_owned(),
        "a string" => "text".to_owned(),
        "a boolean" => "true or false".to_owned(),
        "newtype variant" => "an object with that name".to_owned(),
        ours => ours.to_owned(),
    }
}

struct Is<'a>(Unexpected<'a>);

impl fmt::Display for Is<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Unexpected::Bool(value) => write!(f, "{value}"),
            Unexpected::Unsigned(number) => write!(f, "the number {number}"),
            Unexpected::Signed(number) => write!(f, "the number {number}"),
            Unexpected::Float(number) => write!(f, "the number {number}"),
            Unexpected::Str(text) => write!(f, "the text “{text}”"),
            Unexpected::Unit => f.write_str("null"),
            Unexpected::Seq => f.write_str("a list"),
            Unexpected::Map => f.write_str("an object"),
            Unexpected::UnitVariant => f.write_str("a name alone"),
            // Nothing that JSON or a query holds.
            other => other.fmt(f),
        }
    }
}
