//! 401 with a claims challenge: what the next token must prove.

use base64::{Engine, engine::general_purpose::STANDARD};
use http::StatusCode;
use jiff::Timestamp;
use serde_json::{Value, json};

use super::error::ArmError;
use crate::azure::Azure;

/// 401 that asks for a stronger sign-in, as Conditional Access does.
pub(super) fn claims_challenge(azure: &Azure) -> ArmError {
    let claims = json!({ "access_token": { "acrs": { "essential": true, "value": "p1" } } });
    let error = ArmError::new(
        StatusCode::UNAUTHORIZED,
        "RequestDisallowedByAzure",
        "The request was disallowed because it requires multi-factor authentication. Please sign in again with the claims of the challenge.",
    );
    insufficient(azure, error, &claims)
}

/// 401 for a token from before `since`, as continuous access evaluation has it.
pub(super) fn revoked(azure: &Azure, since: Timestamp) -> ArmError {
    let nbf = since.as_second().to_string();
    let claims = json!({ "access_token": { "nbf": { "essential": true, "value": nbf } } });
    let error = ArmError::new(
        StatusCode::UNAUTHORIZED,
        "InvalidAuthenticationToken",
        "Continuous access evaluation resulted in challenge with result: InteractionRequired and code: TokenIssuedBeforeRevocationTimestamp",
    );
    insufficient(azure, error, &claims)
}

fn insufficient(azure: &Azure, error: ArmError, claims: &Value) -> ArmError {
    error.header(
        "www-authenticate",
        format!(
            "Bearer realm=\"\", authorization_uri=\"{}/common/oauth2/authorize\", error=\"insufficient_claims\", claims=\"{}\"",
            azure.url,
            STANDARD.encode(claims.to_string())
        ),
    )
}
