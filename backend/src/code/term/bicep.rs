//! Literals of Bicep.

use std::fmt::Write;

use super::super::remark::is_odd;
use super::{Syntax, is_plain};

/// Objects and arrays, an item to a line.
pub const BICEP: Syntax = Syntax {
    words: ["null", "false", "true"],
    list: ["[", "]", ""],
    record: ["{", "}", ""],
    number,
    text,
    // Where it is written there are no variables: what lasts is deployed, not requested.
    variable: str::to_owned,
    name: |name| if is_plain(name) { format!("{name}: ") } else { text(name) + ": " },
};

/// Bicep knows whole numbers only.
fn number(number: &str) -> String {
    if number.parse::<i64>().is_ok() { number.to_owned() } else { format!("json({})", text(number)) }
}

/// Text in single quotes, in which `${` would begin an expression.
fn text(text: &str) -> String {
    let mut quoted = String::from('\'');
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        match c {
            '\'' | '\\' => quoted.extend(['\\', c]),
            '$' if rest.peek() == Some(&'{') => quoted.push_str("\\$"),
            _ if is_odd(c) => write!(quoted, "\\u{{{:x}}}", u32::from(c)).expect("text takes text"),
            _ => quoted.push(c),
        }
    }
    quoted + "'"
}
