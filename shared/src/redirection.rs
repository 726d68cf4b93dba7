//! What of a person's own device a machine may use while they are connected by Remote Desktop.

use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// Something of a person's own device that a machine may use while they are connected.
///
/// These are all that the signature of a file covers, so that nobody can add one to a signed file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(rename_all = "kebab-case"))]
#[serde(try_from = "String", into = "String")]
pub enum Redirection {
    /// What is copied on one side can be pasted on the other.
    Clipboard,
    /// The disks, and all files on them.
    Drives,
    /// The printers.
    Printers,
    /// Smart cards, to sign in with on the machine.
    SmartCards,
    /// Serial ports.
    SerialPorts,
    /// What the machine plays is heard on the device.
    Sound,
}

impl Redirection {
    /// All of them, in the order in which they are shown.
    pub const ALL: [Self; 6] =
        [Self::Clipboard, Self::Drives, Self::Printers, Self::SmartCards, Self::SerialPorts, Self::Sound];

    /// Its name on the wire and in access rules.
    pub fn name(self) -> &'static str {
        match self {
            Self::Clipboard => "clipboard",
            Self::Drives => "drives",
            Self::Printers => "printers",
            Self::SmartCards => "smart-cards",
            Self::SerialPorts => "serial-ports",
            Self::Sound => "sound",
        }
    }

    /// What people call it.
    pub fn words(self) -> &'static str {
        match self {
            Self::SmartCards => "smart cards",
            Self::SerialPorts => "serial ports",
            Self::Clipboard | Self::Drives | Self::Printers | Self::Sound => self.name(),
        }
    }
}

impl FromStr for Redirection {
    type Err = ParseRedirectionError;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        let named = Self::ALL.into_iter().find(|redirection| redirection.name() == name);
        named.ok_or_else(|| ParseRedirectionError(name.to_owned()))
    }
}

impl TryFrom<String> for Redirection {
    type Error = ParseRedirectionError;

    fn try_from(name: String) -> Result<Self, Self::Error> {
        name.parse()
    }
}

impl From<Redirection> for String {
    fn from(redirection: Redirection) -> Self {
        redirection.name().to_owned()
    }
}

/// The text does not name anything that can be shared.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("“{0}” cannot be shared; there are clipboard, drives, printers, smart-cards, serial-ports and sound")]
pub struct ParseRedirectionError(String);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_the_same_everywhere() {
        for redirection in Redirection::ALL {
            let name = redirection.name();
            assert_eq!(serde_json::to_value(redirection).unwrap(), name);
            assert_eq!(name.parse(), Ok(redirection));
        }
        let error = "cameras".parse::<Redirection>().unwrap_err().to_string();
        assert!(Redirection::ALL.iter().all(|redirection| error.contains(redirection.name())), "{error}");
    }
}
