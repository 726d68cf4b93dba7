//! How a provider can fail us.

use openidconnect::core::CoreErrorResponseType;
use openidconnect::{DiscoveryError, RequestTokenError, StandardErrorResponse, UserInfoError};

use super::http::HttpError;

type BoxError = Box<dyn std::error::Error + Send + Sync>;

/// The provider did not let somebody in, or not in a way that counts.
#[derive(Debug, thiserror::Error)]
pub enum ProviderError {
    /// It cannot be reached.
    #[error("the sign-in provider cannot be reached")]
    Unreachable(#[source] HttpError),
    /// It did not take the code, or us.
    #[error("the sign-in provider refused the sign-in: {error}")]
    Refused {
        /// Its error code, and more where it said more.
        error: String,
    },
    /// It does not speak OpenID Connect as expected.
    #[error("the sign-in provider gave an answer that makes no sense")]
    BadAnswer(#[source] BoxError),
    /// Its token proves nothing.
    #[error("the sign-in provider gave a token that cannot be trusted")]
    BadToken(#[source] BoxError),
}

impl From<DiscoveryError<HttpError>> for ProviderError {
    fn from(error: DiscoveryError<HttpError>) -> Self {
        match error {
            DiscoveryError::Request(error) => Self::Unreachable(error),
            // The body that comes with this one does not belong in a log.
            DiscoveryError::Response(_, _, what) => Self::BadAnswer(what.into()),
            other => Self::BadAnswer(other.to_string().into()),
        }
    }
}

impl From<RequestTokenError<HttpError, StandardErrorResponse<CoreErrorResponseType>>> for ProviderError {
    fn from(error: RequestTokenError<HttpError, StandardErrorResponse<CoreErrorResponseType>>) -> Self {
        match error {
            RequestTokenError::Request(error) => Self::Unreachable(error),
            RequestTokenError::ServerResponse(answer) => Self::Refused { error: answer.to_string() },
            // The body that comes with this one may hold tokens.
            RequestTokenError::Parse(error, _) => Self::BadAnswer(error.into()),
            RequestTokenError::Other(what) => Self::BadAnswer(what.into()),
        }
    }
}

impl From<UserInfoError<HttpError>> for ProviderError {
    fn from(error: UserInfoError<HttpError>) -> Self {
        match error {
            UserInfoError::Request(error) => Self::Unreachable(error),
            UserInfoError::ClaimsVerification(error) => Self::BadToken(error.into()),
            // The body that comes with this one is about a person.
            UserInfoError::Response(status, _, what) => Self::BadAnswer(format!("{what} ({status})").into()),
            other => Self::BadAnswer(other.to_string().into()),
        }
    }
}
