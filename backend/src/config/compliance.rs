//! How it is found out who answers for a machine.

use super::ConfigError;
use super::section::Section;
use crate::compliance::OwnerTag;

/// How it is found out who answers for a machine.
#[derive(Debug, Default)]
pub struct ComplianceSettings {
    /// The tag that says it.
    pub owner_tag: OwnerTag,
}

impl ComplianceSettings {
    pub(super) fn take(mut section: Section) -> Result<Self, ConfigError> {
        let expected = "the name of a tag, such as owner";
        let owner_tag = section.optional("owner_tag", expected, |text| text.parse().ok())?;
        section.finish()?;
        Ok(Self { owner_tag: owner_tag.unwrap_or_default() })
    }
}
