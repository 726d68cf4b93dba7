//! How Azure writes and reads times and durations.

use jiff::{SignedDuration, Span, SpanRelativeTo, Timestamp};

/// With the seven fractional digits of .NET ticks, as the just-in-time service writes it.
pub fn ticks(at: Timestamp) -> String {
    let printer = jiff::fmt::temporal::DateTimePrinter::new().precision(Some(7));
    printer.timestamp_to_string(&at)
}

/// To the second, as most services write it.
pub fn seconds(at: Timestamp) -> String {
    jiff::fmt::temporal::DateTimePrinter::new().precision(Some(0)).timestamp_to_string(&at)
}

/// An ISO 8601 duration such as `PT3H` or `P1D`; nothing else that jiff would also take.
pub fn duration(text: &str) -> Option<SignedDuration> {
    let iso = text.starts_with('P')
        && text.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '.');
    if !iso {
        return None;
    }
    let span: Span = text.parse().ok()?;
    span.to_duration(SpanRelativeTo::days_are_24_hours()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_carry_seven_digits() {
        let at: Timestamp = "2026-09-01T10:58:11.12Z".parse().unwrap();
        assert_eq!(ticks(at), "2026-09-01T10:58:11.1200000Z");
        assert_eq!(seconds(at), "2026-09-01T10:58:11Z");
    }

    #[test]
    fn durations_are_iso_8601_and_nothing_else() {
        assert_eq!(duration("PT3H"), Some(SignedDuration::from_hours(3)));
        assert_eq!(duration("P1D"), Some(SignedDuration::from_hours(24)));
        assert_eq!(duration("3h"), None);
        assert_eq!(duration("03:00:00"), None);
    }
}
