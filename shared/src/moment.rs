//! Moments as they stand on the wire: RFC 3339, such as `2030-01-09T12:05:00.25Z`.
//!
//! The service reads them with `jiff`, whose parser brings every format it knows and every reason
//! to refuse one. The page reads them with this.

use jiff::Timestamp;

const DAY: i64 = 86_400;

/// The moment that `text` names, if it names one.
pub fn parse(text: &str) -> Option<Timestamp> {
    let bytes = text.as_bytes();
    let separators = [(4, b'-'), (7, b'-'), (10, b'T'), (13, b':'), (16, b':')];
    if !text.is_ascii() || !separators.iter().all(|(at, separator)| bytes.get(*at) == Some(separator)) {
        return None;
    }
    let part = |from, to| number(text.get(from..to)?);
    let (year, month, day) = (part(0, 4)?, part(5, 7)?, part(8, 10)?);
    let (hour, minute, second) = (part(11, 13)?, part(14, 16)?, part(17, 19)?);
    if !(1..=12).contains(&month)
        || !(1..=days_in(year, month)).contains(&day)
        || hour > 23
        || minute > 59
        || second > 59
    {
        return None;
    }
    let (fraction, zone) = text.get(19..)?.split_at(fraction_length(text.get(19..)?));
    let seconds = days_since_1970(year, month, day) * DAY + hour * 3600 + minute * 60 + second;
    Timestamp::new(seconds - offset(zone)?, nanoseconds(fraction)?).ok()
}

/// A moment in the same form, to the second.
pub fn text(moment: Timestamp) -> String {
    let seconds = moment.as_second();
    let (mut day, time) = (seconds.div_euclid(DAY), seconds.rem_euclid(DAY));
    // Years of 365.2425 days on average are close enough to begin with.
    let mut year = 1970 + day * 400 / 146_097;
    while days_since_1970(year, 1, 1) > day {
        year -= 1;
    }
    while days_since_1970(year + 1, 1, 1) <= day {
        year += 1;
    }
    day -= days_since_1970(year, 1, 1);
    let mut month = 1;
    while day >= days_in(year, month) {
        day -= days_in(year, month);
        month += 1;
    }
    let (day, hour, minute, second) = (day + 1, time / 3600, time / 60 % 60, time % 60);
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z")
}

fn number(digits: &str) -> Option<i64> {
    digits
        .bytes()
        .try_fold(0, |number, digit| digit.is_ascii_digit().then(|| number * 10 + i64::from(digit - b'0')))
}

fn days_in(year: i64, month: i64) -> i64 {
    match month {
        2 if is_leap(year) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

fn is_leap(year: i64) -> bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}

fn days_since_1970(year: i64, month: i64, day: i64) -> i64 {
    let before = year - 1;
    let leap_days = before.div_euclid(4) - before.div_euclid(100) + before.div_euclid(400) - 477;
    let months: i64 = (1..month).map(|month| days_in(year, month)).sum();
    (year - 1970) * 365 + leap_days + months + day - 1
}

fn fraction_length(rest: &str) -> usize {
    if rest.starts_with('.') { 1 + rest.bytes().skip(1).take_while(u8::is_ascii_digit).count() } else { 0 }
}

fn nanoseconds(fraction: &str) -> Option<i32> {
    if fraction.is_empty() {
        return Some(0);
    }
    let digits = fraction.strip_prefix('.').filter(|digits| (1..=9).contains(&digits.len()))?;
    let missing = u32::try_from(9 - digits.len()).ok()?;
    i32::try_from(number(digits)? * 10_i64.pow(missing)).ok()
}

/// Seconds east of Greenwich.
fn offset(zone: &str) -> Option<i64> {
    if zone == "Z" {
        return Some(0);
    }
    let sign = if zone.starts_with('-') { -1 } else { 1 };
    let (hours, minutes) = zone.strip_prefix(['+', '-'])?.split_once(':')?;
    if hours.len() != 2 || minutes.len() != 2 {
        return None;
    }
    let (hours, minutes) = (number(hours)?, number(minutes)?);
    (hours < 24 && minutes < 60).then_some(sign * (hours * 3600 + minutes * 60))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_moment_is_read_in_any_zone() {
        let noon = parse("2030-01-09T12:05:00Z").unwrap();
        assert_eq!(parse("2030-01-09T13:35:00.000+01:30"), Some(noon));
        assert_eq!(parse("2030-01-09T07:05:00-05:00"), Some(noon));
        assert_eq!(text(noon), "2030-01-09T12:05:00Z");
    }

    #[test]
    fn what_is_no_moment_is_none() {
        for text in [
            "",
            "2030-01-09",
            "2030-02-29T00:00:00Z",
            "2030-13-01T00:00:00Z",
            "2030-01-09T24:00:00Z",
            "2030-01-09T12:05:00",
            "2030-01-09T12:05:00.Z",
            "2030-01-09T12:05:0äZ",
            "2030-01-09T12:05:00+1:00",
        ] {
            assert_eq!(parse(text), None, "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn what_the_service_writes_is_read_exactly(
            second in Timestamp::UNIX_EPOCH.as_second()..4_102_444_800,
            nanosecond in prop_oneof![Just(0), 0..1_000_000_000],
        ) {
            let moment = Timestamp::new(second, nanosecond).unwrap();
            prop_assert_eq!(parse(&moment.to_string()), Some(moment));
            let whole = Timestamp::from_second(second).unwrap();
            prop_assert_eq!(text(whole), whole.to_string());
        }

        #[test]
        fn what_is_read_is_what_the_service_would_read(text in "[0-9]{4}-[01][0-9]-[0-3][0-9]T[0-2][0-9]:[0-5][0-9]:[0-5][0-9](\\.[0-9]{1,9})?(Z|[+-][01][0-9]:[0-5][0-9])") {
            prop_assert_eq!(parse(&text), text.parse().ok());
        }

        #[test]
        fn arbitrary_text_never_panics(text in ".*") {
            let _ = parse(&text);
        }
    }
}
