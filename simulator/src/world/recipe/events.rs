//! What the activity log is to tell of the past.

use jiff::SignedDuration;
use serde::Deserialize;

/// Something that somebody did to the just-in-time policy of a machine before this world began.
///
/// Past requests stand in the log by themselves.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewEvent {
    /// The machine whose policy it was done to.
    pub vm: String,
    #[serde(rename = "did")]
    pub deed: NewDeed,
    /// Username of a person or name of an app.
    pub by: String,
    /// The address they did it from.
    pub address: String,
    /// How long before the beginning it was done.
    pub ago: SignedDuration,
    /// What it was answered.
    #[serde(default = "ok")]
    pub status: u16,
}

/// What was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum NewDeed {
    Initiate,
    Write,
    Delete,
}

impl NewDeed {
    /// As role definitions name it.
    pub(crate) fn action(self) -> &'static str {
        match self {
            Self::Initiate => "Microsoft.Security/locations/jitNetworkAccessPolicies/initiate/action",
            Self::Write => "Microsoft.Security/locations/jitNetworkAccessPolicies/write",
            Self::Delete => "Microsoft.Security/locations/jitNetworkAccessPolicies/delete",
        }
    }
}

fn ok() -> u16 {
    200
}
