//! What went wrong, and what the client is told of it.
//!
//! This is the only place, beside [`crate::routes`] and, for files, [`crate::site`], that says with
//! which HTTP status something is answered. A failure of ours is told as no more than that; the log
//! has the rest, under the id that the client is given.

mod sign_in;
mod tell;

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::response::{IntoResponse, Response};
use http::header::{RETRY_AFTER, WWW_AUTHENTICATE};
use http::{HeaderValue, StatusCode};
use shared::problem::{Problem, ProblemKind, Violation};
use utoipa::openapi::response::Response as ApiResponse;
use utoipa::openapi::{ContentBuilder, Ref, RefOr, ResponseBuilder, ResponsesBuilder};
use utoipa::{IntoResponses, ToSchema};

use crate::audit::AuditError;
use crate::azure::arm::ArmError;
use crate::jit::JitError;
use crate::limits::TooMany;
use crate::session::{BearerError, SessionError, StepUp};
use crate::store::StoreError;

pub use tell::{TIMED_OUT, tell_problems};

/// Everything a handler can fail with.
#[derive(Debug, thiserror::Error)]
pub enum ApiError {
    /// Nobody is signed in.
    #[error("you are signed out; sign in to go on")]
    SignedOut,
    /// The access token that a program brought along does not count.
    #[error("the access token is not taken: {0}")]
    Token(#[source] BearerError),
    /// The session could not be looked up.
    #[error("the session could not be read")]
    Session(#[source] SessionError),
    /// The request changes something and comes from another site.
    #[error(
        "this request comes from another site, or has a body of a kind that any site can send, and was not carried out; a program sends its body as application/json"
    )]
    ForeignOrigin,
    /// The body or the query could not be read.
    #[error("{detail}")]
    Malformed {
        /// What is wrong with it as a whole.
        detail: String,
        /// What is wrong with which field.
        violations: Vec<Violation>,
    },
    /// A change does not say what it is a change of.
    #[error(
        "say which version you have read, with the header If-Match, so that nobody's change is lost; reading it tells the version"
    )]
    NoVersion,
    /// The body is too large.
    #[error("the request is larger than any that makes sense here")]
    TooLarge,
    /// The body is not JSON.
    #[error("the body must be JSON, sent with Content-Type: application/json")]
    NotJson,
    /// The path does not take this method.
    #[error("this address does not take that method; the header Allow says which it takes")]
    WrongMethod,
    /// There is no such path.
    #[error("there is nothing at this address")]
    NoSuchPath,
    /// There have been too many of its kind.
    #[error(transparent)]
    TooMany(#[from] TooMany),
    /// To read something took too long.
    #[error("this took too long and was given up; try again")]
    TimedOut,
    /// To change something takes so long that nobody waits for it, but it was not given up.
    #[error(
        "this takes longer than anybody waits, and may still be going on; look at My access before you ask again"
    )]
    StillGoingOn,
    /// Something broke in the middle of a change.
    #[error(
        "something went wrong on our side in the middle of this; look at My access before you ask again, and give the request id to whoever runs Postern"
    )]
    BrokeOff,
    /// What the product is for failed.
    #[error(transparent)]
    Jit(#[from] JitError),
    /// A framework's refusal that has no variant of its own.
    #[error("the server answered {0}")]
    Other(StatusCode),
}

impl ApiError {
    /// What the client is told.
    pub fn problem(&self, request_id: Option<String>) -> Problem {
        let (status, kind) = self.status_and_kind();
        let title = status.canonical_reason().unwrap_or("Error").to_owned();
        let detail = match kind {
            _ if self.says_what_to_do() => sentence(&self.to_string()),
            ProblemKind::Unexpected if status.is_server_error() => "Something went wrong on our side. Nothing was opened by this request. Try again, and give the request id to whoever runs Postern if it stays.".to_owned(),
            ProblemKind::NotOnRecord => "Postern's audit trail cannot be written at the moment, and what is not on record is not done: nothing was opened or started. Try again in a minute, and give the request id to whoever runs Postern if it stays.".to_owned(),
            _ => sentence(&self.to_string()),
        };
        let login = match self {
            Self::Jit(JitError::StepUp(StepUp::SignIn { login })) => Some(login.clone()),
            _ => None,
        };
        let replaces = match self {
            Self::Jit(JitError::ReplacesOthers { listed, .. }) => listed.clone(),
            _ => Vec::new(),
        };
        let standing = match self {
            Self::Jit(JitError::ChangedMeanwhile(standing)) => Some(standing.clone()),
            _ => None,
        };
        let (status, violations) = (status.as_u16(), self.violations());
        Problem { kind, title, status, detail, violations, replaces, standing, login, request_id }
    }

