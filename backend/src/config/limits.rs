//! How often somebody may ask.

use std::num::{NonZeroU32, NonZeroUsize};

use super::ConfigError;
use super::section::Section;
use crate::limits::{GrantLimits, LimitSettings};

impl LimitSettings {
    pub(super) fn take(mut section: Section) -> Result<Self, ConfigError> {
        let default = Self::default();
        let mut rate = |key, default: NonZeroU32| {
            Ok(section.optional(key, EXPECTED, |text| text.parse().ok())?.unwrap_or(default))
        };
        let calls = rate("calls_per_minute", default.calls)?;
        let sign_ins = rate("sign_ins_per_minute", default.sign_ins)?;
        let changes = rate("changes_per_minute", default.changes)?;
        let mut grants = |key, default: NonZeroUsize| {
            Ok(section.optional(key, EXPECTED, |text| text.parse().ok())?.unwrap_or(default))
        };
        let grants = GrantLimits {
            minute: grants("grants_per_minute", default.grants.minute)?,
            hour: grants("grants_per_hour", default.grants.hour)?,
            day: grants("grants_per_day", default.grants.day)?,
        };
        section.finish()?;
        Ok(Self { calls, sign_ins, changes, grants })
    }
}

const EXPECTED: &str = "a whole number, 1 or more";
