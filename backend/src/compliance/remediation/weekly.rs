//! When owners are asked by themselves.

use std::str::FromStr;

use jiff::civil::{Time, Weekday};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use shared::jit_list::Severity;

use crate::report::{Weekdays, time_of_day};

/// When owners are asked by themselves, and how.
#[derive(Debug, Clone)]
pub struct Weekly {
    /// When.
    pub at: WeekTime,
    /// In which time zone.
    pub zone: TimeZone,
    /// The webhook that is told; by mail if there is none.
    pub webhook: Option<String>,
    /// How severe it is at least.
    pub least: Severity,
}

/// A time of the week, such as `mon 08:00`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WeekTime {
    day: Weekday,
    time: Time,
}

impl Weekly {
    /// When it was last time, or is at this moment.
    pub fn last(&self, now: Timestamp) -> Timestamp {
        let local = now.to_zoned(self.zone.clone());
        let back = i64::from(local.weekday().since(self.at.day));
        let at = self.on(local.date().saturating_sub(SignedDuration::from_hours(24 * back)));
        if at <= now {
            at
        } else {
            self.on(local.date().saturating_sub(SignedDuration::from_hours(24 * (back + 7))))
        }
    }

    /// When it is the next time after a moment.
    pub fn next(&self, now: Timestamp) -> Timestamp {
        let last = self.last(now).to_zoned(self.zone.clone());
        self.on(last.date().saturating_add(SignedDuration::from_hours(24 * 7)))
    }

    /// The name of the week that a moment is in, such as `2030-W02`. Nobody is asked twice in one,
    /// whatever the settings say meanwhile.
    pub fn week(&self, at: Timestamp) -> String {
        let week = at.to_zoned(self.zone.clone()).date().iso_week_date();
        format!("{:04}-W{:02}", week.year(), week.week())
    }

    /// The moment on a day; where clocks are put forward over it, right after.
    fn on(&self, date: jiff::civil::Date) -> Timestamp {
        let zoned = date.to_datetime(self.at.time).to_zoned(self.zone.clone());
        zoned.map_or(Timestamp::MAX, |zoned| zoned.timestamp())
    }
}

impl FromStr for WeekTime {
    type Err = NoWeekTime;

    fn from_str(text: &str) -> Result<Self, NoWeekTime> {
        let (day, time) = text.split_once(' ').ok_or(NoWeekTime)?;
        let day = Weekdays::named(day).ok_or(NoWeekTime)?;
        Ok(Self { day, time: time_of_day(time).ok_or(NoWeekTime)? })
    }
}

/// The text is no time of the week.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a time of the week is written as `mon 08:00`")]
pub struct NoWeekTime;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::zone;

    fn weekly(at: &str, name: &str) -> Weekly {
        let (at, zone) = (at.parse().unwrap(), zone(name).unwrap());
        Weekly { at, zone, webhook: None, least: Severity::Unknown }
    }

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn it_is_once_a_week_by_the_clocks_there() {
        // 2030-01-07 is a Monday.
        let monday = weekly("mon 08:00", "Europe/Berlin");
        for (now, last) in [
            ("2030-01-07T06:59:59Z", "2029-12-31T07:00:00Z"),
            ("2030-01-07T07:00:00Z", "2030-01-07T07:00:00Z"),
            ("2030-01-09T12:00:00Z", "2030-01-07T07:00:00Z"),
            ("2030-01-13T23:30:00Z", "2030-01-07T07:00:00Z"),
            // Summer: clocks go forward on 31 March.
            ("2030-04-01T06:00:00Z", "2030-04-01T06:00:00Z"),
        ] {
            assert_eq!(monday.last(at(now)), at(last), "{now}");
        }
        assert_eq!(monday.next(at("2030-01-07T06:59:59Z")), at("2030-01-07T07:00:00Z"));
        assert_eq!(monday.next(at("2030-01-07T07:00:00Z")), at("2030-01-14T07:00:00Z"));
        assert_eq!(monday.next(at("2030-03-27T12:00:00Z")), at("2030-04-01T06:00:00Z"));
    }

    #[test]
    fn an_hour_that_clocks_leave_out_comes_right_after() {
        let sunday = weekly("sun 02:30", "Europe/Berlin");
        assert_eq!(sunday.last(at("2030-03-31T12:00:00Z")), at("2030-03-31T01:30:00Z"));
        assert_eq!(sunday.next(at("2030-03-31T12:00:00Z")), at("2030-04-07T00:30:00Z"));
    }

    #[test]
    fn a_week_has_one_name() {
        let monday = weekly("mon 08:00", "UTC");
        assert_eq!(monday.week(at("2029-12-31T08:00:00Z")), "2030-W01");
        assert_eq!(monday.week(at("2030-01-06T08:00:00Z")), "2030-W01");
        assert_eq!(monday.week(at("2030-01-07T08:00:00Z")), "2030-W02");
    }

    #[test]
    fn it_is_written_one_way() {
        for text in ["monday 08:00", "mon 8:00", "mon 24:00", "mon", "08:00", "mon  08:00", "Mon 08:00"] {
            assert_eq!(text.parse::<WeekTime>(), Err(NoWeekTime), "{text}");
        }
    }
}