    /// Whether it is a failure of ours of which more is told than that.
    fn says_what_to_do(&self) -> bool {
        matches!(self, Self::TimedOut | Self::StillGoingOn | Self::BrokeOff)
    }

    fn status_and_kind(&self) -> (StatusCode, ProblemKind) {
        use StatusCode as S;
        match self {
            Self::SignedOut => (S::UNAUTHORIZED, ProblemKind::SignedOut),
            Self::Token(BearerError::Wrong(_)) => (S::UNAUTHORIZED, ProblemKind::BadToken),
            Self::ForeignOrigin => (S::FORBIDDEN, ProblemKind::ForeignOrigin),
            Self::Malformed { .. } => (S::BAD_REQUEST, ProblemKind::Malformed),
            Self::NoVersion => (S::PRECONDITION_REQUIRED, ProblemKind::Malformed),
            Self::TooLarge => (S::PAYLOAD_TOO_LARGE, ProblemKind::TooLarge),
            Self::NotJson => (S::UNSUPPORTED_MEDIA_TYPE, ProblemKind::Unsupported),
            Self::WrongMethod => (S::METHOD_NOT_ALLOWED, ProblemKind::Unsupported),
            Self::NoSuchPath => (S::NOT_FOUND, ProblemKind::NotFound),
            Self::TooMany(_) => (S::TOO_MANY_REQUESTS, ProblemKind::TooMany),
            Self::BrokeOff => (S::INTERNAL_SERVER_ERROR, ProblemKind::Unexpected),
            Self::Token(BearerError::Unchecked(_) | BearerError::Groups(_))
            | Self::Session(_)
            | Self::TimedOut
            | Self::StillGoingOn => (S::SERVICE_UNAVAILABLE, ProblemKind::Unexpected),
            Self::Other(status) => (*status, ProblemKind::Unexpected),
            Self::Jit(error) => match error {
                JitError::NotFound => (S::NOT_FOUND, ProblemKind::NotFound),
                JitError::Forbidden(_) => (S::FORBIDDEN, ProblemKind::Forbidden),
                JitError::Guardrails(_) => (S::UNPROCESSABLE_ENTITY, ProblemKind::Guardrail),
                JitError::TooMany(_) => (S::TOO_MANY_REQUESTS, ProblemKind::TooMany),
                JitError::StepUp(_) => (S::UNAUTHORIZED, ProblemKind::StepUpRequired),
                JitError::SignInOver => (S::UNAUTHORIZED, ProblemKind::SignedOut),
                JitError::Conflict(_) => (S::CONFLICT, ProblemKind::Conflict),
                JitError::NotSigned { .. } => (S::SERVICE_UNAVAILABLE, ProblemKind::NotSigned),
                JitError::ReplacesOthers { .. } => (S::CONFLICT, ProblemKind::ReplacesOthers),
                JitError::ChangedMeanwhile(_) => (S::PRECONDITION_FAILED, ProblemKind::ChangedMeanwhile),
                JitError::Audit(_) => (S::SERVICE_UNAVAILABLE, ProblemKind::NotOnRecord),
                JitError::Store(_) => (S::SERVICE_UNAVAILABLE, ProblemKind::Unexpected),
                JitError::Azure(error) => match error {
                    ArmError::NotFound => (S::NOT_FOUND, ProblemKind::NotFound),
                    ArmError::Throttled { .. } => (S::SERVICE_UNAVAILABLE, ProblemKind::AzureBusy),
                    ArmError::Forbidden { .. }
                    | ArmError::Refused { .. }
                    | ArmError::Token(_)
                    | ArmError::Transport(_)
                    | ArmError::AnswerLost(_)
                    | ArmError::Unexpected(_) => (S::BAD_GATEWAY, ProblemKind::AzureUnavailable),
                },
            },
        }
    }

