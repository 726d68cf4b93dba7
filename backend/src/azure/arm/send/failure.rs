//! What one attempt came to, and whether another makes sense.

use std::fmt;

use jiff::SignedDuration;
use serde_json::error::Category;

use crate::azure::arm::call::Repeat;
use crate::azure::arm::error::{ArmError, Cause, TokenError, cause};

/// What one attempt came to, if not to an answer that can be used.
pub(super) enum Failure {
    /// The request never left.
    NotSent(Cause),
    /// The request left, and no answer came that could be read to its end.
    Lost(Cause),
    /// The answer is whole and makes no sense.
    Strange(Cause),
    /// Azure wants to be left alone. Nothing was done.
    Throttled(Option<SignedDuration>),
    /// A fault of Azure's own, which may pass. What was done by then is unknown.
    Faulty(Cause, Option<SignedDuration>),
    /// Azure did not take the token. Nothing was done.
    BadToken(TokenError),
    /// Azure said no. Nothing was done, and asking again would not help.
    Final(ArmError),
}

impl Failure {
    /// How long the wait is before the second attempt; it doubles from there.
    pub(super) const FIRST_WAIT: SignedDuration = SignedDuration::from_millis(500);

    pub(super) fn of_request(error: reqwest::Error) -> Self {
        let sent = !error.is_connect() && !error.is_builder();
        let cause = cause(error.without_url());
        if sent { Self::Lost(cause) } else { Self::NotSent(cause) }
    }

    pub(super) fn of_json(error: serde_json::Error) -> Self {
        match error.classify() {
            Category::Io | Category::Syntax | Category::Eof => Self::Lost(cause(error)),
            Category::Data => Self::Strange(cause(error)),
        }
    }

    /// How long to wait before attempt `attempt + 1`; `None` if there should be none.
    pub(super) fn wait(&self, repeat: Repeat, attempt: u32) -> Option<SignedDuration> {
        let backoff = Self::FIRST_WAIT.saturating_mul(1 << (attempt - 1).min(6));
        match (self, repeat) {
            (_, Repeat::AfterLooking)
            | (Self::Lost(_) | Self::Faulty(..), Repeat::UnlessSent)
            | (Self::Strange(_) | Self::BadToken(_) | Self::Final(_), _) => None,
            (Self::NotSent(_), _) | (Self::Lost(_), Repeat::Freely) => Some(backoff),
            (Self::Throttled(retry_after), _) | (Self::Faulty(_, retry_after), Repeat::Freely) => {
                Some(retry_after.unwrap_or(backoff))
            }
        }
    }

    /// What the caller is told when no further attempt is made.
    pub(super) fn into_error(self, repeat: Repeat) -> ArmError {
        match (self, repeat) {
            (Self::NotSent(cause), _) => ArmError::Transport(cause),
            (Self::Lost(cause), _)
            | (Self::Strange(cause) | Self::Faulty(cause, _), Repeat::UnlessSent | Repeat::AfterLooking) => {
                ArmError::AnswerLost(cause)
            }
            (Self::Strange(cause) | Self::Faulty(cause, _), Repeat::Freely) => ArmError::Unexpected(cause),
            (Self::Throttled(retry_after), _) => ArmError::Throttled { retry_after },
            (Self::BadToken(error), _) => ArmError::Token(error),
            (Self::Final(error), _) => error,
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotSent(cause) => write!(f, "not sent: {cause}"),
            Self::Lost(cause) => write!(f, "answer lost: {cause}"),
            Self::Strange(cause) => write!(f, "strange answer: {cause}"),
            Self::Throttled(_) => f.write_str("throttled"),
            Self::Faulty(cause, _) => write!(f, "a fault of Azure's: {cause}"),
            Self::BadToken(_) => f.write_str("token refused"),
            Self::Final(error) => error.fmt(f),
        }
    }
}
