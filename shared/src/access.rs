//! Requests for access and what becomes of them.

use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::duration::AccessDuration;
use crate::port::Port;
use crate::resource_id::VmId;
use crate::session::Person;
use crate::source::Source;
use crate::text::text_on_the_wire;

/// What somebody asks for: ports of one or many machines, from one source, for a time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NewAccess {
    /// The machines and their ports; at least one, at most [`NewAccess::MOST_VMS`].
    pub vms: Vec<Target>,
    /// The address, or range, that the ports are opened for.
    pub source: Source,
    /// For how long, from the moment Azure is asked.
    pub duration: AccessDuration,
    /// Why; some rules insist on it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<Reason>,
}

impl NewAccess {
    /// How many machines one request may name.
    pub const MOST_VMS: usize = 50;
}

/// A machine and the ports to open on it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Target {
    /// The machine.
    pub vm: VmId,
    /// Its ports; at least one, each once.
    pub ports: Vec<Port>,
}

/// What came of a [`NewAccess`]: one request per machine, in the order they were named.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CreatedAccess {
    /// The requests. One that Azure refused is here too, and says so in its status.
    pub items: Vec<AccessRequest>,
}

/// Why access is needed: one line, such as a ticket number and a few words.
///
/// Goes into the audit trail and, as `justification`, to Azure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reason(String);

impl Reason {
    /// The longest reason, in characters.
    pub const LONGEST: usize = 200;

    /// The reason as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Reason {
    type Err = ParseReasonError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let text = text.trim();
        if text.is_empty() {
            return Err(ParseReasonError::Blank);
        }
        if text.chars().count() > Self::LONGEST {
            return Err(ParseReasonError::TooLong);
        }
        if text.chars().any(|c| c.is_control() || matches!(c, '\u{2028}' | '\u{2029}')) {
            return Err(ParseReasonError::NotOneLine);
        }
        Ok(Self(text.to_owned()))
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

text_on_the_wire!(Reason, "Why access is needed: one line of at most 200 characters", "INC0012345 disk full");

/// The text was not a reason.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ParseReasonError {
    /// Nothing but white space.
    #[error("say why access is needed")]
    Blank,
    /// More than [`Reason::LONGEST`] characters.
    #[error("a reason has at most {} characters", Reason::LONGEST)]
    TooLong,
    /// Line breaks or control characters.
    #[error("a reason is one line without control characters")]
    NotOneLine,
}

/// Names one request for access to one machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RequestId(pub Uuid);

impl FromStr for RequestId {
    type Err = uuid::Error;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Uuid::try_parse(text).map(Self)
    }
}

impl fmt::Display for RequestId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

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
    /// Why.
    pub reason: Option<Reason>,
    /// Who asked.
    pub requested_by: Person,
    /// When Postern was asked.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
    pub requested_at: Timestamp,
    /// When Azure closes the ports again.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
    pub ends_at: Timestamp,
    /// The access rule that let it through.
    pub rule: String,
    /// Where it stands.
    pub status: Status,
    /// Azure's correlation id of the call, to find it in the activity log.
    pub correlation_id: Option<String>,
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

/// Where a request stands. A new one is [`Status::Requesting`]; the methods are its transitions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum Status {
    /// On record; Azure has not answered yet.
    Requesting,
    /// Azure accepted it and is writing the rule.
    Opening {
        /// When Azure accepted it.
        #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
        since: Timestamp,
    },
    /// The ports are open.
    Open {
        /// When they were first seen open.
        #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
        since: Timestamp,
    },
    /// Azure said no. Nothing was opened.
    Refused {
        /// When.
        #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
        at: Timestamp,
        /// Why, in a sentence for people.
        reason: String,
    },
    /// Azure could not be asked, or gave no answer and shows no trace of the request.
    Failed {
        /// When.
        #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
        at: Timestamp,
        /// What happened, in a sentence for people.
        reason: String,
    },
    /// The ports were open, or opening, and are not any more.
    Ended {
        /// When.
        #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
        at: Timestamp,
        /// How it came to that.
        how: Ending,
    },
}

/// How access came to its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Ending {
    /// Its time was over.
    Expired,
    /// A newer request for the same port took its place.
    Replaced,
    /// Somebody closed it early.
    Closed,
    /// Azure's policy no longer lists it, though its time was not over.
    Withdrawn,
}

