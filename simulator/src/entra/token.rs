//! The token endpoint: who the app is, and which grant it has.

use std::collections::HashMap;

use axum::{
    Form,
    extract::{Path, State, rejection::FormRejection},
    response::{IntoResponse, Response},
};
use base64::{Engine, engine::general_purpose::STANDARD};
use http::{HeaderMap, header};
use jiff::Timestamp;
use serde_json::Value;

use super::{assertion, discovery, error::EntraError, grants, wanted::Wanted};
use crate::{
    azure::Azure,
    world::{App, World},
};

/// A request for a token.
pub(super) struct TokenRequest {
    pub(super) tenant: String,
    pub(super) app: App,
    pub(super) now: Timestamp,
    pub(super) wanted: Wanted,
    form: HashMap<String, String>,
}

impl TokenRequest {
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.form.get(name).map(String::as_str).filter(|value| !value.is_empty())
    }

    pub(super) fn require(&self, name: &str) -> Result<&str, EntraError> {
        self.get(name).ok_or_else(|| EntraError::missing(name))
    }
}

/// `POST /{tenant}/oauth2/v2.0/token`
pub(super) async fn token(
    State(azure): State<Azure>,
    Path(tenant): Path<String>,
    headers: HeaderMap,
    form: Result<Form<HashMap<String, String>>, FormRejection>,
) -> Response {
    let now = azure.clock.now();
    let form = form.map(|Form(form)| form).unwrap_or_default();
    match answer(&azure, tenant, &headers, form, now) {
        Ok(body) => {
            ([(header::CACHE_CONTROL, "no-store, no-cache"), (header::PRAGMA, "no-cache")], axum::Json(body))
                .into_response()
        }
        Err(error) => {
            tracing::debug!(code = error.code, error.message, "no token");
            error.respond(&headers, now)
        }
    }
}

fn answer(
    azure: &Azure,
    tenant: String,
    headers: &HeaderMap,
    mut form: HashMap<String, String>,
    now: Timestamp,
) -> Result<Value, EntraError> {
    let world = azure.world();
    discovery::check_tenant(&world, &tenant)?;
    if let Some((id, secret)) = basic(headers) {
        form.entry("client_id".to_owned()).or_insert(id);
        form.entry("client_secret".to_owned()).or_insert(secret);
    }
    let grant_type = form.get("grant_type").cloned().ok_or_else(|| EntraError::missing("grant_type"))?;
    let client_id = form.get("client_id").cloned().ok_or_else(|| EntraError::missing("client_id"))?;
    let app = world.apps.iter().find(|app| app.client_id.eq_ignore_ascii_case(&client_id));
    let app = app.ok_or_else(|| EntraError::unknown_app(&client_id, &world.tenant.name))?.clone();
    let mut request = TokenRequest { tenant, app, now, wanted: Wanted::default(), form };
    authenticate(&world, &request)?;
    request.wanted = Wanted::parse(request.get("claims"))?;
    match grant_type.as_str() {
        "authorization_code" => grants::authorization_code(azure, &world, &request),
        "refresh_token" => grants::refresh_token(azure, &world, &request),
        "client_credentials" => grants::client_credentials(azure, &world, &request),
        "urn:ietf:params:oauth:grant-type:jwt-bearer" => grants::on_behalf_of(azure, &world, &request),
        _ => Err(EntraError::new(
            "unsupported_grant_type",
            70003,
            format!("The app requested an unsupported grant type '{grant_type}'."),
        )),
    }
}

/// The app proves itself by its secret or by an assertion, unless it has neither.
fn authenticate(world: &World, request: &TokenRequest) -> Result<(), EntraError> {
    let app = &request.app;
    if let Some(assertion) = request.get("client_assertion") {
        return assertion::check(world, request, assertion);
    }
    let is_public = app.secret.is_none() && app.certificates.is_empty() && app.federated.is_empty();
    match (request.get("client_secret"), &app.secret) {
        (None, _) if is_public => Ok(()),
        (None, _) => Err(EntraError::invalid_client(
            7_000_218,
            "The request body must contain the following parameter: 'client_assertion' or 'client_secret'.",
        )),
        (Some(given), Some(secret)) if given == secret => Ok(()),
        (Some(_), _) => Err(EntraError::invalid_client(
            7_000_215,
            format!(
                "Invalid client secret provided. Ensure the secret being sent in the request is the client secret value, not the client secret ID, for a secret added to app '{}'.",
                app.client_id
            ),
        )),
    }
}

/// Credentials in the header, each of them form-encoded.
fn basic(headers: &HeaderMap) -> Option<(String, String)> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?.strip_prefix("Basic ")?;
    let text = String::from_utf8(STANDARD.decode(value).ok()?).ok()?;
    let (id, secret) = text.split_once(':')?;
    let decode = |text: &str| {
        let pair = format!("v={text}");
        url::form_urlencoded::parse(pair.as_bytes()).next().map(|(_, value)| value.into_owned())
    };
    Some((decode(id)?, decode(secret)?))
}
