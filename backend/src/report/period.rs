//! The month or the quarter that a report is about.

use std::fmt;
use std::str::FromStr;

use jiff::civil::{Date, date};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};

/// A month or a quarter of a year.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Period {
    first: Date,
    months: i8,
}

impl Period {
    /// Its first moment, and the first after it.
    pub fn bounds(self, zone: &TimeZone) -> (Timestamp, Timestamp) {
        let midnight =
            |day: Date| day.to_zoned(zone.clone()).map_or(Timestamp::MAX, |midnight| midnight.timestamp());
        (midnight(self.first), midnight(self.after()))
    }

    /// Its days.
    pub fn days(self) -> Vec<Date> {
        self.first.series(1.day()).take_while(|day| *day < self.after()).collect()
    }

    fn after(self) -> Date {
        self.first.saturating_add(i32::from(self.months).months())
    }
}

impl FromStr for Period {
    type Err = WrongPeriod;

    fn from_str(text: &str) -> Result<Self, WrongPeriod> {
        let wrong = || WrongPeriod(text.to_owned());
        let (year, part) = text.split_once('-').ok_or_else(wrong)?;
        let is_year = year.len() == 4 && year.bytes().all(|digit| digit.is_ascii_digit());
        // Azure is not older, and there is a year after the last one.
        let year = year.parse::<i16>().ok().filter(|year| is_year && (2008..9999).contains(year));
        let year = year.ok_or_else(wrong)?;
        let (month, months) = match part {
            "Q1" | "q1" => (1, 3),
            "Q2" | "q2" => (4, 3),
            "Q3" | "q3" => (7, 3),
            "Q4" | "q4" => (10, 3),
            month if month.len() == 2 && month.bytes().all(|digit| digit.is_ascii_digit()) => {
                (month.parse().ok().filter(|month| (1..=12).contains(month)).ok_or_else(wrong)?, 1)
            }
            _ => return Err(wrong()),
        };
        Ok(Self { first: date(year, month, 1), months })
    }
}

impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month) = (self.first.year(), self.first.month());
        if self.months == 3 { write!(f, "{year}-Q{}", month / 3 + 1) } else { write!(f, "{year}-{month:02}") }
    }
}

/// The text names no month and no quarter.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("“{0}” is neither a month, such as 2026-10, nor a quarter, such as 2026-Q3")]
pub struct WrongPeriod(String);

#[cfg(test)]
mod tests {
    use super::*;

    fn bounds(period: &str, zone: &str) -> (String, String) {
        let zone = TimeZone::get(zone).unwrap();
        let (begins, ends) = period.parse::<Period>().unwrap().bounds(&zone);
        (begins.to_string(), ends.to_string())
    }

    #[test]
    fn it_is_as_long_as_where_it_is() {
        let berlin = ("2026-09-30T22:00:00Z".to_owned(), "2026-10-31T23:00:00Z".to_owned());
        assert_eq!(bounds("2026-10", "Europe/Berlin"), berlin);
        assert_eq!(bounds("2026-Q4", "UTC"), ("2026-10-01T00:00:00Z".into(), "2027-01-01T00:00:00Z".into()));
        assert_eq!(bounds("2026-12", "Asia/Kolkata").1, "2026-12-31T18:30:00Z");
    }

    #[test]
    fn it_has_all_of_its_days() {
        let days = |period: &str| period.parse::<Period>().unwrap().days();
        assert_eq!((days("2028-02").len(), days("2026-Q3").len()), (29, 92));
        assert_eq!(days("2028-02").last(), Some(&date(2028, 2, 29)));
    }

    #[test]
    fn it_reads_as_it_was_written() {
        for text in ["2026-01", "2026-12", "2026-Q1", "2026-Q2", "2026-Q3", "2026-Q4"] {
            assert_eq!(text.parse::<Period>().unwrap().to_string(), text);
        }
        assert_eq!("2026-q3".parse::<Period>().unwrap().to_string(), "2026-Q3");
    }

    #[test]
    fn what_is_none_is_told() {
        for text in [
            "",
            "2026",
            "2026-0",
            "2026-13",
            "2026-00",
            "2026-Q5",
            "2026-Q0",
            "26-01",
            "9999-12",
            "+202-01",
            "2026-+1",
            "2026-10-01",
        ] {
            assert_eq!(text.parse::<Period>(), Err(WrongPeriod(text.to_owned())), "{text}");
        }
    }
}
