//! What was done about just-in-time access: Azure's activity log and Postern's own trail, joined.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::access::RequestId;
use crate::port::Port;
use crate::resource_id::VmId;
use crate::vm::UnreadableSubscription;

/// A page of what was done, newest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ActivityPage {
    /// What was done. A page may be shorter than its limit although there is a next one.
    pub items: Vec<Activity>,
    /// What to pass as `cursor` to go on; `None` on the last page.
    pub next: Option<String>,
    /// The subscriptions whose activity log could not be read, or not all of it. What Postern did
    /// there is listed all the same.
    pub unreadable: Vec<UnreadableSubscription>,
    /// How far back Azure's log goes. Postern's own trail may go on beyond.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
    pub azure_since: Timestamp,
    /// When Postern's own trail begins; absent if it is empty.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, format = DateTime))]
    pub own_since: Option<Timestamp>,
    /// When Azure was asked.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
    pub as_of: Timestamp,
}

/// Something that was done, or that somebody wanted done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Activity {
    /// Names it in this list.
    pub id: String,
    /// When.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
    pub at: Timestamp,
    /// What.
    pub operation: Operation,
    /// What came of it.
    pub status: ActivityStatus,
    /// Where it stands, and where it does not.
    pub origin: Origin,
    /// The name of whoever did it, if that is known.
    pub name: Option<String>,
    /// What they sign in with; of a service that is unknown here, its object id.
    pub account: Option<String>,
    /// For whom it was done, if not for themselves.
    pub requested_for: Option<String>,
    /// The address that they did it from.
    pub address: Option<String>,
    /// The machines, as far as they are known and the caller may know of them.
    pub vms: Vec<VmId>,
    /// The just-in-time policy.
    pub policy: Option<String>,
    /// The ports.
    pub ports: Vec<Port>,
    /// For whose addresses.
    pub source: Option<String>,
    /// Until when.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, format = DateTime))]
    pub until: Option<Timestamp>,
    /// Why they wanted it.
    pub reason: Option<String>,
    /// Why nothing came of it, in a sentence for people.
    pub detail: Option<String>,
    /// The request of Postern's that it belongs to.
    pub request: Option<RequestId>,
    /// Azure's name for the call.
    pub correlation_id: Option<String>,
    /// The subscription.
    pub subscription: Uuid,
}

/// What can be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Operation {
    /// Ports were asked for: Initiate JIT network access policy.
    Initiate,
    /// A policy was made or changed: Update JIT network access policy.
    Update,
    /// A policy was deleted: Delete JIT network access policy.
    Delete,
    /// Access was to end before its time.
    Close,
    /// A machine was to start.
    Start,
    /// A shareable link was to be made or deleted.
    Link,
    /// An owner was to be asked to protect machines.
    Ask,
    /// Something that Postern does not know.
    Other,
}

/// What can come of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "kebab-case")]
pub enum ActivityStatus {
    /// It has begun, and nothing else is known.
    Started,
    /// Azure has taken it on.
    Accepted,
    /// It is done.
    Succeeded,
    /// It failed.
    Failed,
    /// Postern did not try it: a rule or a guardrail stood in the way.
    Refused,
    /// Nobody knows, or Azure says something new.
    Unknown,
}

/// Which of the two records something stands in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Origin {
    /// In both: Postern did it.
    Both,
    /// In Azure's alone: it was made outside Postern.
    Outside,
    /// In Postern's alone: Azure was not asked.
    NotAsked,
    /// In Postern's alone: Azure's may still be to come.
    NotYet,
    /// In Postern's alone: Azure has forgotten it.
    TooOld,
    /// In Postern's alone: Azure's log of that subscription could not be read.
    NotRead,
    /// In Postern's alone: it is nothing that is looked for in Azure's log.
    OwnOnly,
    /// In Postern's alone, though Azure's should have it.
    Missing,
}

impl Operation {
    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::Initiate,
        Self::Update,
        Self::Delete,
        Self::Close,
        Self::Start,
        Self::Link,
        Self::Ask,
        Self::Other,
    ];

    /// Its name on the wire.
    pub fn name(self) -> &'static str {
        match self {
            Self::Initiate => "initiate",
            Self::Update => "update",
            Self::Delete => "delete",
            Self::Close => "close",
            Self::Start => "start",
            Self::Link => "link",
            Self::Ask => "ask",
            Self::Other => "other",
        }
    }
}

impl ActivityStatus {
    /// All of them.
    pub const ALL: [Self; 6] =
        [Self::Started, Self::Accepted, Self::Succeeded, Self::Failed, Self::Refused, Self::Unknown];

    /// Its name on the wire.
    pub fn name(self) -> &'static str {
        match self {
            Self::Started => "started",
            Self::Accepted => "accepted",
            Self::Succeeded => "succeeded",
            Self::Failed => "failed",
            Self::Refused => "refused",
            Self::Unknown => "unknown",
        }
    }
}

impl Origin {
    /// Its name on the wire.
    pub fn name(self) -> &'static str {
        match self {
            Self::Both => "both",
            Self::Outside => "outside",
            Self::NotAsked => "not-asked",
            Self::NotYet => "not-yet",
            Self::TooOld => "too-old",
            Self::NotRead => "not-read",
            Self::OwnOnly => "own-only",
            Self::Missing => "missing",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_those_on_the_wire() {
        for operation in Operation::ALL {
            assert_eq!(serde_json::to_value(operation).unwrap(), operation.name());
        }
        for status in ActivityStatus::ALL {
            assert_eq!(serde_json::to_value(status).unwrap(), status.name());
        }
        for origin in [Origin::Both, Origin::NotAsked, Origin::OwnOnly, Origin::TooOld] {
            assert_eq!(serde_json::to_value(origin).unwrap(), origin.name());
        }
    }
}
