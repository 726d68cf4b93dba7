//! What Remote Desktop files are signed with.

use secrecy::SecretString;

use super::section::Section;
use super::{ConfigError, some_text};

/// What Remote Desktop files are signed with.
#[derive(Debug, Default)]
pub struct RdpSettings {
    /// A certificate, those that lead from it to a root, and its RSA key, in PEM. Files are not
    /// signed without.
    pub pem: Option<SecretString>,
}

impl RdpSettings {
    pub(super) fn take(mut section: Section) -> Result<Self, ConfigError> {
        let expected = "a certificate, its chain and its RSA key in PEM";
        let pem =
            section.secret(["pem", "pem_file"], expected, |text| some_text(text).map(SecretString::from))?;
        section.finish()?;
        Ok(Self { pem })
    }
}
