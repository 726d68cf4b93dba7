//! Tokens for the host this Azure runs on: the instance metadata service and App Service.

use std::collections::HashMap;

use axum::{
    Json,
    extract::{Query, State},
    response::{IntoResponse, Response},
};
use http::{HeaderMap, HeaderValue, StatusCode};
use serde_json::json;

use super::claims;
use crate::{arm::audiences, azure::Azure};

type Parameters = HashMap<String, String>;

/// `GET /metadata/identity/oauth2/token`, for which the header `Metadata: true` is the proof of being there.
pub(super) async fn imds(
    State(azure): State<Azure>,
    headers: HeaderMap,
    Query(parameters): Query<Parameters>,
) -> Response {
    if headers.get("metadata").is_none_or(|value| value != "true") {
        return refuse("invalid_request", "Required metadata header not specified");
    }
    token(&azure, &parameters)
}

/// `GET $IDENTITY_ENDPOINT`, for which the value of `$IDENTITY_HEADER` is the proof.
pub(super) async fn app_service(
    State(azure): State<Azure>,
    headers: HeaderMap,
    Query(parameters): Query<Parameters>,
) -> Response {
    if headers.get("x-identity-header").is_none_or(HeaderValue::is_empty) {
        return refuse("invalid_request", "The header X-IDENTITY-HEADER is missing");
    }
    token(&azure, &parameters)
}

fn token(azure: &Azure, parameters: &Parameters) -> Response {
    let Some(resource) = parameters.get("resource") else {
        return refuse("invalid_request", "Required query variable 'resource' is missing");
    };
    if !audiences(&azure.url).contains(resource) {
        return refuse(
            "invalid_resource",
            &format!("AADSTS500011: The resource principal named {resource} was not found in the tenant."),
        );
    }
    let world = azure.world();
    let wanted = parameters.get("client_id");
    let app = world
        .apps
        .iter()
        .find(|app| app.managed_identity && wanted.is_none_or(|id| app.client_id.eq_ignore_ascii_case(id)));
    let Some(app) = app else { return refuse("invalid_request", "Identity not found") };
    let now = azure.clock.now();
    let expires = now + world.behaviour.token_life;
    let claims = claims::for_app(&world, &azure.url, app, resource, now);
    Json(json!({
        "access_token": azure.keys.sign(&claims),
        "client_id": app.client_id,
        "expires_in": world.behaviour.token_life.as_secs().to_string(),
        "expires_on": expires.as_second().to_string(),
        "not_before": now.as_second().to_string(),
        "resource": resource,
        "token_type": "Bearer",
    }))
    .into_response()
}

fn refuse(error: &str, description: &str) -> Response {
    (StatusCode::BAD_REQUEST, Json(json!({ "error": error, "error_description": description })))
        .into_response()
}
