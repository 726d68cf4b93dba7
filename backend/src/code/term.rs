//! Data as the literals of a language.

mod bicep;
mod json;
mod powershell;

use serde_json::Value;

pub use bicep::BICEP;
pub use json::JSON;
pub use powershell::{POWERSHELL, quoted as quoted_for_powershell};

/// Data, and in places a variable of the script that it stands in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Term {
    /// Nothing.
    Null,
    /// `true` or `false`.
    Flag(bool),
    /// A number, as JSON writes it.
    Number(String),
    /// Text.
    Text(String),
    /// A variable that holds text.
    Variable(&'static str),
    /// One after the other.
    List(Vec<Self>),
    /// Fields with names.
    Record(Vec<(String, Self)>),
}

/// How a language writes data.
#[derive(Debug)]
pub struct Syntax {
    /// `null`, `false` and `true`.
    words: [&'static str; 3],
    /// What a list begins and ends with, and what stands after each of its items but the last.
    list: [&'static str; 3],
    /// The same of a record.
    record: [&'static str; 3],
    number: fn(&str) -> String,
    text: fn(&str) -> String,
    variable: fn(&str) -> String,
    /// The name of a field, with what stands between it and its value.
    name: fn(&str) -> String,
}

impl From<Value> for Term {
    fn from(value: Value) -> Self {
        match value {
            Value::Null => Self::Null,
            Value::Bool(flag) => Self::Flag(flag),
            Value::Number(number) => Self::Number(number.to_string()),
            Value::String(text) => Self::Text(text),
            Value::Array(items) => Self::List(items.into_iter().map(Self::from).collect()),
            Value::Object(fields) => {
                Self::Record(fields.into_iter().map(|(name, value)| (name, value.into())).collect())
            }
        }
    }
}

impl Term {
    /// The field of a record, if it has it.
    pub fn take(self, name: &str) -> Option<Self> {
        let Self::Record(fields) = self else { return None };
        fields.into_iter().find(|(known, _)| known == name).map(|(_, value)| value)
    }

    /// The same with a variable in the place of every field of that name.
    #[must_use]
    pub fn with_variable(self, name: &str, variable: &'static str) -> Self {
        match self {
            Self::List(items) => {
                Self::List(items.into_iter().map(|item| item.with_variable(name, variable)).collect())
            }
            Self::Record(fields) => {
                let fields = fields.into_iter().map(|(known, value)| {
                    let value = if known == name {
                        Self::Variable(variable)
                    } else {
                        value.with_variable(name, variable)
                    };
                    (known, value)
                });
                Self::Record(fields.collect())
            }
            other => other,
        }
    }

    /// As a literal. Lines after the first are indented by `indent` steps.
    pub fn written(&self, syntax: &Syntax, indent: usize) -> String {
        let [null, no, yes] = syntax.words;
        match self {
            Self::Null => null.to_owned(),
            Self::Flag(false) => no.to_owned(),
            Self::Flag(true) => yes.to_owned(),
            Self::Number(number) => (syntax.number)(number),
            Self::Text(text) => (syntax.text)(text),
            Self::Variable(name) => (syntax.variable)(name),
            Self::List(items) => {
                around(syntax.list, indent, items.iter().map(|item| item.written(syntax, indent + 1)))
            }
            Self::Record(fields) => {
                let written =
                    |(name, value): &(String, Self)| (syntax.name)(name) + &value.written(syntax, indent + 1);
                around(syntax.record, indent, fields.iter().map(written))
            }
        }
    }
}

fn around([begin, end, between]: [&str; 3], indent: usize, items: impl Iterator<Item = String>) -> String {
    let margin = "  ".repeat(indent + 1);
    let lines: Vec<String> = items.map(|item| format!("{margin}{item}")).collect();
    if lines.is_empty() {
        return format!("{begin}{end}");
    }
    format!("{begin}\n{}\n{}{end}", lines.join(&format!("{between}\n")), "  ".repeat(indent))
}

/// Whether a name needs no quotes as that of a field.
fn is_plain(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_alphabetic())
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

#[cfg(test)]
mod tests;
