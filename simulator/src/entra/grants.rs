//! The grants: a code, a refresh token, the app itself, or another token.

use aws_lc_rs::digest;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Value, json};

use super::{
    claims, discovery,
    error::EntraError,
    scope::{self, Scope},
    sessions::{Code, CodeError, Grant},
    token::TokenRequest,
};
use crate::{
    azure::Azure,
    world::{Person, World},
};

pub(super) fn authorization_code(
    azure: &Azure,
    world: &World,
    request: &TokenRequest,
) -> Result<Value, EntraError> {
    let text = request.require("code")?;
    let code = azure.sessions.code(text).map_err(|error| match error {
        CodeError::Unknown => EntraError::invalid_grant(9_002_313, "Invalid request. Request is malformed or invalid."),
        CodeError::Redeemed => EntraError::invalid_grant(
            54005,
            "OAuth2 Authorization code was already redeemed, please retry with a new valid code or use an existing refresh token.",
        ),
    })?;
    if code.grant.client_id != request.app.client_id {
        return Err(EntraError::invalid_grant(70000, "The provided grant was issued to another client."));
    }
    if code.issued_at + world.behaviour.code_life <= request.now {
        return Err(EntraError::invalid_grant(
            70008,
            "The provided authorization code or refresh token has expired due to inactivity. Send a new interactive authorization request for this user and resource.",
        ));
    }
    let redirect_uri = request.require("redirect_uri")?;
    if redirect_uri != code.redirect_uri {
        return Err(EntraError::invalid_grant(
            500_112,
            format!(
                "The reply address '{redirect_uri}' does not match the reply address '{}' provided when requesting Authorization code.",
                code.redirect_uri
            ),
        ));
    }
    check_verifier(&code, request)?;
    let scope = request.get("scope").unwrap_or(&code.grant.scope).to_owned();
    let answer = tokens(azure, world, request, &code.grant, &scope, code.nonce.as_deref())?;
    azure.sessions.redeemed(text);
    Ok(answer)
}

fn check_verifier(code: &Code, request: &TokenRequest) -> Result<(), EntraError> {
    let Some((challenge, hashed)) = &code.challenge else { return Ok(()) };
    let Some(verifier) = request.get("code_verifier") else {
        return Err(EntraError::invalid_grant(
            50148,
            "The code_verifier does not match the code_challenge supplied in the authorization request for PKCE.",
        ));
    };
    let shown = if *hashed {
        URL_SAFE_NO_PAD.encode(digest::digest(&digest::SHA256, verifier.as_bytes()))
    } else {
        verifier.to_owned()
    };
    if shown == *challenge {
        return Ok(());
    }
    Err(EntraError::invalid_grant(
        501_481,
        "The Code_Verifier does not match the code_challenge supplied in the authorization request.",
    ))
}

pub(super) fn refresh_token(
    azure: &Azure,
    world: &World,
    request: &TokenRequest,
) -> Result<Value, EntraError> {
    let found = azure.sessions.refresh_token(request.require("refresh_token")?);
    let (grant, revoked) =
        found.filter(|(grant, _)| grant.client_id == request.app.client_id).ok_or_else(|| {
            EntraError::invalid_grant(9_002_313, "Invalid request. Request is malformed or invalid.")
        })?;
    if revoked {
        return Err(EntraError::invalid_grant(
            50173,
            "The provided grant has expired due to it being revoked, a fresh auth token is needed. The user might have changed or reset their password.",
        ));
    }
    let scope = request.get("scope").unwrap_or(&grant.scope).to_owned();
    tokens(azure, world, request, &grant, &scope, None)
}

/// What a person's grant gives: an access token, and by scope an ID token and a refresh token.
fn tokens(
    azure: &Azure,
    world: &World,
    request: &TokenRequest,
    grant: &Grant,
    scope_text: &str,
    nonce: Option<&str>,
) -> Result<Value, EntraError> {
    let app = &request.app;
    let person = person(world, &grant.person)?;
    let scope = Scope::parse(azure, app, &world.tenant.name, scope_text)?;
    if let Some(challenge) = request.get("claims").filter(|_| request.wanted.steps_up && !grant.stepped_up) {
        return Err(step_up(challenge));
    }
    let resource = scope.resource.unwrap_or_else(|| scope::Resource {
        audience: "https://graph.microsoft.com".to_owned(),
        permissions: vec!["User.Read".to_owned()],
    });
    let issuer = discovery::issuer(azure, world);
    let is_own_api = resource.audience == format!("api://{}", app.client_id);
    let mut access = if is_own_api && app.token_version == 2 {
        claims::for_own_api(world, &issuer, app, person, &resource.granted(app), request.now)
    } else {
        claims::for_person(world, &azure.url, app, person, &resource, grant, request.now)
    };
    claims::requested(&mut access, &request.wanted, grant);
    let life = world.behaviour.token_life.as_secs();
    let granted: Vec<String> =
        resource.permissions.iter().map(|permission| format!("{}/{permission}", resource.audience)).collect();
    let mut answer = json!({
        "token_type": "Bearer",
        "scope": granted.join(" "),
        "expires_in": life,
        "ext_expires_in": life,
        "access_token": azure.keys.sign(&access),
    });
    if scope.offline || grant.scope.contains("offline_access") {
        answer["refresh_token"] = azure.sessions.give_refresh_token(grant.clone()).into();
    }
    if scope.openid || grant.scope.contains("openid") {
        let id = claims::id_token(world, &issuer, app, person, grant, nonce, request.now);
        answer["id_token"] = azure.keys.sign(&id).into();
    }
    Ok(answer)
}

