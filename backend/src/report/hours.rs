//! When people work.

use std::cmp::Ordering;
use std::str::FromStr;

use jiff::Timestamp;
use jiff::civil::{Time, Weekday};
use jiff::tz::TimeZone;

/// The hours and days on which people work, somewhere.
#[derive(Debug, Clone)]
pub struct WorkingHours {
    /// The time zone.
    pub zone: TimeZone,
    /// Its IANA name, as it was given.
    pub zone_name: String,
    /// On which days.
    pub days: Weekdays,
    /// From when to when; the other way round over midnight, and all day if they are the same.
    pub between: Hours,
}

/// From when to when on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hours {
    from: Time,
    to: Time,
}

/// Days of the week.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Weekdays([bool; 7]);

const DAYS: [(Weekday, &str); 7] = [
    (Weekday::Monday, "mon"),
    (Weekday::Tuesday, "tue"),
    (Weekday::Wednesday, "wed"),
    (Weekday::Thursday, "thu"),
    (Weekday::Friday, "fri"),
    (Weekday::Saturday, "sat"),
    (Weekday::Sunday, "sun"),
];

impl WorkingHours {
    /// Whether people work at that moment. Hours that go over midnight belong to the day they
    /// begin on.
    pub fn cover(&self, at: Timestamp) -> bool {
        let local = at.to_zoned(self.zone.clone());
        let (day, time) = (local.weekday(), local.time());
        let Hours { from, to } = self.between;
        let on = |day: Weekday| self.days.include(day);
        match from.cmp(&to) {
            Ordering::Less => on(day) && from <= time && time < to,
            Ordering::Equal => on(day),
            Ordering::Greater => (on(day) && from <= time) || (on(day.previous()) && time < to),
        }
    }

    /// From when to when, as it is written.
    pub fn in_words(&self) -> String {
        let Hours { from, to } = self.between;
        format!("{:02}:{:02}-{:02}:{:02}", from.hour(), from.minute(), to.hour(), to.minute())
    }
}

/// A time zone by its IANA name.
pub fn zone(name: &str) -> Option<TimeZone> {
    // What is not in the database, as `EST5EDT,M3.2.0`, is no name.
    let is_name = name.len() <= 64 && name.chars().all(|c| c.is_ascii_alphanumeric() || "/_+-".contains(c));
    is_name.then(|| TimeZone::get(name).ok()).flatten()
}

/// A time of the day, written as `08:00`.
pub fn time_of_day(text: &str) -> Option<Time> {
    let (hour, minute) = text.split_once(':')?;
    let is_written_so = hour.len() == 2 && minute.len() == 2 && hour.as_bytes()[0].is_ascii_digit();
    let (hour, minute) = (hour.parse().ok()?, minute.parse().ok()?);
    Time::new(hour, minute, 0, 0).ok().filter(|_| is_written_so)
}

impl Default for WorkingHours {
    fn default() -> Self {
        let between = Hours { from: Time::constant(8, 0, 0, 0), to: Time::constant(18, 0, 0, 0) };
        Self { zone: TimeZone::UTC, zone_name: "UTC".to_owned(), days: Weekdays::default(), between }
    }
}

impl Weekdays {
    /// These.
    pub fn of(days: &[Weekday]) -> Self {
        Self(DAYS.map(|(day, _)| days.contains(&day)))
    }

    /// A day by its name, `mon` to `sun`.
    pub fn named(name: &str) -> Option<Weekday> {
        DAYS.iter().find(|(_, known)| *known == name).map(|(day, _)| *day)
    }

    /// What they are called.
    pub fn names(self) -> Vec<String> {
        let these = DAYS.iter().filter(|(day, _)| self.include(*day));
        these.map(|(_, name)| (*name).to_owned()).collect()
    }

    fn include(self, day: Weekday) -> bool {
        DAYS.iter().zip(self.0).any(|((known, _), is_in)| is_in && *known == day)
    }
}

impl Default for Weekdays {
    fn default() -> Self {
        Self([true, true, true, true, true, false, false])
    }
}

impl FromStr for Hours {
    type Err = WrongHours;

    fn from_str(text: &str) -> Result<Self, WrongHours> {
        let parts = text.split_once('-').and_then(|(from, to)| Some((time_of_day(from)?, time_of_day(to)?)));
        parts.map(|(from, to)| Self { from, to }).ok_or_else(|| WrongHours(text.to_owned()))
    }
}

/// The text does not say from when to when.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("“{0}” does not say from when to when people work, as 08:00-18:00 does")]
pub struct WrongHours(String);

#[cfg(test)]
mod tests {
    use super::*;

    fn working(zone: &str, hours: &str) -> WorkingHours {
        WorkingHours {
            zone: super::zone(zone).unwrap(),
            zone_name: zone.to_owned(),
            between: hours.parse().unwrap(),
            ..WorkingHours::default()
        }
    }

    fn cover(hours: &WorkingHours, at: &str) -> bool {
        hours.cover(at.parse().unwrap())
    }

    #[test]
    fn the_end_of_the_day_is_not_worked() {
        let hours = working("Europe/Berlin", "08:00-18:00");
        // A Friday in summer time, two hours ahead.
        assert!(cover(&hours, "2026-10-23T06:00:00Z"));
        assert!(!cover(&hours, "2026-10-23T05:59:59Z"));
        assert!(cover(&hours, "2026-10-23T15:59:59Z"));
        assert!(!cover(&hours, "2026-10-23T16:00:00Z"));
        // A Monday after it.
        assert!(!cover(&hours, "2026-10-26T06:30:00Z"));
        assert!(cover(&hours, "2026-10-26T07:00:00Z"));
    }

    #[test]
    fn weekends_are_those_of_the_time_zone() {
        // Still Sunday in Los Angeles, long Monday in Auckland.
        let at = "2026-10-25T22:00:00Z";
        assert!(!cover(&working("America/Los_Angeles", "08:00-18:00"), at));
        assert!(cover(&working("Pacific/Auckland", "08:00-18:00"), at));
    }

    #[test]
    fn nights_belong_to_the_day_they_begin_on() {
        let hours = working("UTC", "22:00-06:00");
        assert!(cover(&hours, "2026-10-23T23:00:00Z"), "Friday night");
        assert!(cover(&hours, "2026-10-24T05:59:00Z"), "its end on Saturday");
        assert!(!cover(&hours, "2026-10-24T22:00:00Z"), "Saturday night");
        assert!(!cover(&hours, "2026-10-26T05:00:00Z"), "Monday before dawn, which is Sunday's");
        assert!(cover(&working("UTC", "00:00-00:00"), "2026-10-23T03:00:00Z"), "all day");
    }

    #[test]
    fn what_is_no_span_of_hours_is_told() {
        for text in ["", "8-18", "08:00", "08:00-24:00", "08:60-18:00", "+8:00-18:00", "08:00-18:00-20:00"] {
            assert!(text.parse::<Hours>().is_err(), "{text}");
        }
        assert_eq!(working("UTC", "08:30-17:05").in_words(), "08:30-17:05");
    }

    #[test]
    fn a_zone_is_one_by_name() {
        for (name, is_one) in [
            ("Europe/Berlin", true),
            ("UTC", true),
            ("America/Argentina/Buenos_Aires", true),
            ("EST5EDT,M3.2.0,M11.1.0", false),
            ("../../etc/passwd", false),
            ("Europe/Nowhere", false),
            ("", false),
        ] {
            assert_eq!(zone(name).is_some(), is_one, "{name}");
        }
    }
}
