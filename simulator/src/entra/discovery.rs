//! What clients read first: the OpenID configuration and the keys.

use axum::{
    Json,
    extract::{Path, State},
    response::{IntoResponse, Response},
};
use http::HeaderMap;
use serde_json::json;

use super::error::EntraError;
use crate::{azure::Azure, world::World};

/// The issuer of the world's tenant.
pub(super) fn issuer(azure: &Azure, world: &World) -> String {
    format!("{}/{}/v2.0", azure.url, world.tenant.id)
}

/// Refuses a tenant other than the world's, by id or domain. `common` and `organizations` are all tenants.
pub(super) fn check_tenant(world: &World, tenant: &str) -> Result<(), EntraError> {
    let own = [world.tenant.id.as_str(), world.tenant.domain.as_str(), "common", "organizations"];
    if own.iter().any(|own| own.eq_ignore_ascii_case(tenant)) {
        return Ok(());
    }
    Err(EntraError::unknown_tenant(tenant))
}

/// `GET /{tenant}/v2.0/.well-known/openid-configuration`
pub(super) async fn configuration(
    State(azure): State<Azure>,
    Path(tenant): Path<String>,
    headers: HeaderMap,
) -> Response {
    let world = azure.world();
    if let Err(error) = check_tenant(&world, &tenant) {
        return error.respond(&headers, azure.clock.now());
    }
    let url = &azure.url;
    let is_multi = ["common", "organizations"].iter().any(|multi| multi.eq_ignore_ascii_case(&tenant));
    let issuer = if is_multi { format!("{url}/{{tenantid}}/v2.0") } else { issuer(&azure, &world) };
    let tenant = if is_multi { tenant } else { world.tenant.id.clone() };
    Json(json!({
        "issuer": issuer,
        "authorization_endpoint": format!("{url}/{tenant}/oauth2/v2.0/authorize"),
        "token_endpoint": format!("{url}/{tenant}/oauth2/v2.0/token"),
        "end_session_endpoint": format!("{url}/{tenant}/oauth2/v2.0/logout"),
        "jwks_uri": format!("{url}/{tenant}/discovery/v2.0/keys"),
        "token_endpoint_auth_methods_supported": ["client_secret_post", "private_key_jwt", "client_secret_basic"],
        "response_modes_supported": ["query"],
        "subject_types_supported": ["pairwise"],
        "id_token_signing_alg_values_supported": ["RS256"],
        "response_types_supported": ["code"],
        "scopes_supported": ["openid", "profile", "email", "offline_access"],
        "claims_supported": [
            "sub", "iss", "aud", "exp", "iat", "auth_time", "acr", "nonce", "preferred_username", "name", "tid",
            "ver", "at_hash", "c_hash", "email"
        ],
        "request_uri_parameter_supported": false,
        "http_logout_supported": true,
        "frontchannel_logout_supported": true,
        "tenant_region_scope": "EU",
        "cloud_instance_name": "simulated",
    }))
    .into_response()
}

/// `GET /{tenant}/discovery/v2.0/keys`
pub(super) async fn keys(
    State(azure): State<Azure>,
    Path(tenant): Path<String>,
    headers: HeaderMap,
) -> Response {
    let world = azure.world();
    match check_tenant(&world, &tenant) {
        Ok(()) => Json(azure.keys.set(&issuer(&azure, &world))).into_response(),
        Err(error) => error.respond(&headers, azure.clock.now()),
    }
}
