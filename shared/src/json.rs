//! JSON as the page reads it: one small parser, and a reader per type that is little more than a
//! list of its fields.
//!
//! The service reads and writes with `serde`. Code that `serde` generates for reading is by far
//! the largest part of a page that uses it, so the page reads with this; tests hold the two
//! against each other. What is read here comes from our own service.

mod parse;
mod read;
#[cfg(test)]
mod tests;
mod types;

use std::fmt;

pub use read::FromJson;

/// A JSON value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Json {
    /// `null`, and what is not there at all.
    Null,
    /// `true` or `false`.
    Flag(bool),
    /// A number, as it is written.
    Number(String),
    /// Text.
    Text(String),
    /// An array.
    List(Vec<Json>),
    /// An object's fields, in order.
    Object(Vec<(String, Json)>),
}

/// The text was not JSON, or not that of the type it was read as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Unreadable {
    /// The innermost field that was not as expected, or what was.
    pub at: &'static str,
}

impl Json {
    /// Reads JSON text.
    pub fn parse(text: &str) -> Result<Self, Unreadable> {
        parse::parse(text)
    }

    /// An object of these fields.
    pub fn object<'a>(fields: impl IntoIterator<Item = (&'a str, Self)>) -> Self {
        Self::Object(fields.into_iter().map(|(name, value)| (name.to_owned(), value)).collect())
    }

    /// The field of an object; nothing where there is none.
    pub fn get(&self, name: &str) -> &Self {
        let Self::Object(fields) = self else { return &Self::Null };
        fields.iter().find(|(known, _)| known == name).map_or(&Self::Null, |(_, value)| value)
    }

    /// The field of an object as what it should be.
    pub fn field<T: FromJson>(&self, name: &'static str) -> Result<T, Unreadable> {
        T::from_json(self.get(name))
            .map_err(|error| if error.at.is_empty() { Unreadable { at: name } } else { error })
    }

    /// What a field says as text; empty if it does not.
    pub fn text(&self, name: &str) -> &str {
        if let Self::Text(text) = self.get(name) { text } else { "" }
    }
}

impl fmt::Display for Json {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Null => f.write_str("null"),
            Self::Flag(true) => f.write_str("true"),
            Self::Flag(false) => f.write_str("false"),
            Self::Number(number) => f.write_str(number),
            Self::Text(text) => quoted(f, text),
            Self::List(items) => {
                f.write_str("[")?;
                for (index, item) in items.iter().enumerate() {
                    f.write_str(if index > 0 { "," } else { "" })?;
                    item.fmt(f)?;
                }
                f.write_str("]")
            }
            Self::Object(fields) => {
                f.write_str("{")?;
                for (index, (name, value)) in fields.iter().enumerate() {
                    f.write_str(if index > 0 { "," } else { "" })?;
                    quoted(f, name)?;
                    f.write_str(":")?;
                    value.fmt(f)?;
                }
                f.write_str("}")
            }
        }
    }
}

fn quoted(f: &mut fmt::Formatter<'_>, text: &str) -> fmt::Result {
    f.write_str("\"")?;
    for letter in text.chars() {
        match letter {
            '"' => f.write_str("\\\"")?,
            '\\' => f.write_str("\\\\")?,
            '\0'..=' ' if letter != ' ' => write!(f, "\\u{:04x}", u32::from(letter))?,
            _ => fmt::Write::write_char(f, letter)?,
        }
    }
    f.write_str("\"")
}
