//! Azure Bastion, through which a machine is reached without an address on the Internet.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::resource_id::{ParseIdError, resource_id};
use crate::source::{ParseSourceError, Source};
use crate::text::text_on_the_wire;

resource_id!(
    /// The ARM resource id of a Bastion host; compared without regard to case. Its subscription need
    /// not be that of the machine.
    BastionId, "a Bastion", "Microsoft.Network/bastionHosts", "hq-bastion"
);

/// From where access is asked for: a source as it is, or a Bastion, whose range is then read from
/// Azure and never taken from the one who asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Whence {
    /// This source.
    Source(Source),
    /// Through this Bastion.
    Bastion(BastionId),
}

impl From<Source> for Whence {
    fn from(source: Source) -> Self {
        Self::Source(source)
    }
}

impl FromStr for Whence {
    type Err = ParseWhenceError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let text = text.trim();
        // No source begins like an id.
        if text.starts_with('/') { Ok(Self::Bastion(text.parse()?)) } else { Ok(Self::Source(text.parse()?)) }
    }
}

impl fmt::Display for Whence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Source(source) => source.fmt(f),
            Self::Bastion(bastion) => bastion.fmt(f),
        }
    }
}

text_on_the_wire!(
    Whence,
    "An IP address, a CIDR range, * for any source, or the ARM resource id of a Bastion, for whose subnet the ports are then opened",
    "203.0.113.7"
);

/// The text was neither a source nor the id of a Bastion.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ParseWhenceError {
    /// It is no source.
    #[error(transparent)]
    Source(#[from] ParseSourceError),
    /// It begins like an id and is none.
    #[error(transparent)]
    Bastion(#[from] ParseIdError),
}

/// What there is to know of a machine beside [`crate::vm::VmDetails`]: the ways to it that lead
/// through Azure.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Ways {
    /// Whether a Bastion reaches it.
    pub bastion: ByBastion,
    /// Its page in the Azure portal, where there is a portal.
    pub portal: Option<String>,
}

/// Whether a Bastion reaches a machine.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum ByBastion {
    /// This one does.
    Reached {
        /// The Bastion; of several, the one that can do most.
        bastion: Bastion,
    },
    /// None does, as far as is known.
    Unreached {
        /// Why, in a sentence for people.
        reason: String,
    },
}

/// A Bastion that reaches a machine.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Bastion {
    /// Its ARM resource id.
    pub id: BastionId,
    /// What it was paid for.
    pub sku: Sku,
    /// Why it reaches the machine, in a sentence for people.
    pub why: String,
    /// The range it connects from, which ports are opened for. Without one, nothing can be
    /// requested through it.
    pub network: Option<Source>,
    /// Whether it takes clients of one's own: `az network bastion rdp`, `ssh` and `tunnel`.
    pub native_client: bool,
    /// Whether a link to the machine that needs no sign-in at Azure may be asked for.
    pub shareable_link: bool,
}

/// What a Bastion was paid for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Sku {
    /// Shared with others, and for the machines of its own network only.
    Developer,
    /// The portal alone.
    Basic,
    /// With clients of one's own and links, where they are switched on.
    Standard,
    /// The same, and sessions can be recorded.
    Premium,
    /// Azure said something new.
    #[serde(other)]
    Unknown,
}

impl Sku {
    /// What Azure calls it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Unknown => "unknown",
            Self::Developer => "Developer",
            Self::Basic => "Basic",
            Self::Standard => "Standard",
            Self::Premium => "Premium",
        }
    }

    /// What Azure calls so; compared without regard to case.
    pub fn named(name: &str) -> Self {
        let all = [Self::Developer, Self::Basic, Self::Standard, Self::Premium];
        all.into_iter().find(|sku| sku.name().eq_ignore_ascii_case(name)).unwrap_or(Self::Unknown)
    }

    /// Whether it has features that can be switched on: clients of one's own, and links.
    pub fn has_features(self) -> bool {
        matches!(self, Self::Standard | Self::Premium)
    }
}

/// A link that opens a session with a machine in the browser. Whoever has it gets as far as the
/// machine's own sign-in, so it is shown to nobody but the one who asked for it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ShareableLink {
    /// Its URL, once Azure has made it.
    pub url: Option<String>,
    /// What is the matter where there is none, in a sentence for people.
    pub reason: Option<String>,
}

impl fmt::Debug for ShareableLink {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let url = self.url.as_ref().map(|_| "[REDACTED]");
        f.debug_struct("ShareableLink").field("url", &url).field("reason", &self.reason).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "/subscriptions/11111111-2222-3333-4444-555555555555/resourceGroups/Hub-(1)/providers/Microsoft.Network/bastionHosts/hub";

    #[test]
    fn from_where_is_a_source_or_a_bastion() {
        assert_eq!("203.0.113.7".parse(), Ok(Whence::Source("203.0.113.7".parse().unwrap())));
        assert_eq!(ID.parse(), Ok(Whence::Bastion(ID.parse().unwrap())));
        assert_eq!(ID.parse::<Whence>().unwrap().to_string(), ID);
        for wrong in ["", "/", "hub", &ID.replace("bastionHosts", "virtualMachines"), &format!("{ID}/x")] {
            assert!(wrong.parse::<Whence>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn the_id_of_a_bastion_is_compared_without_case_and_shown_as_given() {
        let id: BastionId = ID.parse().unwrap();
        assert_eq!(ID.to_uppercase().parse(), Ok(id.clone()));
        assert_eq!((id.name().as_str(), id.resource_group().as_str()), ("hub", "Hub-(1)"));
    }

    #[test]
    fn a_link_does_not_show_itself_in_a_log() {
        let link = ShareableLink { url: Some("https://bst.bastion.azure.com/x".into()), reason: None };
        assert!(!format!("{link:?}").contains("bastion.azure.com"));
    }

    #[test]
    fn what_azure_calls_a_sku_is_known_in_any_case() {
        assert_eq!(Sku::named("standard"), Sku::Standard);
        assert_eq!(Sku::named("Galactic"), Sku::Unknown);
    }
}
