//! A key vault: certificates to be read, and keys that sign without being shown.
//!
//! Shapes and codes are those of Key Vault's REST API 7.4. There is one vault, at this server's own
//! address.

use axum::{
    Json, Router,
    body::Bytes,
    extract::{Path, RawQuery, State},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use base64::{
    Engine,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use http::{HeaderMap, StatusCode, header};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::{
    azure::Azure,
    world::{VaultCertificate, World},
};

/// What its tokens are for.
pub(crate) const AUDIENCE: &str = "https://vault.azure.net";

/// The versions of the API that it takes.
const API_VERSIONS: [&str; 4] = ["7.2", "7.3", "7.4", "7.5"];

/// The URL map of the vault.
pub(crate) fn routes() -> Router<Azure> {
    Router::new()
        .route("/certificates/{name}", get(newest))
        .route("/certificates/{name}/{version}", get(version))
        .route("/keys/{name}/{version}/sign", post(sign))
}

/// The answer to something that is not done.
#[derive(Debug)]
struct Refusal {
    status: StatusCode,
    code: &'static str,
    message: String,
    inner: Option<&'static str>,
    challenge: Option<String>,
}

fn refusal(status: StatusCode, code: &'static str, message: impl Into<String>) -> Refusal {
    Refusal { status, code, message: message.into(), inner: None, challenge: None }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let mut error = json!({ "code": self.code, "message": self.message });
        if let Some(inner) = self.inner {
            error["innererror"] = json!({ "code": inner });
        }
        let mut response = (self.status, Json(json!({ "error": error }))).into_response();
        if let Some(challenge) = self.challenge.and_then(|challenge| challenge.parse().ok()) {
            response.headers_mut().insert(header::WWW_AUTHENTICATE, challenge);
        }
        response
    }
}

async fn newest(
    State(azure): State<Azure>,
    Path(name): Path<String>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Json<Value>, Refusal> {
    certificate(&azure, &name, None, query.as_deref(), &headers)
}

async fn version(
    State(azure): State<Azure>,
    Path((name, version)): Path<(String, String)>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Json<Value>, Refusal> {
    certificate(&azure, &name, Some(&version), query.as_deref(), &headers)
}

fn certificate(
    azure: &Azure,
    name: &str,
    version: Option<&str>,
    query: Option<&str>,
    headers: &HeaderMap,
) -> Result<Json<Value>, Refusal> {
    let world = admitted(azure, headers, query, "certificates", "get")?;
    let found = world.vault.find(name, version).ok_or_else(|| {
        let message = format!("A certificate with (name/id) {name} was not found in this key vault.");
        refusal(StatusCode::NOT_FOUND, "CertificateNotFound", message)
    })?;
    let VaultCertificate { name, version, .. } = found;
    let at = |kind: &str| format!("{}/{kind}/{name}/{version}", azure.url);
    Ok(Json(json!({
        "id": at("certificates"),
        "kid": at("keys"),
        "sid": at("secrets"),
        "cer": STANDARD.encode(&found.der),
        "attributes": { "enabled": found.enabled, "recoveryLevel": "Recoverable+Purgeable" },
        "contentType": "application/x-pkcs12",
    })))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ToSign {
    alg: String,
    value: String,
}

async fn sign(
    State(azure): State<Azure>,
    Path((name, version)): Path<(String, String)>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Json<Value>, Refusal> {
    let mut world = admitted(&azure, &headers, query.as_deref(), "keys", "sign")?;
    let key = world.vault.find(&name, Some(&version)).ok_or_else(|| {
        let message = format!("A key with (name/id) {name}/{version} was not found in this key vault.");
        refusal(StatusCode::NOT_FOUND, "KeyNotFound", message)
    })?;
    let bad = |message: &str| refusal(StatusCode::BAD_REQUEST, "BadParameter", message);
    if headers.get(header::CONTENT_TYPE).is_none_or(|kind| kind != "application/json") {
        return Err(refusal(StatusCode::UNSUPPORTED_MEDIA_TYPE, "BadParameter", "The body must be JSON."));
    }
    let ToSign { alg, value } = serde_json::from_slice(&body).map_err(|_| bad("Request body is invalid."))?;
    if alg != "RS256" {
        return Err(bad("Key and signing algorithm are incompatible."));
    }
    let digest = URL_SAFE_NO_PAD.decode(value).map_err(|_| bad("Property value has invalid value"))?;
    if !key.enabled {
        let message = "Operation sign is not allowed on a disabled key.";
        return Err(Refusal {
            inner: Some("KeyDisabled"),
            ..refusal(StatusCode::FORBIDDEN, "Forbidden", message)
        });
    }
    let signature = key.sign(&digest).ok_or_else(|| bad("Invalid length of 'value', expected 32 bytes."))?;
    let kid = format!("{}/keys/{}/{}", azure.url, key.name, key.version);
    world.vault.signatures += 1;
    Ok(Json(json!({ "kid": kid, "value": URL_SAFE_NO_PAD.encode(signature) })))
}

/// The world, if the caller may do this in the vault.
fn admitted<'azure>(
    azure: &'azure Azure,
    headers: &HeaderMap,
    query: Option<&str>,
    kind: &'static str,
    operation: &'static str,
) -> Result<std::sync::MutexGuard<'azure, World>, Refusal> {
    let version = query.and_then(|query| query.strip_prefix("api-version="));
    if !version.is_some_and(|version| API_VERSIONS.contains(&version)) {
        return Err(refusal(
            StatusCode::BAD_REQUEST,
            "BadParameter",
            "The specified version is not recognized.",
        ));
    }
    let unauthorized = |message: String| Refusal {
        challenge: Some(format!(
            "Bearer authorization=\"{}/{}\", resource=\"{AUDIENCE}\"",
            azure.url,
            azure.world().tenant.id
        )),
        ..refusal(StatusCode::UNAUTHORIZED, "Unauthorized", message)
    };
    let token = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    let Some(token) = token.and_then(|value| value.strip_prefix("Bearer ")) else {
        return Err(unauthorized("AKV10000: Request is missing a Bearer or PoP token.".to_owned()));
    };
    let claims = azure.keys.verify(token);
    let claims = claims.ok_or_else(|| unauthorized("AKV10032: Error validating token.".to_owned()))?;
    let audience = claims["aud"].as_str().unwrap_or_default();
    if audience.trim_end_matches('/') != AUDIENCE {
        let message = format!("AKV10022: Invalid audience. Expected {AUDIENCE}, found: {audience}.");
        return Err(unauthorized(message));
    }
    if claims["exp"].as_i64().unwrap_or_default() <= azure.clock.now().as_second() {
        return Err(unauthorized("AKV10047: Error validating token: the token has expired.".to_owned()));
    }
    let world = azure.world();
    match world.vault.trouble {
        Some(429) => {
            let message = "Request was not processed because too many requests were received.";
            return Err(refusal(StatusCode::TOO_MANY_REQUESTS, "Throttled", message));
        }
        Some(status) => {
            let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
            return Err(refusal(status, "InternalServerError", "An error has occurred."));
        }
        None => {}
    }
    let object_id = claims["oid"].as_str().unwrap_or_default();
    if !world.vault.allows(object_id, &format!("{kind}/{operation}")) {
        let message = format!(
            "The user, group or application 'appid={};oid={object_id}' does not have {kind} {operation} permission on key vault 'contoso'.",
            claims["appid"].as_str().unwrap_or_default()
        );
        return Err(Refusal {
            inner: Some("ForbiddenByPolicy"),
            ..refusal(StatusCode::FORBIDDEN, "Forbidden", message)
        });
    }
    Ok(world)
}
