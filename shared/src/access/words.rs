//! What people write beside a request: why, and for whom.

use std::fmt;
use std::str::FromStr;

use crate::text::text_on_the_wire;

/// Why access is needed: one line, such as a ticket number and a few words.
///
/// Goes into the audit trail and, as `justification`, to Azure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reason(String);

/// For whom access is requested, if not for the one who asks: a username, or a name.
///
/// Goes where the reason goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Beneficiary(String);

impl Reason {
    /// The longest reason, in characters.
    pub const LONGEST: usize = 200;

    /// The reason as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Beneficiary {
    /// The longest name, in characters: that of a username in Microsoft Entra ID.
    pub const LONGEST: usize = 113;

    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Reason {
    type Err = ParseWordsError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        one_line(text, "a reason", "say why access is needed", Self::LONGEST).map(Self)
    }
}

impl FromStr for Beneficiary {
    type Err = ParseWordsError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        one_line(text, "a name", "say for whom access is needed, or leave it out", Self::LONGEST).map(Self)
    }
}

fn one_line(
    text: &str,
    what: &'static str,
    wanted: &'static str,
    longest: usize,
) -> Result<String, ParseWordsError> {
    let text = text.trim();
    if text.is_empty() {
        return Err(ParseWordsError::Blank { wanted });
    }
    if text.chars().count() > longest {
        return Err(ParseWordsError::TooLong { what, longest });
    }
    if text.chars().any(|c| c.is_control() || turns_text_around(c)) {
        return Err(ParseWordsError::NotOneLine { what });
    }
    Ok(text.to_owned())
}

/// Line and paragraph separators, and what makes text read in another order than it is written.
fn turns_text_around(c: char) -> bool {
    matches!(c, '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Display for Beneficiary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

text_on_the_wire!(Reason, "Why access is needed: one line of at most 200 characters", "INC0012345 disk full");
text_on_the_wire!(
    Beneficiary,
    "For whom access is needed: a username or a name, at most 113 characters",
    "anna@contoso.com"
);

/// The text was not a reason, or not a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ParseWordsError {
    /// Nothing but white space.
    #[error("{wanted}")]
    Blank {
        /// What to write.
        wanted: &'static str,
    },
    /// Too many characters.
    #[error("{what} has at most {longest} characters")]
    TooLong {
        /// What was written.
        what: &'static str,
        /// How many there may be.
        longest: usize,
    },
    /// Line breaks or control characters.
    #[error("{what} is one line without control characters")]
    NotOneLine {
        /// What was written.
        what: &'static str,
    },
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reason_is_one_line_with_something_in_it() {
        assert_eq!("  INC1 disk ".parse::<Reason>().unwrap().as_str(), "INC1 disk");
        assert!(matches!(" ".parse::<Reason>(), Err(ParseWordsError::Blank { .. })));
        assert!(matches!("a\nb".parse::<Reason>(), Err(ParseWordsError::NotOneLine { .. })));
        for odd in ['\u{2028}', '\u{202e}', '\u{2067}'] {
            assert!(matches!(format!("a{odd}b").parse::<Reason>(), Err(ParseWordsError::NotOneLine { .. })));
        }
        assert!(matches!("ä".repeat(201).parse::<Reason>(), Err(ParseWordsError::TooLong { .. })));
        assert!("ä".repeat(200).parse::<Reason>().is_ok());
    }

    #[test]
    fn a_name_is_one_line_too_and_shorter() {
        assert_eq!(" anna@contoso.com ".parse::<Beneficiary>().unwrap().to_string(), "anna@contoso.com");
        assert_eq!(
            "a".repeat(114).parse::<Beneficiary>().unwrap_err().to_string(),
            "a name has at most 113 characters"
        );
        assert!("anna\r\nx".parse::<Beneficiary>().is_err());
    }
}
