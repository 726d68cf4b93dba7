//! What became of requests, for whoever looks back at them.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::access::{AccessRequest, RequestId};
use crate::port::Port;
use crate::source::Source;

/// One request from its beginning to its end.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Timeline {
    /// The request as it stands now.
    pub request: AccessRequest,
    /// What happened, in the order in which it happened.
    pub steps: Vec<Step>,
    /// The rules of the network around it, as they were read then; in the order in which they were.
    pub rules: Vec<RulesSeen>,
}

/// Something that happened to a request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Step {
    /// When.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
    pub at: Timestamp,
    /// What.
    pub what: StepKind,
    /// Who did it, if somebody did: name and what they sign in with.
    pub by: Option<String>,
    /// The address they did it from.
    pub from: Option<String>,
    /// What else there is to say, in sentences for people.
    pub detail: Option<String>,
    /// Azure's correlation id of the call, to find it in the activity log.
    pub correlation_id: Option<String>,
}

/// What can happen to a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum StepKind {
    /// Postern was asked, let it through, and wrote that down.
    Requested,
    /// Azure took it on.
    Accepted,
    /// Azure said no; nothing was opened.
    Refused,
    /// Azure could not be asked; nothing was opened.
    Failed,
    /// Azure was asked and its answer got lost.
    Unanswered,
    /// The ports were first seen open.
    Opened,
    /// Somebody asked for it to be closed early.
    CloseRequested,
    /// Azure took that on.
    CloseAccepted,
    /// It could not be closed.
    NotClosed,
    /// A shareable link was asked for, or its deletion.
    Link,
    /// It came to its end.
    Ended,
}

/// The inbound rules that somebody wrote, of the security groups before a machine, at a moment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RulesSeen {
    /// Which moment of the request that was.
    pub moment: Moment,
    /// When they were read.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
    pub read_at: Timestamp,
    /// The rules, group by group, in the order in which Azure asks them.
    pub rules: Vec<RuleSeen>,
    /// Why they are not known, in a sentence for people, if they could not be read.
    pub unread: Option<String>,
}

/// A moment of a request at which the rules around it are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Moment {
    /// Before Azure was asked.
    Before,
    /// Once it was open.
    Open,
    /// After its end.
    After,
}

/// An inbound rule of a security group.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RuleSeen {
    /// The name of its group.
    pub group: String,
    /// Its own name.
    pub name: String,
    /// Its place: the lowest is asked first.
    pub priority: u16,
    /// `Allow` or `Deny`, or what else Azure says.
    pub access: String,
    /// `Any`, `TCP`, `UDP` or what else Azure says.
    pub protocol: String,
    /// Where connections come from, separated by commas.
    pub sources: String,
    /// Where they go to, separated by commas.
    pub destinations: String,
    /// To which ports, separated by commas.
    pub ports: String,
    /// Whether just-in-time access keeps it.
    pub just_in_time: bool,
    /// Whether it is about the machine of the request and no other: it names its addresses alone.
    #[serde(default)]
    pub of_machine: bool,
}

/// Requests that were made past Postern, as far as Azure remembers them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OutsideRequests {
    /// The requests, newest first.
    pub items: Vec<OutsideRequest>,
    /// When Azure was asked.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
    pub as_of: Timestamp,
}

/// A request that was made past Postern, for one port.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OutsideRequest {
    /// The port.
    pub port: Port,
    /// For whose addresses.
    pub sources: Vec<Source>,
    /// Who asked, as Azure knows them; absent where it does not say.
    pub requestor: Option<String>,
    /// Why.
    pub reason: Option<String>,
    /// The request of Postern's that the reason names, though it is not what was granted with it:
    /// the reason may be copied.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub names: Option<RequestId>,
    /// When.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
    pub requested_at: Timestamp,
    /// When Azure closes the port again, or has.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
    pub ends_at: Timestamp,
    /// How it stands: `opening`, `open` or `ended`.
    pub state: String,
}

impl Moment {
    /// Its name on the wire.
    pub fn name(self) -> &'static str {
        match self {
            Self::Before => "before",
            Self::Open => "open",
            Self::After => "after",
        }
    }
}
