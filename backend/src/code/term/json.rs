//! JSON that can stand between the single quotes of a POSIX shell.

use std::fmt::Write;

use super::super::remark::is_odd;
use super::Syntax;

/// JSON without a single quote, and without what an interactive shell takes for its history.
pub const JSON: Syntax = Syntax {
    words: ["null", "false", "true"],
    list: ["[", "]", ","],
    record: ["{", "}", ","],
    number: str::to_owned,
    text,
    // The quotes end, and begin again after the variable.
    variable: |name| format!("\"'\"${name}\"'\""),
    name: |name| text(name) + ": ",
};

fn text(text: &str) -> String {
    let mut quoted = String::from('"');
    for c in text.chars() {
        match c {
            '"' | '\\' => quoted.extend(['\\', c]),
            '\'' | '!' => escape(&mut quoted, c),
            _ if is_odd(c) => escape(&mut quoted, c),
            _ => quoted.push(c),
        }
    }
    quoted + "\""
}

fn escape(quoted: &mut String, c: char) {
    for unit in c.encode_utf16(&mut [0; 2]) {
        write!(quoted, "\\u{unit:04x}").expect("text takes text");
    }
}
