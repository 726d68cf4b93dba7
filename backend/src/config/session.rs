//! How long people stay signed in.

use jiff::SignedDuration;

use super::section::Section;
use super::{ConfigError, LENGTH_OF_TIME, length_of_time};
use crate::session::{Lifetime, SealingKey};

/// How long people stay signed in.
#[derive(Debug)]
pub struct SessionSettings {
    /// What sessions are sealed with. The same in every replica.
    pub key: SealingKey,
    /// What they were sealed with before.
    pub previous_key: Option<SealingKey>,
    /// How long a session lasts.
    pub lifetime: Lifetime,
}

impl SessionSettings {
    pub(super) fn take(mut section: Section) -> Result<Self, ConfigError> {
        let expected = "32 random bytes in base64, as `openssl rand -base64 32` prints them";
        let key = section.secret(["key", "key_file"], expected, |text| text.parse().ok())?;
        let key = key.ok_or_else(|| section.missing("key", expected))?;
        let previous_key =
            section.secret(["previous_key", "previous_key_file"], expected, |text| text.parse().ok())?;
        let idle = section.optional("idle", LENGTH_OF_TIME, length_of_time)?;
        let idle = idle.unwrap_or(SignedDuration::from_hours(1));
        let longer = "a length of time that is not shorter than `session.idle`, such as 8h";
        let absolute = section
            .optional("absolute", longer, |text| length_of_time(text).filter(|absolute| *absolute >= idle))?;
        section.finish()?;
        let absolute = absolute.unwrap_or(SignedDuration::from_hours(8).max(idle));
        Ok(Self { key, previous_key, lifetime: Lifetime { idle, absolute } })
    }
}
