//! What is done with just-in-time access beside requesting it.

use shared::access::Technique;

use super::ConfigError;
use super::section::Section;

/// What is done with just-in-time access beside requesting it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct JitSettings {
    /// How access is closed before its time; `None` if it cannot be.
    pub close: Option<Technique>,
}

impl Default for JitSettings {
    fn default() -> Self {
        Self { close: Some(Technique::Shorten) }
    }
}

impl JitSettings {
    pub(super) fn take(mut section: Section) -> Result<Self, ConfigError> {
        let close = section.optional("close", "shorten, remove-rule or off", |text| match text {
            "shorten" => Some(Some(Technique::Shorten)),
            "remove-rule" => Some(Some(Technique::RemoveRule)),
            "off" => Some(None),
            _ => None,
        })?;
        section.finish()?;
        Ok(Self { close: close.unwrap_or(Self::default().close) })
    }
}
