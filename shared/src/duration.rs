//! How long a port stays open.

use std::fmt;
use std::str::FromStr;

use jiff::SignedDuration;

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
        match seconds(text) {
            Some((seconds, true)) if seconds % 60 == 0 => Self::from_minutes(seconds / 60),
            Some(_) => Err(ParseDurationError::NotWholeMinutes(text.to_owned())),
            None => Err(ParseDurationError::Malformed(text.to_owned())),
        }
    }
}

/// The length of an ISO 8601 duration of weeks, days, hours, minutes and seconds, and whether that
/// is all of it; `None` if `text` is no such duration.
///
/// Read here rather than with `jiff`, whose parser would be a tenth of the page's code.
fn seconds(text: &str) -> Option<(i64, bool)> {
    let (sign, rest) = match text.strip_prefix('-') {
        Some(rest) => (-1, rest),
        None => (1, text.strip_prefix('+').unwrap_or(text)),
    };
    let upper = rest.to_ascii_uppercase();
    let parts = upper.strip_prefix('P').filter(|parts| !parts.is_empty() && !parts.ends_with('T'))?;
    let (date, time) = parts.split_once('T').unwrap_or((parts, ""));
    let (days, days_fraction) = total(date, &[('W', 604_800), ('D', 86_400)])?;
    let (clock, fraction) = total(time, &[('H', 3600), ('M', 60), ('S', 1)])?;
    if days_fraction.is_some() {
        return None;
    }
    let (count, of, unit) = fraction.unwrap_or((0, 1, 1));
    let sum = days.saturating_add(clock).saturating_add(count * unit / of);
    Some((sign * sum, count * unit % of == 0))
}

/// A part of a whole unit: so many, of how many, of a unit of how many seconds.
type Fraction = (i64, i64, i64);

/// Adds up numbers that are followed by units, each at most once and in order. Only the last may
/// have a fraction.
fn total(mut text: &str, mut units: &[(char, i64)]) -> Option<(i64, Option<Fraction>)> {
    let (mut total, mut fraction) = (0_i64, None);
    while !text.is_empty() {
        let end = text.find(|c: char| c.is_ascii_uppercase())?;
        let (number, unit) = text.split_at(end);
        let at = units.iter().position(|(name, _)| unit.starts_with(*name))?;
        let length = units[at].1;
        let (whole, part) =
            number.split_once(['.', ',']).map_or((number, None), |(whole, part)| (whole, Some(part)));
        if fraction.is_some()
            || !is_digits(whole)
            || part.is_some_and(|part| !is_digits(part) || part.len() > 9)
        {
            return None;
        }
        total = total.saturating_add(whole.parse::<i64>().ok()?.saturating_mul(length));
        fraction = part
            .and_then(|part| Some((part.parse().ok()?, 10_i64.pow(u32::try_from(part.len()).ok()?), length)));
        (text, units) = (&unit[1..], &units[at + 1..]);
    }
    Some((total, fraction))
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
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
    #[error("“{0}” is not an ISO 8601 duration; write one such as PT1H or PT30M")]
    Malformed(String),
    /// Azure counts seconds, people and Postern do not.
    #[error("“{0}” is not a whole number of minutes")]
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

    /// What `jiff` makes of it, in minutes.
    fn by_jiff(text: &str) -> Option<f64> {
        let span = jiff::fmt::temporal::SpanParser::new().parse_span(text).ok()?;
        let seconds = span.total((jiff::Unit::Second, jiff::SpanRelativeTo::days_are_24_hours())).ok()?;
        Some(seconds / 60.0)
    }

    proptest! {
        #[test]
        fn is_read_as_jiff_reads_it(
            text in "[-+]?[Pp]([0-9]W)?([0-2]D)?([Tt]([0-9]{1,2}([.,][0-9]{1,2})?[Hh])?([0-9]{1,4}([.,]5)?M)?([0-9]{1,3}(\\.[0-9]{1,2})?S)?)?"
        ) {
            match (parse(&text), by_jiff(&text)) {
                (Ok(duration), Some(minutes)) => prop_assert!((f64::from(duration.minutes()) - minutes).abs() < 1e-9),
                (Err(ParseDurationError::Malformed(_)), minutes) => prop_assert_eq!(minutes, None),
                (Err(_), minutes) => {
                    prop_assert!(minutes.is_some_and(|minutes| minutes.fract() != 0.0 || !(5.0..=1440.0).contains(&minutes)));
                }
                (Ok(_), None) => prop_assert!(false, "only we read it"),
            }
        }

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
