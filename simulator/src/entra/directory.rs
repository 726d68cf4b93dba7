//! As much of Microsoft Graph as tells the groups of somebody.

use axum::{
    Json,
    body::Bytes,
    extract::{Path, State},
    response::{IntoResponse, Response},
};
use http::{HeaderMap, StatusCode, header};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::azure::Azure;

/// What tokens for it are for.
pub(super) const AUDIENCE: &str = "https://graph.microsoft.com";

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Body {
    security_enabled_only: bool,
}

/// `POST /v1.0/me/getMemberObjects`, for a person's own token.
pub(super) async fn mine(State(azure): State<Azure>, headers: HeaderMap, body: Bytes) -> Response {
    member_objects(&azure, &headers, &body, None).into_response()
}

/// `POST /v1.0/users/{id}/getMemberObjects`, for an app's token.
pub(super) async fn somebodys(
    State(azure): State<Azure>,
    Path(id): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    member_objects(&azure, &headers, &body, Some(&id)).into_response()
}

fn member_objects(
    azure: &Azure,
    headers: &HeaderMap,
    body: &[u8],
    of: Option<&str>,
) -> Result<Json<Value>, GraphError> {
    let claims = caller(azure, headers)?;
    let has = |claim: &str, permissions: &[&str]| match &claims[claim] {
        Value::String(list) => list.split(' ').any(|one| permissions.contains(&one)),
        Value::Array(list) => list.iter().filter_map(Value::as_str).any(|one| permissions.contains(&one)),
        _ => false,
    };
    let is_person = claims["idtyp"] == "user";
    if of.is_none() && !is_person {
        let why = "/me request is only valid with delegated authentication flow.";
        return Err(refuse(StatusCode::BAD_REQUEST, "BadRequest", why));
    }
    let may = if of.is_none() {
        has("scp", &["User.Read", "GroupMember.Read.All", "Directory.Read.All"])
    } else {
        let all = ["GroupMember.Read.All", "Directory.Read.All"];
        has(if is_person { "scp" } else { "roles" }, &all)
    };
    if !may {
        let why = "Insufficient privileges to complete the operation.";
        return Err(refuse(StatusCode::FORBIDDEN, "Authorization_RequestDenied", why));
    }
    let Body { security_enabled_only } = serde_json::from_slice(body)
        .map_err(|error| refuse(StatusCode::BAD_REQUEST, "BadRequest", &error.to_string()))?;
    if !security_enabled_only {
        let why = "The simulated Microsoft Graph knows no groups but security groups.";
        return Err(refuse(StatusCode::NOT_IMPLEMENTED, "NotSimulated", why));
    }
    let id = of.unwrap_or_else(|| claims["oid"].as_str().unwrap_or_default());
    let world = azure.world();
    let person = world.person(id).ok_or_else(|| {
        let why = format!(
            "Resource '{id}' does not exist or one of its queried reference-property objects are not present."
        );
        refuse(StatusCode::NOT_FOUND, "Request_ResourceNotFound", &why)
    })?;
    let context = "https://graph.microsoft.com/v1.0/$metadata#Collection(Edm.String)";
    Ok(Json(json!({ "@odata.context": context, "value": person.groups })))
}

/// The claims of a token that counts here.
fn caller(azure: &Azure, headers: &HeaderMap) -> Result<Value, GraphError> {
    let refuse = |why: &str| refuse(StatusCode::UNAUTHORIZED, "InvalidAuthenticationToken", why);
    let header = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    let token = header.and_then(|value| value.strip_prefix("Bearer "));
    let token = token.ok_or_else(|| refuse("Access token is empty."))?;
    let claims = azure.keys.verify(token).ok_or_else(|| refuse("Invalid x5t claim."))?;
    if claims["aud"] != AUDIENCE {
        return Err(refuse("Access token validation failure. Invalid audience."));
    }
    if claims["exp"].as_i64().is_none_or(|end| end <= azure.clock.now().as_second()) {
        return Err(refuse("Lifetime validation failed, the token is expired."));
    }
    Ok(claims)
}

fn refuse(status: StatusCode, code: &'static str, message: &str) -> GraphError {
    GraphError { status, code, message: message.to_owned() }
}

/// Why it refuses.
struct GraphError {
    status: StatusCode,
    code: &'static str,
    message: String,
}

impl IntoResponse for GraphError {
    fn into_response(self) -> Response {
        let Self { status, code, message } = self;
        (status, Json(json!({ "error": { "code": code, "message": message } }))).into_response()
    }
}
