//! Where a request stands, and what can become of it.

use jiff::Timestamp;
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
}
