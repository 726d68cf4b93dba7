//! What Bastions are asked for.

use super::section::Section;
use super::{ConfigError, IdentityMode, IdentitySettings};

/// What Bastions are asked for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct BastionSettings {
    /// Whether access rules may let people ask for links that need no sign-in at Azure.
    pub shareable_links: bool,
}

impl BastionSettings {
    pub(super) fn take(mut section: Section, identity: IdentitySettings) -> Result<Self, ConfigError> {
        let shareable_links =
            section.optional("shareable_links", "true or false", |text| text.parse().ok())?;
        let shareable_links = shareable_links.unwrap_or(false);
        if shareable_links && identity.mode == IdentityMode::Delegated {
            return Err(ConfigError::Wrong {
                name: section.name("shareable_links"),
                given: "`true`, while Azure is asked in the name of people".to_owned(),
                expected: "false, or service as `identity.mode`: a link is deleted when nobody is there to ask for it",
            });
        }
        section.finish()?;
        Ok(Self { shareable_links })
    }
}