impl Status {
    /// Azure accepted the request.
    pub fn accepted(self, at: Timestamp) -> Result<Self, InvalidTransition> {
        match self {
            Self::Requesting => Ok(Self::Opening { since: at }),
            other => Err(other.cannot("accepted")),
        }
    }

    /// The rule has been seen.
    pub fn opened(self, at: Timestamp) -> Result<Self, InvalidTransition> {
        match self {
            Self::Opening { .. } => Ok(Self::Open { since: at }),
            other => Err(other.cannot("opened")),
        }
    }

    /// Azure said no.
    pub fn refused(self, at: Timestamp, reason: String) -> Result<Self, InvalidTransition> {
        match self {
            Self::Requesting => Ok(Self::Refused { at, reason }),
            other => Err(other.cannot("refused")),
        }
    }

    /// There is no sign that Azure ever got the request.
    pub fn failed(self, at: Timestamp, reason: String) -> Result<Self, InvalidTransition> {
        match self {
            Self::Requesting => Ok(Self::Failed { at, reason }),
            other => Err(other.cannot("failed")),
        }
    }

    /// What was open, or about to be, is closed.
    pub fn ended(self, at: Timestamp, how: Ending) -> Result<Self, InvalidTransition> {
        match self {
            Self::Opening { .. } | Self::Open { .. } => Ok(Self::Ended { at, how }),
            other => Err(other.cannot("ended")),
        }
    }

    /// Whether nothing more will happen to it.
    pub fn is_final(&self) -> bool {
        match self {
            Self::Requesting | Self::Opening { .. } | Self::Open { .. } => false,
            Self::Refused { .. } | Self::Failed { .. } | Self::Ended { .. } => true,
        }
    }

    /// Its name on the wire.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Requesting => "requesting",
            Self::Opening { .. } => "opening",
            Self::Open { .. } => "open",
            Self::Refused { .. } => "refused",
            Self::Failed { .. } => "failed",
            Self::Ended { .. } => "ended",
        }
    }

    fn cannot(&self, to: &'static str) -> InvalidTransition {
        InvalidTransition { from: self.name(), to }
    }
}

/// A request that is `from` cannot become `to`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a request that is {from} cannot be {to}")]
pub struct InvalidTransition {
    /// Where the request stands.
    pub from: &'static str,
    /// What was tried.
    pub to: &'static str,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    #[test]
    fn a_request_goes_from_requesting_to_ended() {
        let status = Status::Requesting.accepted(at(1)).and_then(|s| s.opened(at(2))).unwrap();
        assert_eq!(status, Status::Open { since: at(2) });
        let ended = status.ended(at(3), Ending::Expired).unwrap();
        assert!(ended.is_final());
        assert_eq!(ended.opened(at(4)).unwrap_err().to_string(), "a request that is ended cannot be opened");
    }

    #[test]
    fn what_azure_refused_cannot_open() {
        let refused = Status::Requesting.refused(at(1), "no".into()).unwrap();
        assert!(refused.clone().accepted(at(2)).is_err());
        assert!(refused.ended(at(2), Ending::Expired).is_err());
    }

    #[test]
    fn a_reason_is_one_line_with_something_in_it() {
        assert_eq!("  INC1 disk ".parse::<Reason>().unwrap().as_str(), "INC1 disk");
        assert_eq!(" ".parse::<Reason>(), Err(ParseReasonError::Blank));
        assert_eq!("a\nb".parse::<Reason>(), Err(ParseReasonError::NotOneLine));
        assert_eq!("a\u{2028}b".parse::<Reason>(), Err(ParseReasonError::NotOneLine));
        assert_eq!("ä".repeat(201).parse::<Reason>(), Err(ParseReasonError::TooLong));
        assert!("ä".repeat(200).parse::<Reason>().is_ok());
    }

    #[test]
    fn a_field_nobody_knows_is_refused() {
        let json = r#"{"vms":[],"source":"203.0.113.7","duration":"PT1H","until":"2030-01-01T00:00:00Z"}"#;
        assert!(serde_json::from_str::<NewAccess>(json).unwrap_err().to_string().contains("until"));
    }
}
