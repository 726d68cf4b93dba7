//! How long access is asked for, as it is typed: a number, of minutes or of hours.

use shared::duration::{AccessDuration, ParseDurationError};

/// The chips' lengths, in minutes.
const CHIPS: [i64; 3] = [30, 60, 120];

/// A number and its unit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Length {
    /// The number, as it was typed.
    pub number: String,
    /// What it counts.
    pub unit: Unit,
}

/// What a length is counted in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    /// Minutes.
    Minutes,
    /// Hours.
    Hours,
}

impl Unit {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Minutes, Self::Hours];

    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Minutes => "minutes",
            Self::Hours => "hours",
        }
    }

    /// The one with this name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|unit| unit.name() == name)
    }
}

impl Length {
    /// A duration as it would be typed.
    pub fn of(duration: AccessDuration) -> Self {
        let minutes = duration.minutes();
        if minutes >= 60 && minutes.is_multiple_of(60) {
            return Self { number: (minutes / 60).to_string(), unit: Unit::Hours };
        }
        Self { number: minutes.to_string(), unit: Unit::Minutes }
    }

    /// The same as an address has it.
    pub fn short(&self) -> String {
        let unit = match self.unit {
            Unit::Minutes => 'm',
            Unit::Hours => 'h',
        };
        format!("{}{unit}", self.number)
    }

    /// What is asked for unless something else is chosen: an hour, or less where that is too long.
    pub fn usual(longest: AccessDuration) -> Self {
        Self::of(AccessDuration::from_minutes(60).map_or(longest, |hour| hour.min(longest)))
    }

    /// The duration it stands for, or what is wrong with it.
    pub fn parse(&self) -> Result<AccessDuration, String> {
        let no_number = || format!("Enter a number of {}.", self.unit.name());
        let number = self.number.trim().trim_end_matches(['.', ',']);
        if !number.chars().all(|c| c.is_ascii_digit() || c == '.' || c == ',') {
            return Err(no_number());
        }
        let zero = if number.starts_with(['.', ',']) { "0" } else { "" };
        let unit = match self.unit {
            Unit::Minutes => "M",
            Unit::Hours => "H",
        };
        format!("PT{zero}{number}{unit}").parse().map_err(|error| match error {
            ParseDurationError::Malformed(_) => no_number(),
            ParseDurationError::NotWholeMinutes(_) => "Access lasts a whole number of minutes.".to_owned(),
            ParseDurationError::OutOfBounds => error.to_string(),
        })
    }
}

impl Length {
    /// Whether it is more than access can last anywhere.
    pub fn is_too_long(&self) -> bool {
        let whole = self.number.trim().split(['.', ',']).next().unwrap_or_default();
        let most = match self.unit {
            Unit::Minutes => u64::from(AccessDuration::LONGEST.minutes()),
            Unit::Hours => u64::from(AccessDuration::LONGEST.minutes() / 60),
        };
        whole.parse::<u64>().is_ok_and(|number| most < number)
    }
}

/// A duration as an address has it: `30m`, `2h`, or in full, `PT30M`.
pub fn short(text: &str) -> Option<AccessDuration> {
    text.parse().or_else(|_| format!("PT{text}").parse()).ok()
}

/// The lengths to choose from with one press, and what each is called.
pub fn chips(longest: AccessDuration) -> Vec<(AccessDuration, String)> {
    let shorter = CHIPS.into_iter().filter_map(|minutes| AccessDuration::from_minutes(minutes).ok());
    shorter
        .filter(|chip| *chip < longest)
        .map(|chip| (chip, chip.words()))
        .chain([(longest, format!("Max ({})", longest.words()))])
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn length(number: &str, unit: Unit) -> Result<String, String> {
        Length { number: number.into(), unit }.parse().map(AccessDuration::words)
    }

    #[test]
    fn a_length_can_be_typed_in_minutes_or_hours() {
        assert_eq!(length("90", Unit::Minutes).unwrap(), "1 h 30 min");
        assert_eq!(length(" 1,5 ", Unit::Hours).unwrap(), "1 h 30 min");
        assert_eq!(length("0.1", Unit::Hours).unwrap(), "6 min");
        assert_eq!(length(",5", Unit::Hours).unwrap(), "30 min");
    }

    #[test]
    fn what_is_no_length_says_what_would_be() {
        assert_eq!(length("", Unit::Hours).unwrap_err(), "Enter a number of hours.");
        assert_eq!(length("7.5", Unit::Minutes).unwrap_err(), "Access lasts a whole number of minutes.");
        for number in ["-1", "4", "1441", "1e99", "inf", "9H5", "1H"] {
            assert!(length(number, Unit::Minutes).is_err(), "{number}");
        }
        assert!(length("NaN", Unit::Minutes).is_err());
    }

    #[test]
    fn a_duration_is_written_as_people_would() {
        for (minutes, number, unit) in
            [(180, "3", Unit::Hours), (90, "90", Unit::Minutes), (5, "5", Unit::Minutes)]
        {
            let duration = AccessDuration::from_minutes(minutes).unwrap();
            assert_eq!(Length::of(duration), Length { number: number.into(), unit });
            assert_eq!(Length::of(duration).parse(), Ok(duration));
        }
    }

    #[test]
    fn an_address_may_say_it_short_or_in_full() {
        for (text, words) in [("30m", "30 min"), ("2h", "2 h"), ("1h30m", "1 h 30 min"), ("PT45M", "45 min")]
        {
            let duration = short(text).unwrap();
            assert_eq!(duration.words(), words);
            assert_eq!(short(&Length::of(duration).short()), Some(duration));
        }
        for text in ["", "30", "m", "1m", "25h", "half an hour", "-30m"] {
            assert_eq!(short(text), None, "{text}");
        }
    }

    #[test]
    fn the_last_chip_is_the_most_there_is_and_no_chip_is_longer() {
        let names = |minutes| -> Vec<String> {
            chips(AccessDuration::from_minutes(minutes).unwrap()).into_iter().map(|(_, name)| name).collect()
        };
        assert_eq!(names(180), ["30 min", "1 h", "2 h", "Max (3 h)"]);
        assert_eq!(names(60), ["30 min", "Max (1 h)"]);
        assert_eq!(names(15), ["Max (15 min)"]);
    }
}
