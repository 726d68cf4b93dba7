//! What Remote Desktop files are signed with.

use std::fmt;
use std::path::PathBuf;

use secrecy::SecretString;

use super::section::Section;
use super::{ConfigError, some_text};

/// What Remote Desktop files are signed with.
#[derive(Debug, Default)]
pub struct RdpSettings {
    /// Files are not signed without.
    pub signing: Option<SigningSettings>,
}

/// Where the certificates are, those that lead from them to a root, and the RSA keys.
#[derive(Debug, Clone)]
pub enum SigningSettings {
    /// In the settings, in PEM.
    Pem(SecretString),
    /// In these files together, in PEM.
    PemFiles(Vec<PathBuf>),
}

impl SigningSettings {
    /// The files that may change while the service runs.
    pub fn files(&self) -> &[PathBuf] {
        match self {
            Self::Pem(_) => &[],
            Self::PemFiles(files) => files,
        }
    }
}

impl fmt::Display for SigningSettings {
    /// The setting, and what it names.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Pem(_) => f.write_str("`rdp.pem`"),
            Self::PemFiles(files) => {
                let files: Vec<_> = files.iter().map(|file| file.display().to_string()).collect();
                write!(f, "`rdp.pem_file` ({})", files.join(", "))
            }
        }
    }
}

impl RdpSettings {
    pub(super) fn take(mut section: Section) -> Result<Self, ConfigError> {
        let expected = "a certificate, its chain and its RSA key in PEM";
        let pem = section.given_secret("pem", expected, |text| some_text(text).map(SecretString::from))?;
        let path = |text: &str| some_text(text).map(PathBuf::from);
        let files = section.list("pem_file", "the path of a file, or several", path)?;
        let files = files.filter(|files| !files.is_empty());
        let signing = match (pem, files) {
            (Some(_), Some(_)) => {
                return Err(ConfigError::Twice { one: section.name("pem"), other: section.name("pem_file") });
            }
            (Some(pem), None) => Some(SigningSettings::Pem(pem)),
            (None, Some(files)) => Some(SigningSettings::PemFiles(files)),
            (None, None) => None,
        };
        section.finish()?;
        Ok(Self { signing })
    }
}
