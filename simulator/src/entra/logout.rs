//! Signing out of Entra.

use std::collections::HashMap;

use axum::{
    extract::{Path, Query, State},
    response::{IntoResponse, Response},
};
use http::{HeaderMap, StatusCode, header};

use super::{authorize::cookie, discovery, page};
use crate::azure::Azure;

/// `GET /{tenant}/oauth2/v2.0/logout`: ends the session and goes back if there is where to.
pub(super) async fn logout(
    State(azure): State<Azure>,
    Path(tenant): Path<String>,
    headers: HeaderMap,
    Query(parameters): Query<HashMap<String, String>>,
) -> Response {
    if let Err(error) = discovery::check_tenant(&azure.world(), &tenant) {
        return page::error(&error, azure.clock.now());
    }
    if let Some(cookie) = cookie(&headers) {
        azure.sessions.sign_out(&cookie);
    }
    let gone = (header::SET_COOKIE, "ESTSAUTH=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0");
    match parameters.get("post_logout_redirect_uri").filter(|uri| is_known(&azure, uri)) {
        Some(uri) => (StatusCode::FOUND, [gone, (header::LOCATION, uri.as_str())]).into_response(),
        None => ([gone], page::signed_out()).into_response(),
    }
}

/// Whether some app is registered at the place to go back to.
fn is_known(azure: &Azure, uri: &str) -> bool {
    let Ok(wanted) = url::Url::parse(uri) else { return false };
    let is_loopback = matches!(wanted.host_str(), Some("localhost" | "127.0.0.1" | "[::1]"));
    let world = azure.world();
    let registered =
        world.apps.iter().flat_map(|app| &app.redirect_uris).filter_map(|known| url::Url::parse(known).ok());
    let mut registered = registered;
    registered
        .any(|known| known.origin() == wanted.origin() || (is_loopback && known.host() == wanted.host()))
}
