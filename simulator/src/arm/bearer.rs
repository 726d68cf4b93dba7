//! Who calls: access tokens as Resource Manager checks them.

use http::{HeaderMap, StatusCode, header};
use serde_json::{Value, json};

use super::{challenge, error::ArmError};
use crate::{azure::Azure, rbac::Principal, time};

/// The audiences Resource Manager takes, and this server's own address.
pub(crate) fn audiences(url: &str) -> [String; 5] {
    [
        "https://management.core.windows.net/".to_owned(),
        "https://management.core.windows.net".to_owned(),
        "https://management.azure.com/".to_owned(),
        "https://management.azure.com".to_owned(),
        url.to_owned(),
    ]
}

/// The caller, or why the token is not taken.
pub(super) fn principal(azure: &Azure, headers: &HeaderMap) -> Result<Principal, ArmError> {
    let Some(token) = token(headers) else {
        return Err(challenge(
            azure,
            "AuthenticationFailed",
            "Authentication failed. The 'Authorization' header is missing.",
            "The authentication failed because of missing 'Authorization' header.",
        ));
    };
    let Some(claims) = azure.keys.verify(token) else {
        return Err(challenge(
            azure,
            "InvalidAuthenticationToken",
            "The access token is invalid.",
            "The access token is invalid.",
        ));
    };
    let expires = claims["exp"].as_i64().unwrap_or_default();
    let now = azure.clock.now();
    if expires <= now.as_second() {
        let since = jiff::Timestamp::from_second(expires).unwrap_or_default();
        return Err(challenge(
            azure,
            "ExpiredAuthenticationToken",
            &format!(
                "The access token expiry UTC time '{}' is earlier than current UTC time '{}'.",
                time::seconds(since),
                time::seconds(now)
            ),
            "The access token has expired.",
        ));
    }
    still_counts(azure, &claims)?;
    let audience = text(&claims, "aud");
    let allowed = audiences(&azure.url);
    if !allowed.iter().any(|allowed| allowed.trim_end_matches('/') == audience.trim_end_matches('/')) {
        let message = format!(
            "The access token has been obtained for wrong audience or resource '{audience}'. It should exactly match with one of the allowed audiences '{}'.",
            allowed.join("','")
        );
        return Err(challenge(azure, "InvalidAuthenticationTokenAudience", &message, &message));
    }
    Ok(Principal {
        object_id: text(&claims, "oid"),
        upn: claims["upn"].as_str().map(str::to_owned),
        app_id: text(&claims, "appid"),
        groups: claims["groups"]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(Value::as_str)
            .map(str::to_owned)
            .collect(),
        stepped_up: claims["acrs"].is_array(),
    })
}

/// Tokens of apps that understand challenges are taken back at once: when the account is disabled,
/// and when its sessions were revoked after the token was given out. Others count until their end.
fn still_counts(azure: &Azure, claims: &Value) -> Result<(), ArmError> {
    if claims["xms_cc"] != json!(["cp1"]) {
        return Ok(());
    }
    let object_id = text(claims, "oid");
    let disabled = azure.world().person(&object_id).is_none_or(|person| !person.enabled);
    let revoked_at = azure.sessions.revoked_at(&object_id);
    let given_at = claims["iat"].as_i64().unwrap_or_default();
    match revoked_at.filter(|at| given_at < at.as_second()) {
        Some(at) => Err(challenge::revoked(azure, at)),
        None if disabled => Err(challenge::revoked(azure, azure.clock.now())),
        None => Ok(()),
    }
}

/// The caller's name for the log, whether or not the token is good.
pub(super) fn name(azure: &Azure, headers: &HeaderMap) -> String {
    let claims = token(headers).and_then(|token| azure.keys.verify(token)).unwrap_or_default();
    if let Some(upn) = claims["upn"].as_str() {
        return upn.to_owned();
    }
    let app = text(&claims, "appid");
    azure.world().app(&app).map_or(app, |app| app.name.clone())
}

fn token(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

fn text(claims: &Value, name: &str) -> String {
    claims[name].as_str().unwrap_or_default().to_owned()
}

/// 401 with the header that says where to get a token.
pub(super) fn challenge(azure: &Azure, code: &str, message: &str, description: &str) -> ArmError {
    let authority = format!("{}/{}", azure.url, azure.world().tenant.id);
    ArmError::new(StatusCode::UNAUTHORIZED, code, message).header(
        "www-authenticate",
        format!(
            "Bearer authorization_uri=\"{authority}\", error=\"invalid_token\", error_description=\"{description}\""
        ),
    )
}
