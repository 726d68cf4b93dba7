//! How long a port stays open.

use std::fmt;
use std::str::FromStr;

use jiff::fmt::temporal::SpanParser;
use jiff::{SignedDuration, Span, Unit};

use crate::text::text_on_the_wire;

/// How long access lasts: whole minutes, from five minutes to a day.
///
/// The bounds are those of `maxRequestAccessDuration` in `Microsoft.Security` 2020-01-01.
/// Its text is an ISO 8601 duration such as `PT1H30M`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct AccessDuration {
    minutes: u16,
}

impl AccessDuration {
    /// Five minutes.
    pub const SHORTEST: Self = Self { minutes: 5 };
    /// A day.
    pub const LONGEST: Self = Self { minutes: 24 * 60 };
    /// Three hours: what Azure's own pages set on a new policy.
    pub const AZURE_DEFAULT: Self = Self { minutes: 3 * 60 };

    /// A duration of `minutes`, if Azure allows one so long.
    pub fn from_minutes(minutes: i64) -> Result<Self, ParseDurationError> {
        u16::try_from(minutes)
            .map(|minutes| Self { minutes })
            .ok()
            .filter(|duration| (Self::SHORTEST..=Self::LONGEST).contains(duration))
            .ok_or(ParseDurationError::OutOfBounds)
    }

    /// Its length in minutes.
    pub fn minutes(self) -> u16 {
        self.minutes
    }

    /// The same as a length of time that can be added to a timestamp.
    pub fn length(self) -> SignedDuration {
        SignedDuration::from_mins(self.minutes.into())
    }

    /// In words, such as `1 h 30 min`.
    pub fn words(self) -> String {
        match (self.minutes / 60, self.minutes % 60) {
            (0, minutes) => format!("{minutes} min"),
            (hours, 0) => format!("{hours} h"),
            (hours, minutes) => format!("{hours} h {minutes} min"),
        }
    }
}

impl FromStr for AccessDuration {
    type Err = ParseDurationError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        // The temporal parser alone: `Span::from_str` would also take "3h".
        let span: Span =
            SpanParser::new().parse_span(text).map_err(|_| ParseDurationError::Malformed(text.to_owned()))?;
        let seconds = span
            .total((Unit::Second, jiff::SpanRelativeTo::days_are_24_hours()))
            .map_err(|_| ParseDurationError::Malformed(text.to_owned()))?;
        if seconds % 60.0 != 0.0 {
            return Err(ParseDurationError::NotWholeMinutes(text.to_owned()));
        }
        #[expect(
            clippy::cast_possible_truncation,
            reason = "`as` saturates, and the bounds are checked next"
        )]
        Self::from_minutes((seconds / 60.0) as i64)
    }
}

impl fmt::Display for AccessDuration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.minutes / 60, self.minutes % 60) {
            (0, minutes) => write!(f, "PT{minutes}M"),
            (hours, 0) => write!(f, "PT{hours}H"),
            (hours, minutes) => write!(f, "PT{hours}H{minutes}M"),
        }
    }
}

text_on_the_wire!(AccessDuration, "ISO 8601 duration in whole minutes, PT5M to PT24H", "PT1H");

/// The text was not a duration that access can last.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ParseDurationError {
    /// Not an ISO 8601 duration of days, hours and minutes.
    #[error("`{0}` is not an ISO 8601 duration; write one such as PT1H or PT30M")]
    Malformed(String),
    /// Azure counts seconds, people and Postern do not.
    #[error("`{0}` is not a whole number of minutes")]
    NotWholeMinutes(String),
    /// Shorter or longer than Azure allows.
    #[error("access can last from 5 minutes to 24 hours")]
    OutOfBounds,
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn parse(text: &str) -> Result<AccessDuration, ParseDurationError> {
        text.parse()
    }

    #[test]
    fn reads_every_way_azure_writes_a_day() {
        assert_eq!(parse("P1D"), Ok(AccessDuration::LONGEST));
        assert_eq!(parse("PT24H"), Ok(AccessDuration::LONGEST));
        assert_eq!(parse("PT1440M"), Ok(AccessDuration::LONGEST));
    }

    #[test]
    fn nothing_negative_too_short_or_too_long_is_taken() {
        for text in ["PT0S", "PT4M", "-PT1H", "PT25H", "P2D"] {
            assert_eq!(parse(text), Err(ParseDurationError::OutOfBounds), "{text}");
        }
    }

    #[test]
    fn only_iso_8601_is_taken() {
        for text in ["", "3h", "1 hour", "60", "P1M", "P1Y", "PT"] {
            assert!(matches!(parse(text), Err(ParseDurationError::Malformed(_))), "{text}");
        }
        assert!(matches!(parse("PT6M30S"), Err(ParseDurationError::NotWholeMinutes(_))));
    }

    #[test]
    fn is_said_in_words() {
        assert_eq!(parse("PT90M").unwrap().words(), "1 h 30 min");
        assert_eq!(AccessDuration::SHORTEST.words(), "5 min");
        assert_eq!(AccessDuration::AZURE_DEFAULT.words(), "3 h");
    }

    proptest! {
        #[test]
        fn its_text_parses_back_to_it(minutes in 5..=1440i64) {
            let duration = AccessDuration::from_minutes(minutes).unwrap();
            prop_assert_eq!(duration.to_string().parse(), Ok(duration));
        }

        #[test]
        fn arbitrary_text_never_panics(text in ".*") {
            let _ = parse(&text);
        }
    }
}
