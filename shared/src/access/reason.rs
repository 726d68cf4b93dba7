//! Why access is needed.

use std::fmt;
use std::str::FromStr;

use crate::text::text_on_the_wire;

/// Why access is needed: one line, such as a ticket number and a few words.
///
/// Goes into the audit trail and, as `justification`, to Azure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reason(String);

impl Reason {
    /// The longest reason, in characters.
    pub const LONGEST: usize = 200;

    /// The reason as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Reason {
    type Err = ParseReasonError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let text = text.trim();
        if text.is_empty() {
            return Err(ParseReasonError::Blank);
        }
        if text.chars().count() > Self::LONGEST {
            return Err(ParseReasonError::TooLong);
        }
        if text.chars().any(|c| c.is_control() || matches!(c, '\u{2028}' | '\u{2029}')) {
            return Err(ParseReasonError::NotOneLine);
        }
        Ok(Self(text.to_owned()))
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

text_on_the_wire!(Reason, "Why access is needed: one line of at most 200 characters", "INC0012345 disk full");

/// The text was not a reason.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ParseReasonError {
    /// Nothing but white space.
    #[error("say why access is needed")]
    Blank,
    /// More than [`Reason::LONGEST`] characters.
    #[error("a reason has at most {} characters", Reason::LONGEST)]
    TooLong,
    /// Line breaks or control characters.
    #[error("a reason is one line without control characters")]
    NotOneLine,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reason_is_one_line_with_something_in_it() {
        assert_eq!("  INC1 disk ".parse::<Reason>().unwrap().as_str(), "INC1 disk");
        assert_eq!(" ".parse::<Reason>(), Err(ParseReasonError::Blank));
        assert_eq!("a\nb".parse::<Reason>(), Err(ParseReasonError::NotOneLine));
        assert_eq!("a\u{2028}b".parse::<Reason>(), Err(ParseReasonError::NotOneLine));
        assert_eq!("ä".repeat(201).parse::<Reason>(), Err(ParseReasonError::TooLong));
        assert!("ä".repeat(200).parse::<Reason>().is_ok());
    }
}
