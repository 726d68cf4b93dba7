//! Access that somebody prepares for somebody else, who has it opened for their own address.

mod id;

use std::fmt;
use std::net::IpAddr;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

pub use id::{HandoffId, ParseHandoffIdError};

use crate::access::{AccessRequest, Beneficiary, Displaced, Reason, RequestId};
use crate::duration::AccessDuration;
use crate::port::Port;
use crate::preflight::PortReach;
use crate::resource_id::VmId;
use crate::session::{Person, SeenAddress};

/// What somebody prepares for somebody else.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields, expecting = "an object with the fields vm, ports, duration and requested_for")]
pub struct NewHandoff {
    /// The machine.
    pub vm: VmId,
    /// Its ports; at least one, at most [`crate::access::NewAccess::MOST_PORTS`], each once.
    #[cfg_attr(feature = "openapi", schema(min_items = 1, max_items = 16))]
    pub ports: Vec<Port>,
    /// For how long, from the moment they have it opened.
    pub duration: AccessDuration,
    /// For whom: what they sign in with. For a guest, what they are called.
    pub requested_for: Beneficiary,
    /// Why; some rules insist on it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<Reason>,
    /// Whether they have no account here and prove who they are by a code. Only some rules allow
    /// that.
    #[serde(default)]
    pub guest: bool,
}

/// Something that was prepared, and what has become of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Handoff {
    /// Its name.
    pub id: HandoffId,
    /// The machine.
    pub vm: VmId,
    /// The ports that will be opened.
    pub ports: Vec<Port>,
    /// For how long.
    pub duration: AccessDuration,
    /// For whom.
    pub requested_for: Beneficiary,
    /// Whether they prove who they are by a code, and not by signing in.
    pub guest: bool,
    /// Why.
    pub reason: Option<Reason>,
    /// Who prepared it.
    pub prepared_by: Person,
    /// When.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
    pub prepared_at: Timestamp,
    /// Until when its link is good.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
    pub expires_at: Timestamp,
    /// Where it stands.
    pub state: HandoffState,
}

/// Where something that was prepared stands. Only from the first of these it can become another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum HandoffState {
    /// Its link is good.
    Prepared,
    /// They have had it opened.
    Redeemed {
        /// When.
        #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
        at: Timestamp,
        /// The request that came of it.
        request: RequestId,
    },
    /// It was taken back.
    Revoked {
        /// When.
        #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
        at: Timestamp,
        /// By whom.
        by: Person,
    },
    /// Nobody came in time.
    Expired {
        /// When.
        #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
        at: Timestamp,
    },
    /// Somebody tried too many codes.
    Locked {
        /// When.
        #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
        at: Timestamp,
    },
}

impl HandoffState {
    /// Its name on the wire.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Prepared => "prepared",
            Self::Redeemed { .. } => "redeemed",
            Self::Revoked { .. } => "revoked",
            Self::Expired { .. } => "expired",
            Self::Locked { .. } => "locked",
        }
    }

    /// Where it stands at `now`, when the end of its time may not have been written down yet.
    #[must_use]
    pub fn at(self, expires_at: Timestamp, now: Timestamp) -> Self {
        match self {
            Self::Prepared if now >= expires_at => Self::Expired { at: expires_at },
            state => state,
        }
    }
}

/// What whoever prepared something hands over. It is told once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PreparedHandoff {
    /// What was prepared.
    pub handoff: Handoff,
    /// The link for whom it is for. What stands behind its `#` is the secret.
    pub link: String,
    /// The link as a QR code: an SVG picture.
    pub qr: String,
    /// What to write to them, with the link in it.
    pub message: String,
    /// The code for a guest, to be told by another way than the link.
    pub code: Option<String>,
}

/// How somebody shows that they were given a link.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields, expecting = "an object with the field secret")]
pub struct Knock {
    /// What stands behind the `#` of the link. Whoever has had it opened needs none to look.
    #[serde(default)]
    pub secret: Option<String>,
}

/// How a guest shows that a link is for them.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields, expecting = "an object with the fields secret and code")]
pub struct GuestKnock {
    /// What stands behind the `#` of the link.
    pub secret: String,
    /// The code that they were told.
    pub code: String,
}

/// That somebody wants what was prepared to be opened.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields, expecting = "an object with the fields secret and address")]
pub struct Redemption {
    /// What stands behind the `#` of the link.
    pub secret: String,
    /// The address that they were shown, which must still be theirs.
    #[cfg_attr(feature = "openapi", schema(value_type = String, example = "203.0.113.7"))]
    pub address: IpAddr,
    /// What others may lose by it, as an answer without it has listed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub replaces: Vec<Displaced>,
}

/// What somebody who was given a link gets to see.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(tag = "view", rename_all = "snake_case")]
pub enum HandoffView {
    /// The link is good; who they are is not known.
    WhoAreYou {
        /// Whether a code tells that, and not signing in.
        guest: bool,
    },
    /// It is for somebody else.
    NotYours,
    /// It is for somebody else, and they are who prepared it.
    YouPrepared {
        /// What was prepared.
        handoff: Handoff,
    },
    /// It is for them, and can be opened.
    Ready {
        /// What was prepared.
        handoff: Handoff,
        /// The address that it will be opened for.
        address: SeenAddress,
        /// The server's time.
        #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
        now: Timestamp,
    },
    /// They have had it opened.
    Opened {
        /// What was prepared.
        handoff: Handoff,
        /// The request that came of it.
        request: Box<AccessRequest>,
        /// What to connect to, the best first.
        destinations: Vec<String>,
        /// Whether they get through to each port that is open; empty while none is, or where the
        /// machine could not be looked at.
        reach: Vec<PortReach>,
        /// Whether they can have it closed before its time.
        can_close: bool,
        /// The server's time.
        #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
        now: Timestamp,
    },
    /// The link is not good any more.
    Over {
        /// Why.
        why: Over,
        /// Whether it was for somebody without an account.
        guest: bool,
    },
}

impl HandoffView {
    /// The server's time, where that matters to what is seen.
    pub fn now(&self) -> Option<Timestamp> {
        match self {
            Self::Ready { now, .. } | Self::Opened { now, .. } => Some(*now),
            Self::WhoAreYou { .. } | Self::NotYours | Self::YouPrepared { .. } | Self::Over { .. } => None,
        }
    }
}

/// Why a link is not good any more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Over {
    /// It has been used.
    Used,
    /// It was taken back.
    Revoked,
    /// Its time is over.
    Expired,
    /// Too many codes were tried.
    Locked,
}

impl fmt::Debug for Knock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Knock").finish_non_exhaustive()
    }
}

impl fmt::Debug for GuestKnock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("GuestKnock").finish_non_exhaustive()
    }
}

impl fmt::Debug for Redemption {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Redemption").field("address", &self.address).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
