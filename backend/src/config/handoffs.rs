//! How long what is prepared for others is good.

use jiff::SignedDuration;

use super::section::Section;
use super::{ConfigError, length_of_time};

/// How long what is prepared for others is good.
#[derive(Debug)]
pub struct HandoffsSettings {
    /// How long a link is.
    pub last: SignedDuration,
}

impl Default for HandoffsSettings {
    fn default() -> Self {
        Self { last: SignedDuration::from_mins(15) }
    }
}

impl HandoffsSettings {
    pub(super) fn take(mut section: Section) -> Result<Self, ConfigError> {
        let expected = "a length of time of at most a day, such as 15m or 1h";
        let at_most_a_day =
            |text: &str| length_of_time(text).filter(|last| *last <= SignedDuration::from_hours(24));
        let last = section.optional("last", expected, at_most_a_day)?;
        section.finish()?;
        Ok(last.map_or_else(Self::default, |last| Self { last }))
    }
}
