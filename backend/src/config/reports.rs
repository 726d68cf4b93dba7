//! What reports go by.

use regex::Regex;

use super::ConfigError;
use super::section::Section;
use crate::report::{Weekdays, WorkingHours, zone};

/// What reports go by where nobody chose otherwise.
#[derive(Debug, Clone)]
pub struct ReportsSettings {
    /// When people work, and in which time zone.
    pub hours: WorkingHours,
    /// What a ticket looks like within a reason.
    pub ticket: Regex,
}

/// `INC0012345`, `CHG-17`, `OPS-1234`.
const TICKET: &str = r"\b[A-Z]{2,10}-?[0-9]{2,}\b";

impl Default for ReportsSettings {
    fn default() -> Self {
        let ticket = Regex::new(TICKET).expect("a test reads it");
        Self { hours: WorkingHours::default(), ticket }
    }
}

impl ReportsSettings {
    pub(super) fn take(mut section: Section) -> Result<Self, ConfigError> {
        let mut settings = Self::default();
        let expected = "the IANA name of a time zone, such as Europe/Berlin";
        if let Some((zone, name)) =
            section.optional("time_zone", expected, |name| Some((zone(name)?, name.to_owned())))?
        {
            settings.hours.zone = zone;
            settings.hours.zone_name = name;
        }
        let expected = "from when to when people work, such as 08:00-18:00";
        if let Some(between) = section.optional("hours", expected, |text| text.parse().ok())? {
            settings.hours.between = between;
        }
        let expected = "days of the week out of mon, tue, wed, thu, fri, sat, sun";
        if let Some(days) = section.list("weekdays", expected, Weekdays::named)? {
            settings.hours.days = Weekdays::of(&days);
        }
        let expected = "a regular expression that finds a ticket in a reason, such as INC[0-9]+";
        if let Some(ticket) = section.optional("ticket", expected, |text| Regex::new(text).ok())? {
            settings.ticket = ticket;
        }
        section.finish()?;
        Ok(settings)
    }
}
