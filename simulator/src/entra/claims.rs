//! What stands in tokens.

use jiff::Timestamp;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{directory, scope::Resource, sessions::Grant, wanted::Wanted};
use crate::{
    stable,
    world::{App, Person, World},
};

/// An ID token's claims.
pub(super) fn id_token(
    world: &World,
    issuer: &str,
    app: &App,
    person: &Person,
    grant: &Grant,
    nonce: Option<&str>,
    now: Timestamp,
) -> Value {
    let mut claims = json!({
        "aud": app.client_id,
        "iss": issuer,
        "iat": now.as_second(),
        "nbf": now.as_second(),
        "exp": now.as_second() + 3900,
        "auth_time": grant.signed_in_at.as_second(),
        "name": person.name,
        "preferred_username": person.username,
        "email": person.username,
        "login_hint": login_hint(person),
        "oid": person.object_id,
        "rh": "1.simulated",
        "sid": grant.session,
        // Pairwise: another app sees another subject.
        "sub": stable::uuid(&format!("{} {}", app.client_id, person.object_id)).simple().to_string(),
        "tid": world.tenant.id,
        "uti": Uuid::new_v4().simple().to_string(),
        "ver": "2.0",
    });
    if let Some(nonce) = nonce {
        claims["nonce"] = nonce.into();
    }
    if !person.app_roles.is_empty() {
        claims["roles"] = json!(person.app_roles);
    }
    if app.groups_claim {
        groups(&mut claims, person);
    }
    if grant.stepped_up {
        claims["acrs"] = json!(["p1"]);
    }
    claims
}

/// More groups than this do not fit, and the token says only that there are many.
const MOST_GROUPS: usize = 200;

fn groups(claims: &mut Value, person: &Person) {
    if person.groups.len() <= MOST_GROUPS {
        claims["groups"] = json!(person.groups);
        return;
    }
    claims["_claim_names"] = json!({ "groups": "src1" });
    claims["_claim_sources"] = json!({
        "src1": { "endpoint": format!("https://graph.windows.net/contoso/users/{}/getMemberObjects", person.object_id) },
    });
}

/// Opaque to apps; names the person at sign-out.
pub(super) fn login_hint(person: &Person) -> String {
    format!("O.{}", stable::uuid(&person.object_id).simple())
}

/// Claims of an access token that a person gave an app.
pub(super) fn for_person(
    world: &World,
    url: &str,
    app: &App,
    person: &Person,
    resource: &Resource,
    grant: &Grant,
    now: Timestamp,
) -> Value {
    let mut claims = access_token(world, url, app, &resource.audience, &person.object_id, now);
    claims["scp"] = resource.granted(app).join(" ").into();
    claims["upn"] = person.username.clone().into();
    claims["unique_name"] = person.username.clone().into();
    claims["name"] = person.name.clone().into();
    claims["idtyp"] = "user".into();
    claims["groups"] = json!(person.groups);
    claims["sid"] = grant.session.clone().into();
    claims["amr"] = if grant.stepped_up { json!(["pwd", "mfa"]) } else { json!(["pwd"]) };
    claims
}

/// Claims of an access token for an app's own API, of version 2.0.
pub(super) fn for_own_api(
    world: &World,
    issuer: &str,
    app: &App,
    person: &Person,
    scopes: &[&str],
    now: Timestamp,
) -> Value {
    let mut claims = json!({
        "aud": app.client_id,
        "iss": issuer,
        "iat": now.as_second(),
        "nbf": now.as_second(),
        "exp": (now + world.behaviour.token_life).as_second(),
        "azp": app.client_id,
        "azpacr": "1",
        "name": person.name,
        "oid": person.object_id,
        "preferred_username": person.username,
        "rh": "1.simulated",
        "scp": scopes.join(" "),
        "sub": stable::uuid(&format!("{} {}", app.client_id, person.object_id)).simple().to_string(),
        "tid": world.tenant.id,
        "uti": Uuid::new_v4().simple().to_string(),
        "ver": "2.0",
    });
    if !person.app_roles.is_empty() {
        claims["roles"] = json!(person.app_roles);
    }
    if app.groups_claim {
        groups(&mut claims, person);
    }
    claims
}

/// Adds what an access token has only if the app asks for it by the `claims` of its request.
pub(super) fn requested(claims: &mut Value, wanted: &Wanted, grant: &Grant) {
    if grant.stepped_up && wanted.steps_up {
        claims["acrs"] = json!(["p1"]);
    }
    // The app understands challenges, so that the token can be taken back before its end.
    if wanted.understands_challenges {
        claims["xms_cc"] = json!(["cp1"]);
    }
}

/// Claims of an access token for an app that acts for itself.
pub(super) fn for_app(world: &World, url: &str, app: &App, audience: &str, now: Timestamp) -> Value {
    let mut claims = access_token(world, url, app, audience, &app.object_id, now);
    claims["idtyp"] = "app".into();
    if audience == directory::AUDIENCE {
        claims["roles"] = json!(app.permissions);
    }
    claims
}

/// Tokens for Resource Manager are of version 1.0.
fn access_token(
    world: &World,
    url: &str,
    app: &App,
    audience: &str,
    object_id: &str,
    now: Timestamp,
) -> Value {
    json!({
        "aud": audience,
        "iss": format!("{url}/{}/", world.tenant.id),
        "iat": now.as_second(),
        "nbf": now.as_second(),
        "exp": (now + world.behaviour.token_life).as_second(),
        "appid": app.client_id,
        "azp": app.client_id,
        "oid": object_id,
        "sub": object_id,
        "tid": world.tenant.id,
        "uti": Uuid::new_v4().simple().to_string(),
        "ver": "1.0",
    })
}