    /// Whole seconds, rounded up.
    fn retry_after(&self) -> Option<HeaderValue> {
        match self {
            Self::Jit(JitError::Azure(ArmError::Throttled { retry_after: Some(wait) })) => {
                Some(wait.as_secs().max(1).into())
            }
            Self::TooMany(too_many) | Self::Jit(JitError::TooMany(too_many)) => Some(too_many.retry_after()),
            _ => None,
        }
    }

    /// What a program has to do about a token that does not do (RFC 6750).
    fn challenge(&self) -> Option<HeaderValue> {
        let text = match self {
            Self::Jit(JitError::StepUp(StepUp::NewToken { claims })) => format!(
                "Bearer realm=\"\", error=\"insufficient_claims\", claims=\"{}\"",
                claims.to_challenge()
            ),
            Self::Token(_) | Self::Jit(JitError::SignInOver) => {
                "Bearer realm=\"\", error=\"invalid_token\"".to_owned()
            }
            _ => return None,
        };
        HeaderValue::try_from(text).ok()
    }

    fn violations(&self) -> Vec<Violation> {
        match self {
            Self::Malformed { violations, .. } | Self::Jit(JitError::Guardrails(violations)) => {
                violations.iter().take(Problem::MOST_VIOLATIONS).cloned().collect()
            }
            _ => Vec::new(),
        }
    }
}

/// A message as it is written in code, made a sentence.
fn sentence(message: &str) -> String {
    let mut characters = message.chars();
    let first = characters.next().map(|c| c.to_uppercase().to_string()).unwrap_or_default();
    let end = if message.ends_with(['.', '?', '!']) { "" } else { "." };
    format!("{first}{}{end}", characters.as_str())
}

impl IntoResponse for ApiError {
    /// A response without a body: [`tell_problems`] writes that, since it knows the request's id.
    fn into_response(self) -> Response {
        let (status, _) = self.status_and_kind();
        let mut response = status.into_response();
        if let Some(wait) = self.retry_after() {
            response.headers_mut().insert(RETRY_AFTER, wait);
        }
        if let Some(challenge) = self.challenge().filter(|_| status == StatusCode::UNAUTHORIZED) {
            response.headers_mut().insert(WWW_AUTHENTICATE, challenge);
        }
        response.extensions_mut().insert(Arc::new(self));
        response
    }
}

/// What the API document says that every route may answer.
impl IntoResponses for ApiError {
    fn responses() -> BTreeMap<String, RefOr<ApiResponse>> {
        let problem = || {
            let body = ContentBuilder::new().schema(Some(Ref::from_schema_name(Problem::name()))).build();
            ResponseBuilder::new().content("application/problem+json", body)
        };
        ResponsesBuilder::new().response("4XX", problem()).response("5XX", problem()).build().into()
    }
}

impl From<SessionError> for ApiError {
    fn from(error: SessionError) -> Self {
        match error {
            SessionError::SignedOut => Self::SignedOut,
            store @ SessionError::Store(_) => Self::Session(store),
        }
    }
}

impl From<BearerError> for ApiError {
    fn from(error: BearerError) -> Self {
        Self::Token(error)
    }
}

impl From<StoreError> for ApiError {
    fn from(error: StoreError) -> Self {
        Self::Jit(JitError::Store(error))
    }
}

impl From<AuditError> for ApiError {
    fn from(error: AuditError) -> Self {
        Self::Jit(JitError::Audit(error))
    }
}

impl From<ArmError> for ApiError {
    fn from(error: ArmError) -> Self {
        Self::Jit(JitError::Azure(error))
    }
}
