//! Where a request stands, and what can become of it.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

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
    /// The one whose it is has it closed before its time. Until Azure shows that it is, the ports
    /// may be open.
    Closing {
        /// When that was asked for.
        #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
        since: Timestamp,
        /// When the ports are closed at the latest, once Azure has agreed; `None` before.
        #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, format = DateTime))]
        until: Option<Timestamp>,
        /// How it is done.
        technique: Technique,
        /// When the ports were first seen open, if they were.
        #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, format = DateTime))]
        open_since: Option<Timestamp>,
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

/// How access is closed before its time, for which Azure has no call of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Technique {
    /// The same is requested once more, with an end that is near; Azure lets that take the place
    /// of the one before.
    Shorten,
    /// The rule that lets the source through is deleted from the network security groups.
    RemoveRule,
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
    /// A newer request of the same person took its place, to make it last longer.
    Extended,
    /// Somebody closed it early.
    Closed,
    /// Azure's policy no longer lists it, though its time was not over.
    Withdrawn,
}

impl Status {
    /// The names of all states.
    pub const NAMES: [&str; 7] = ["requesting", "opening", "open", "closing", "refused", "failed", "ended"];

    /// The names of those in which something may still happen.
    pub const UNFINISHED: [&str; 4] = ["requesting", "opening", "open", "closing"];

    /// How long Azure may take to answer, or to write a rule, before people are told that it takes
    /// long.
    const PATIENCE: SignedDuration = SignedDuration::from_mins(2);

    /// Whether what goes on since `since` takes longer than usual.
    pub fn is_slow(since: Timestamp, now: Timestamp) -> bool {
        now.duration_since(since) >= Self::PATIENCE
    }

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

    /// The one whose it is wants it closed.
    pub fn closing(self, at: Timestamp, technique: Technique) -> Result<Self, InvalidTransition> {
        let open_since = match self {
            Self::Opening { .. } => None,
            Self::Open { since } => Some(since),
            other => return Err(other.cannot("closed early")),
        };
        Ok(Self::Closing { since: at, until: None, technique, open_since })
    }

    /// Azure agreed to close it, at `moment` at the latest.
    pub fn closing_by(self, moment: Timestamp) -> Result<Self, InvalidTransition> {
        match self {
            Self::Closing { since, until: _, technique, open_since } => {
                Ok(Self::Closing { since, until: Some(moment), technique, open_since })
            }
            other => Err(other.cannot("agreed to be closed early")),
        }
    }

    /// It could not be closed, and is as open as it was.
    pub fn not_closed(self) -> Result<Self, InvalidTransition> {
        match self {
            Self::Closing { open_since: Some(since), .. } => Ok(Self::Open { since }),
            Self::Closing { since, open_since: None, .. } => Ok(Self::Opening { since }),
            other => Err(other.cannot("left open")),
        }
    }

    /// What was open, or about to be, is closed.
    pub fn ended(self, at: Timestamp, how: Ending) -> Result<Self, InvalidTransition> {
        match self {
            Self::Opening { .. } | Self::Open { .. } | Self::Closing { .. } => Ok(Self::Ended { at, how }),
            other => Err(other.cannot("ended")),
        }
    }

    /// Whether nothing more will happen to it.
    pub fn is_final(&self) -> bool {
        match self {
            Self::Requesting | Self::Opening { .. } | Self::Open { .. } | Self::Closing { .. } => false,
            Self::Refused { .. } | Self::Failed { .. } | Self::Ended { .. } => true,
        }
    }

    /// Its name on the wire.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Requesting => "requesting",
            Self::Opening { .. } => "opening",
            Self::Open { .. } => "open",
            Self::Closing { .. } => "closing",
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
    fn what_cannot_be_closed_is_as_open_as_it_was() {
        let open = Status::Open { since: at(2) };
        let closing = open.clone().closing(at(3), Technique::Shorten).unwrap();
        assert_eq!(closing.clone().not_closed().unwrap(), open);
        let agreed = closing.closing_by(at(63)).unwrap();
        let ended = agreed.ended(at(63), Ending::Closed).unwrap();
        assert!(ended.closing(at(64), Technique::Shorten).is_err());
        assert!(Status::Requesting.closing(at(1), Technique::RemoveRule).is_err());
    }

    #[test]
    fn what_goes_on_for_two_minutes_is_slow() {
        assert!(!Status::is_slow(at(100), at(219)));
        assert!(Status::is_slow(at(100), at(220)));
    }
}
