//! Requests for access and what becomes of them.

mod displaced;
mod extension;
mod status;
mod words;

use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::bastion::{BastionId, Whence};
use crate::duration::AccessDuration;
use crate::handoff::HandoffId;
use crate::port::Port;
use crate::redirection::Redirection;
use crate::resource_id::VmId;
use crate::session::Person;
use crate::source::Source;

pub use displaced::Displaced;
pub use extension::Extension;
pub use status::{Ending, InvalidTransition, Status, Technique};
pub use words::{Beneficiary, ParseWordsError, Reason};

/// What somebody asks for: ports of one or many machines, from one source, for a time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields, expecting = "an object with the fields vms, source and duration")]
pub struct NewAccess {
    /// The machines and their ports; at least one, at most [`NewAccess::MOST_VMS`].
    #[cfg_attr(feature = "openapi", schema(min_items = 1, max_items = 50))]
    pub vms: Vec<Target>,
    /// The address, or range, that the ports are opened for, or the Bastion that one comes through.
    pub source: Whence,
    /// For how long, from the moment Azure is asked.
    pub duration: AccessDuration,
    /// Why; some rules insist on it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<Reason>,
    /// For whom, if not for the one who asks. That takes a right of its own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub requested_for: Option<Beneficiary>,
    /// What of their own device the machine may use while they are connected by Remote Desktop, each
    /// once; some rule must allow it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub redirections: Vec<Redirection>,
    /// Whether a link is wanted that opens the session in a browser, without signing in at Azure,
    /// for as long as access lasts. That takes a Bastion that can, and a rule that lets one.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub shareable_link: bool,
    /// What others have open, or opening, that may end by this. A request that would end anything
    /// else of somebody else's is refused with a problem that lists it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub replaces: Vec<Displaced>,
}

impl NewAccess {
    /// How many machines one request may name.
    pub const MOST_VMS: usize = 50;
    /// How many ports one request may name of each machine.
    pub const MOST_PORTS: usize = 16;
}

/// A machine and the ports to open on it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields, expecting = "an object with the fields vm and ports")]
pub struct Target {
    /// The machine.
    pub vm: VmId,
    /// Its ports; at least one, at most [`NewAccess::MOST_PORTS`], each once.
    #[cfg_attr(feature = "openapi", schema(min_items = 1, max_items = 16))]
    pub ports: Vec<Port>,
}

/// What came of a [`NewAccess`]: one request per machine, in the order they were named.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CreatedAccess {
    /// The requests. One that Azure refused is here too, and says so in its status.
    pub items: Vec<AccessRequest>,
}

/// Names one request for access to one machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RequestId(pub Uuid);

impl FromStr for RequestId {
    type Err = ParseRequestIdError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Uuid::try_parse(text).map(Self).map_err(|_| ParseRequestIdError(text.to_owned()))
    }
}

impl fmt::Display for RequestId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// The text does not name a request.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("“{0}” does not name a request for access")]
pub struct ParseRequestIdError(String);

/// A request for access to one machine, and where it stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AccessRequest {
    /// Its name.
    pub id: RequestId,
    /// The machine.
    pub vm: VmId,
    /// The ports asked for.
    pub ports: Vec<Port>,
    /// For whose address.
    pub source: Source,
    /// The Bastion whose range that is, if access is through one.
    #[serde(default)]
    pub bastion: Option<BastionId>,
    /// Whether a link through that Bastion was asked for.
    #[serde(default)]
    pub shareable_link: bool,
    /// Why.
    pub reason: Option<Reason>,
    /// Who asked.
    pub requested_by: Person,
    /// For whom, if not for themselves.
    #[serde(default)]
    pub requested_for: Option<Beneficiary>,
    /// Who prepared it for them, if somebody did.
    #[serde(default)]
    pub handed_over: Option<HandedOver>,
    /// When Postern was asked.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
    pub requested_at: Timestamp,
    /// When the ports were first seen open, if they were.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, format = DateTime))]
    pub opened_at: Option<Timestamp>,
    /// When Azure closes the ports again.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
    pub ends_at: Timestamp,
    /// The access rule that let it through.
    pub rule: String,
    /// Whether the source is wider than that rule's usual limit: it got through because the rule
    /// says `anywhere`.
    #[serde(default)]
    pub broad: bool,
    /// What of their own device the machine may use while they are connected by Remote Desktop. Only
    /// a new request changes that.
    #[serde(default)]
    pub redirections: Vec<Redirection>,
    /// Where it stands.
    pub status: Status,
    /// Azure's correlation id of the call, to find it in the activity log.
    pub correlation_id: Option<String>,
    /// The request of the same person that this one makes last longer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub extends: Option<RequestId>,
    /// The newer request of the same person that took its place, if it ended by that.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub replaced_by: Option<RequestId>,
    /// Those of its ports that Azure has closed already, for a newer request perhaps, while the
    /// others are open.
    #[serde(default)]
    pub shut: Vec<Port>,
    /// Why it is still open although it was to be closed early, in a sentence for people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub not_closed: Option<String>,
}

impl AccessRequest {
    /// When it came to its end, or is to.
    pub fn over_at(&self) -> Timestamp {
        match self.status {
            Status::Refused { at, .. } | Status::Failed { at, .. } | Status::Ended { at, .. } => at,
            Status::Requesting | Status::Opening { .. } | Status::Open { .. } | Status::Closing { .. } => {
                self.ends_at
            }
        }
    }
}

/// How a request came about that somebody prepared for whoever made it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct HandedOver {
    /// Who prepared it, and by whose right it was let through.
    pub by: Person,
    /// What they prepared.
    pub handoff: HandoffId,
    /// Whether whoever made the request is a guest, who gave a code and has no account.
    pub guest: bool,
}

/// A request as it stood at a moment: one event of the live stream.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Watched {
    /// The server's time, so that a page can count down by it.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
    pub now: Timestamp,
    /// The request.
    pub request: AccessRequest,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_field_nobody_knows_is_refused() {
        let json = r#"{"vms":[],"source":"203.0.113.7","duration":"PT1H","until":"2030-01-01T00:00:00Z"}"#;
        assert!(serde_json::from_str::<NewAccess>(json).unwrap_err().to_string().contains("until"));
    }
}
