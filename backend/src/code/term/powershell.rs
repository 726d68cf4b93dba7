//! Literals of PowerShell.

use std::fmt::Write;

use super::super::remark::is_odd;
use super::{Syntax, is_plain};

/// Hashtables and arrays.
pub const POWERSHELL: Syntax = Syntax {
    words: ["$null", "$false", "$true"],
    list: ["@(", ")", ","],
    record: ["@{", "}", ""],
    number: str::to_owned,
    text: quoted,
    variable: |name| format!("${name}"),
    name: |name| if is_plain(name) { format!("{name} = ") } else { quoted(name) + " = " },
};

/// Text as an expression. In single quotes nothing means anything but a quote, and PowerShell takes
/// typographic ones for quotes, too (`about_Quoting_Rules`). What cannot be seen is put in by its
/// number.
pub fn quoted(text: &str) -> String {
    let mut quoted = String::from('\'');
    let mut is_sum = false;
    for c in text.chars() {
        match c {
            '\'' | '\u{2018}'..='\u{201b}' => quoted.extend([c, c]),
            _ if is_odd(c) => {
                is_sum = true;
                write!(quoted, "' + [char]0x{:x} + '", u32::from(c)).expect("text takes text");
            }
            _ => quoted.push(c),
        }
    }
    quoted.push('\'');
    if is_sum { format!("({quoted})") } else { quoted }
}
