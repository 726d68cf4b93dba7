//! What Remote Desktop files are signed with.

use std::fmt;
use std::path::PathBuf;

use secrecy::SecretString;

use super::section::Section;
use super::{ConfigError, some_text};
use crate::azure::cloud::Cloud;
use crate::azure::key_vault::CertificateUrl;

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
    /// In a PKCS #12 file.
    Pfx {
        /// The file.
        file: PathBuf,
        /// Its password.
        password: SecretString,
    },
    /// In Azure Key Vault, which signs itself.
    KeyVault {
        /// Which.
        certificate: CertificateUrl,
        /// The certificates that lead from it to a root, in PEM: the vault tells only its own.
        chain: Option<PathBuf>,
    },
}

impl SigningSettings {
    /// The files that may change while the service runs.
    pub fn files(&self) -> &[PathBuf] {
        match self {
            Self::Pem(_) => &[],
            Self::PemFiles(files) => files,
            Self::Pfx { file, .. } => std::slice::from_ref(file),
            Self::KeyVault { chain, .. } => chain.as_slice(),
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
            Self::Pfx { file, .. } => write!(f, "`rdp.pfx_file` ({})", file.display()),
            Self::KeyVault { certificate, .. } => write!(f, "`rdp.key_vault_certificate` ({certificate})"),
        }
    }
}

impl RdpSettings {
    pub(super) fn take(mut section: Section, cloud: &Cloud) -> Result<Self, ConfigError> {
        let expected = "a certificate, its chain and its RSA key in PEM";
        let secret = |text: &str| some_text(text).map(SecretString::from);
        let path = |text: &str| some_text(text).map(PathBuf::from);
        let pem = section.given_secret("pem", expected, secret)?;
        let files = section.list("pem_file", "the path of a file, or several", path)?;
        let pfx = section.optional("pfx_file", "the path of a file", path)?;
        let password = section.secret(["pfx_password", "pfx_password_file"], "a password", secret)?;
        let vault = section.optional(
            "key_vault_certificate",
            "https://NAME.vault.azure.net/certificates/NAME, of the cloud that azure.cloud names",
            |text| text.parse::<CertificateUrl>().ok().filter(|url| url.is_of(cloud)),
        )?;
        let chain = section.optional("chain_file", "the path of a file", path)?;
        let named = [
            ("pem", pem.map(SigningSettings::Pem)),
            ("pem_file", files.filter(|files| !files.is_empty()).map(SigningSettings::PemFiles)),
            (
                "pfx_file",
                pfx.map(|file| SigningSettings::Pfx { file, password: password.unwrap_or_default() }),
            ),
            (
                "key_vault_certificate",
                vault.map(|certificate| SigningSettings::KeyVault { certificate, chain }),
            ),
        ];
        let mut named = named.into_iter().filter_map(|(key, signing)| Some((key, signing?)));
        let first = named.next();
        if let (Some((one, _)), Some((other, _))) = (&first, named.next()) {
            return Err(ConfigError::Twice { one: section.name(one), other: section.name(other) });
        }
        section.finish()?;
        Ok(Self { signing: first.map(|(_, signing)| signing) })
    }
}
