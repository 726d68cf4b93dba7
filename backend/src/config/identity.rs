//! In whose name Azure is asked to change something.

use super::section::Section;
use super::{ConfigError, SignInSettings};

/// In whose name Azure is asked to change something.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct IdentitySettings {
    /// Postern's, or that of whoever asks for it.
    pub mode: IdentityMode,
}

/// Whose rights at Azure count, beside the access rules, when somebody has something changed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum IdentityMode {
    /// Those of Postern's own identity.
    #[default]
    Service,
    /// Those of the person who asks. Postern's own identity only looks.
    Delegated,
}

impl IdentitySettings {
    pub(super) fn take(mut section: Section, sign_in: &SignInSettings) -> Result<Self, ConfigError> {
        let mode = section.optional("mode", "service or delegated", |text| match text {
            "service" => Some(IdentityMode::Service),
            "delegated" => Some(IdentityMode::Delegated),
            _ => None,
        })?;
        let mode = mode.unwrap_or_default();
        if mode == IdentityMode::Delegated && sign_in.issuer.tenant().is_none() {
            return Err(ConfigError::Wrong {
                name: section.name("mode"),
                given: format!("`delegated`, while people sign in to {}", sign_in.issuer.as_str()),
                expected: "service, or a tenant of Microsoft Entra ID as `sign_in.issuer`: nobody else gives tokens for Azure",
            });
        }
        section.finish()?;
        Ok(Self { mode })
    }
}
