//! Microsoft Entra ID: discovery, keys, signing in, tokens, signing out.

mod assertion;
mod authorize;
mod claims;
mod directory;
mod discovery;
mod error;
mod grants;
pub(crate) mod keys;
mod logout;
mod managed_identity;
mod page;
mod scope;
pub(crate) mod sessions;
mod token;
mod trouble;
mod wanted;

use axum::{
    Router, middleware,
    routing::{get, post},
};

use crate::{
    azure::Azure,
    world::{App, Person, World},
};

/// The URL map of Entra.
pub(crate) fn routes(azure: Azure) -> Router<Azure> {
    Router::new()
        .route("/{tenant}/v2.0/.well-known/openid-configuration", get(discovery::configuration))
        .route("/{tenant}/discovery/v2.0/keys", get(discovery::keys))
        .route("/{tenant}/oauth2/v2.0/authorize", get(authorize::show).post(authorize::picked))
        .route("/{tenant}/oauth2/v2.0/token", post(token::token))
        .route("/{tenant}/oauth2/v2.0/logout", get(logout::logout).post(logout::logout))
        .route("/v1.0/me/getMemberObjects", post(directory::mine))
        .route("/v1.0/users/{id}/getMemberObjects", post(directory::somebodys))
        .route("/metadata/identity/oauth2/token", get(managed_identity::imds))
        .route("/msi/token", get(managed_identity::app_service))
        .route_layer(middleware::from_fn_with_state(azure, trouble::befall))
}

/// What Resource Manager's tokens are for.
const ARM: &str = "https://management.azure.com/";

/// An access token as the app would get it with its own credentials.
pub(crate) fn token_for_app(azure: &Azure, world: &World, app: &App) -> String {
    azure.keys.sign(&claims::for_app(world, &azure.url, app, ARM, azure.clock.now()))
}

/// An access token for the API of the world's first app, as somebody's program would get it.
pub(crate) fn token_for_api(azure: &Azure, world: &World, person: &Person, scope: &str) -> Option<String> {
    let issuer = discovery::issuer(azure, world);
    let scopes = [scope];
    let claims = claims::for_own_api(world, &issuer, world.apps.first()?, person, &scopes, azure.clock.now());
    Some(azure.keys.sign(&claims))
}

/// An access token as the world's first app would get it for a person.
pub(crate) fn token_for_person(azure: &Azure, world: &World, person: &Person) -> Option<String> {
    let app = world.apps.first()?;
    let now = azure.clock.now();
    let grant = sessions::Grant {
        client_id: app.client_id.clone(),
        person: person.object_id.clone(),
        session: String::new(),
        scope: String::new(),
        signed_in_at: now,
        stepped_up: false,
    };
    let resource =
        scope::Resource { audience: ARM.to_owned(), permissions: vec!["user_impersonation".to_owned()] };
    Some(azure.keys.sign(&claims::for_person(world, &azure.url, app, person, &resource, &grant, now)))
}
