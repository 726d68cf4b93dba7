//! What Azure said instead of what was hoped for.

use std::error::Error;
use std::sync::Arc;

use http::StatusCode;
use jiff::SignedDuration;
use serde::Deserialize;

use super::answer::Answer;
use crate::azure::credential::{ClaimsRequest, SignInAgain};

/// Why a call to Azure did not do what it was meant to.
///
/// A variant is here because somebody acts on it; the rest is [`ArmError::Unexpected`]. Can be
/// cloned, for those who waited for the same answer.
#[derive(Debug, Clone, thiserror::Error)]
pub enum ArmError {
    /// There is no such resource, or it may not even be known to us that there is.
    #[error("Azure knows no such resource")]
    NotFound,
    /// The identity that asked lacks a permission. Whoever runs Postern can grant it.
    #[error("Azure does not allow this: {message}")]
    Forbidden {
        /// What Azure said.
        message: String,
        /// The missing permission, such as `Microsoft.Compute/virtualMachines/start/action`.
        action: Option<String>,
        /// Where it is missing: a resource id.
        scope: Option<String>,
        /// Azure's name for the call, to find it in the activity log.
        correlation_id: Option<String>,
    },
    /// Azure wants to be left alone for a while. Nothing was done.
    #[error("Azure is busy and asks to be left alone for a while")]
    Throttled {
        /// For how long, if it said so.
        retry_after: Option<SignedDuration>,
    },
    /// Azure said no and why, in words for whoever asked. Nothing was done.
    #[error("Azure refused: {message}")]
    Refused {
        /// The HTTP status.
        status: u16,
        /// Azure's short name for the reason, such as `OperationNotAllowed`.
        code: String,
        /// The reason in a sentence.
        message: String,
        /// Azure's name for the call, to find it in the activity log.
        correlation_id: Option<String>,
    },
    /// There is no token to ask with. Nothing was sent.
    #[error("no token for Azure could be had")]
    Token(#[source] TokenError),
    /// Azure could not be reached. Nothing was sent.
    #[error("Azure could not be reached")]
    Transport(#[source] Cause),
    /// The request was sent and may have been carried out, but there is no answer that says so.
    /// Look before asking again.
    #[error("Azure was asked, but its answer was lost")]
    AnswerLost(#[source] Cause),
    /// Anything else, such as a fault of Azure's own that stayed after asking again.
    #[error("Azure answered in an unexpected way")]
    Unexpected(#[source] Cause),
}

/// What lies behind an error.
pub type Cause = Arc<dyn Error + Send + Sync>;

/// Makes an error, or a sentence, what lies behind another.
pub(in crate::azure) fn cause(error: impl Into<Box<dyn Error + Send + Sync>>) -> Cause {
    Arc::from(error.into())
}

/// Why there is no token.
#[derive(Debug, Clone, thiserror::Error)]
pub enum TokenError {
    /// The identity provider gave none.
    #[error(transparent)]
    Unavailable(Arc<azure_core::Error>),
    /// Azure did not take the token, nor a fresh one.
    #[error("Azure did not accept the token: {message}")]
    Rejected {
        /// What Azure said.
        message: String,
        /// What the next token must prove, such as a second factor, if Azure challenged for it:
        /// the value of `claims` in the next sign-in.
        claims: Option<String>,
    },
    /// Azure was to be asked in the name of a person, who has to sign in again first.
    #[error(transparent)]
    SignInAgain(SignInAgain),
}

impl TokenError {
    /// What Azure challenged the next token to prove.
    pub(super) fn claims_request(&self) -> Option<ClaimsRequest> {
        match self {
            Self::Rejected { claims, .. } => claims.as_deref().and_then(ClaimsRequest::of_challenge),
            Self::Unavailable(_) | Self::SignInAgain(_) => None,
        }
    }
}

impl ArmError {
    /// Something that has no variant of its own.
    pub(crate) fn unexpected(error: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self::Unexpected(cause(error))
    }

    /// An answer that nobody can go by.
    pub(crate) fn lost(error: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self::AnswerLost(cause(error))
    }

    /// Reads the refusal in `answer`, whose status is a 4xx that nothing more can be done about.
    pub(super) fn refusal(answer: &Answer) -> Self {
        let Envelope { code, message } = Envelope::read(answer);
        let correlation_id = answer.correlation_id();
        match answer.status {
            StatusCode::NOT_FOUND => Self::NotFound,
            StatusCode::FORBIDDEN => {
                let (action, scope) = missing_permission(&message);
                Self::Forbidden { message, action, scope, correlation_id }
            }
            status => Self::Refused { status: status.as_u16(), code, message, correlation_id },
        }
    }

    /// Azure's name for the call that failed, to find it in the activity log.
    pub fn correlation_id(&self) -> Option<&str> {
        match self {
            Self::Forbidden { correlation_id, .. } | Self::Refused { correlation_id, .. } => {
                correlation_id.as_deref()
            }
            Self::NotFound
            | Self::Throttled { .. }
            | Self::Token(_)
            | Self::Transport(_)
            | Self::AnswerLost(_)
            | Self::Unexpected(_) => None,
        }
    }
}

/// The code and the message of an error, from whichever shape they came in.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Envelope {
    pub(super) code: String,
    pub(super) message: String,
}

impl Envelope {
    /// Reads the body of `answer`; where that says nothing, the status has to do.
    pub(super) fn read(answer: &Answer) -> Self {
        let error = serde_json::from_slice(&answer.body)
            .map(|shape| match shape {
                WireEnvelope { error: Some(error), .. } => error,
                WireEnvelope { error: None, code, message } => WireError { code, message, details: None },
            })
            .unwrap_or_default();
        Self::from_wire(error, &answer.status.to_string())
    }

    /// Reads the `error` member of an operation's state.
    pub(super) fn from_wire(error: WireError, fallback: &str) -> Self {
        let code = error.code.unwrap_or_else(|| fallback.to_owned());
        let mut message = error.message.unwrap_or_else(|| fallback.to_owned());
        // Resource Graph says "please provide a correct query" and keeps what is wrong for here.
        for detail in error.details.into_iter().flatten().filter_map(|detail| detail.message) {
            if !message.contains(&detail) {
                message.push(' ');
                message.push_str(&detail);
            }
        }
        Self { code, message }
    }
}

/// Both documented shapes at once: `{"error":{…}}` and `{"code","message"}`.
#[derive(Deserialize)]
struct WireEnvelope {
    error: Option<WireError>,
    code: Option<String>,
    message: Option<String>,
}

/// An error as ARM spells it. Everything in it is optional.
#[derive(Debug, Default, Deserialize)]
pub(super) struct WireError {
    code: Option<String>,
    message: Option<String>,
    details: Option<Vec<WireError>>,
}

/// Finds the action and the scope in the text of `AuthorizationFailed`, or of
/// `LinkedAuthorizationFailed`, whose first action is one that *is* allowed.
fn missing_permission(message: &str) -> (Option<String>, Option<String>) {
    let denied = message
        .split_once("does not have permission to perform action")
        .or_else(|| message.split_once("to perform action"))
        .map_or(message, |(_, denied)| denied);
    let mut quoted = denied.split('\'').skip(1).step_by(2);
    let action = quoted.next().filter(|action| action.contains('/') && !action.starts_with('/'));
    let scope = quoted.next().filter(|scope| scope.starts_with('/'));
    (action.map(str::to_owned), scope.map(str::to_owned))
}

#[cfg(test)]
mod tests;
