//! From where access is asked for.

use std::net::IpAddr;

use shared::source::{ParseSourceError, Source};

/// From where access is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// The address this browser is seen at.
    Device,
    /// A range with a name.
    Network(Source),
    /// Something typed.
    Typed(String),
    /// Any address.
    Anywhere,
}

impl Origin {
    /// The source it stands for; if what was typed is none, why not.
    pub fn source(&self, here: IpAddr) -> Result<Source, String> {
        match self {
            Self::Device => Ok(Source::address(here)),
            Self::Network(range) => Ok(*range),
            Self::Typed(text) if text.trim().is_empty() => Err("Enter an IP address or a range.".to_owned()),
            Self::Typed(text) => text.parse().map_err(|error: ParseSourceError| error.to_string()),
            Self::Anywhere => Ok(Source::ANY),
        }
    }

    /// The range that was meant where what was typed begins inside of one.
    pub(super) fn meant(&self) -> Option<String> {
        let Self::Typed(text) = self else { return None };
        match text.parse::<Source>() {
            Err(ParseSourceError::HostBits { meant, .. }) => Some(meant.to_string()),
            Ok(_) | Err(ParseSourceError::Malformed(_)) => None,
        }
    }

    /// What stands for `text` from the page's address or from an offer of the service.
    pub fn of_text(text: &str, networks: &[Source], here: IpAddr) -> Self {
        match text.parse::<Source>() {
            Ok(source) if source == Source::address(here) => Self::Device,
            Ok(source) if source.is_anywhere() => Self::Anywhere,
            Ok(source) if networks.contains(&source) => Self::Network(source),
            Ok(_) | Err(_) => Self::Typed(text.to_owned()),
        }
    }
}
