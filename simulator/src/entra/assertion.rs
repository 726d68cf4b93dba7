//! Client assertions: a signed token in place of a secret.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use jsonwebtoken::{Algorithm, DecodingKey, Validation};
use serde_json::Value;

use super::{error::EntraError, token::TokenRequest};
use crate::world::World;

/// What tokens of other issuers must be meant for.
const EXCHANGE: &str = "api://AzureADTokenExchange";

/// Checks an assertion: one that the app signed itself, or one of an issuer it trusts.
pub(super) fn check(world: &World, request: &TokenRequest, assertion: &str) -> Result<(), EntraError> {
    let malformed = || EntraError::invalid_client(50027, "JWT token is invalid or malformed.");
    let kind = request.require("client_assertion_type")?;
    if kind != "urn:ietf:params:oauth:client-assertion-type:jwt-bearer" {
        return Err(EntraError::invalid_request(
            90023,
            format!("Invalid value '{kind}' of parameter 'client_assertion_type'."),
        ));
    }
    let claims = claims(assertion).ok_or_else(malformed)?;
    if claims["exp"].as_i64().is_none_or(|expires| expires <= request.now.as_second()) {
        return Err(EntraError::invalid_client(
            700_024,
            "Client assertion is not within its valid time range.",
        ));
    }
    let text = |name: &str| claims[name].as_str().unwrap_or_default();
    if text("iss") == request.app.client_id {
        own(world, request, assertion, text("sub"), text("aud"))
    } else {
        federated(request, text("iss"), text("sub"), &claims["aud"])
    }
}

fn own(
    world: &World,
    request: &TokenRequest,
    assertion: &str,
    subject: &str,
    audience: &str,
) -> Result<(), EntraError> {
    let app = &request.app;
    if subject != app.client_id {
        return Err(EntraError::invalid_client(
            50048,
            "Subject mismatches Issuer claim in the client assertion.",
        ));
    }
    // Clients name the token endpoint by whatever host they reach it under.
    let meant_here = [&request.tenant, &world.tenant.id].iter().any(|tenant| {
        audience.ends_with(&format!("/{tenant}/oauth2/v2.0/token"))
            || audience.ends_with(&format!("/{tenant}/v2.0"))
    });
    if !meant_here {
        return Err(EntraError::invalid_client(
            50013,
            format!("Client assertion audience '{audience}' claim does not match."),
        ));
    }
    let mut validation = Validation::new(Algorithm::RS256);
    validation.algorithms = vec![Algorithm::RS256, Algorithm::PS256];
    // Times and audience were checked above, by this simulator's clock.
    validation.validate_exp = false;
    validation.validate_aud = false;
    validation.required_spec_claims.clear();
    let is_signed = app.certificates.iter().any(|pem| {
        let key = DecodingKey::from_rsa_pem(pem.as_bytes());
        key.is_ok_and(|key| jsonwebtoken::decode::<Value>(assertion, &key, &validation).is_ok())
    });
    if is_signed {
        return Ok(());
    }
    Err(EntraError::invalid_client(
        700_027,
        "The certificate with identifier used to sign the client assertion is not registered on application.",
    ))
}

/// The issuer's signature cannot be checked here; its name and the subject can.
fn federated(
    request: &TokenRequest,
    issuer: &str,
    subject: &str,
    audience: &Value,
) -> Result<(), EntraError> {
    let meant_here = match audience {
        Value::Array(several) => several.iter().any(|one| one == EXCHANGE),
        one => one == EXCHANGE,
    };
    if !meant_here {
        return Err(EntraError::invalid_client(
            700_212,
            format!(
                "No matching federated identity record found for presented assertion audience '{audience}'."
            ),
        ));
    }
    let known = request.app.federated.iter().filter(|known| known.issuer == issuer);
    if known.clone().any(|known| known.subject == subject) {
        return Ok(());
    }
    let (code, what, value) =
        if known.count() == 0 { (700_211, "issuer", issuer) } else { (700_213, "subject", subject) };
    Err(EntraError::invalid_client(
        code,
        format!("No matching federated identity record found for presented assertion {what} '{value}'."),
    ))
}

fn claims(token: &str) -> Option<Value> {
    let claims = token.split('.').nth(1)?;
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(claims).ok()?).ok()
}