/// Whoever lost their account since loses their tokens too.
fn person<'world>(world: &'world World, object_id: &str) -> Result<&'world Person, EntraError> {
    let person = world.person(object_id).ok_or_else(|| {
        EntraError::invalid_grant(50034, "The user account does not exist in the directory. To sign into this application, the account must be added to the directory.")
    })?;
    if person.enabled {
        return Ok(person);
    }
    Err(EntraError::invalid_grant(50057, "The user account is disabled."))
}

/// Only the person can answer this, in the browser.
fn step_up(claims: &str) -> EntraError {
    EntraError::new(
        "interaction_required",
        50076,
        "Due to a configuration change made by your administrator, or because you moved to a new location, you must use multi-factor authentication to access the resource.",
    )
    .claims(serde_json::from_str(claims).unwrap_or_default())
}

pub(super) fn client_credentials(
    azure: &Azure,
    world: &World,
    request: &TokenRequest,
) -> Result<Value, EntraError> {
    let text = request.require("scope")?;
    if 1 < text.split_whitespace().count() {
        return Err(scope::invalid(text));
    }
    let scope = Scope::parse(azure, &request.app, &world.tenant.name, text)?;
    let resource = scope.resource.ok_or_else(|| scope::invalid(text))?;
    if resource.permissions != [".default"] {
        return Err(EntraError::new(
            "invalid_scope",
            1_002_012,
            format!(
                "The provided value for scope {text} is not valid. Client credential flows must have a scope value with /.default suffixed to the resource identifier (application ID URI)."
            ),
        ));
    }
    let claims = claims::for_app(world, &azure.url, &request.app, &resource.audience, request.now);
    let life = world.behaviour.token_life.as_secs();
    Ok(json!({
        "token_type": "Bearer",
        "expires_in": life,
        "ext_expires_in": life,
        "access_token": azure.keys.sign(&claims),
    }))
}

/// An access token for the app, exchanged for one that acts for the same person elsewhere.
pub(super) fn on_behalf_of(
    azure: &Azure,
    world: &World,
    request: &TokenRequest,
) -> Result<Value, EntraError> {
    if request.require("requested_token_use")? != "on_behalf_of" {
        return Err(EntraError::invalid_request(
            900_144,
            "The parameter 'requested_token_use' must be 'on_behalf_of'.",
        ));
    }
    let app = &request.app;
    let invalid = |why: &str| {
        EntraError::invalid_grant(50013, format!("Assertion failed signature validation. [Reason - {why}]"))
    };
    let assertion =
        azure.keys.verify(request.require("assertion")?).ok_or_else(|| invalid("The key was not found."))?;
    let audience = assertion["aud"].as_str().unwrap_or_default();
    if audience != app.client_id && audience != format!("api://{}", app.client_id) {
        return Err(invalid("The token is meant for another application."));
    }
    if assertion["exp"].as_i64().is_none_or(|expires| expires <= request.now.as_second()) {
        return Err(EntraError::invalid_grant(500_133, "Assertion is not within its valid time range."));
    }
    if assertion["idtyp"] == "app" || assertion["scp"].as_str().is_none_or(str::is_empty) {
        return Err(invalid("The on-behalf-of flow only works for user principals."));
    }
    let grant = Grant {
        client_id: app.client_id.clone(),
        person: assertion["oid"].as_str().unwrap_or_default().to_owned(),
        session: assertion["sid"].as_str().unwrap_or_default().to_owned(),
        scope: String::new(),
        signed_in_at: request.now,
        stepped_up: assertion["acrs"].is_array(),
    };
    tokens(azure, world, request, &grant, request.require("scope")?, None)
}
