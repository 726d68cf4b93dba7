//! Scopes: which resource a token is for, and what the app may do there.

use super::{directory::AUDIENCE as GRAPH, error::EntraError};
use crate::{arm::audiences, azure::Azure, vault::AUDIENCE as VAULT, world::App};

/// All that the app was given at a resource.
const DEFAULT: &str = ".default";

/// The scopes that are not a resource's.
const OPENID: [&str; 4] = ["openid", "profile", "email", "offline_access"];

/// What was asked for, taken apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Scope {
    pub(super) openid: bool,
    pub(super) offline: bool,
    /// The resource, if one was named.
    pub(super) resource: Option<Resource>,
}

/// A resource and what is asked of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Resource {
    /// As it will stand in `aud`.
    pub(super) audience: String,
    /// `user_impersonation`, `.default` and the like, without the resource.
    pub(super) permissions: Vec<String>,
}

impl Resource {
    /// What a person's token says the app may do there; `.default` stands for all that it may.
    pub(super) fn granted<'granted>(&'granted self, app: &'granted App) -> Vec<&'granted str> {
        let named: Vec<&str> =
            self.permissions.iter().map(String::as_str).filter(|one| *one != DEFAULT).collect();
        if named.is_empty() { offered(&self.audience, app) } else { named }
    }
}

impl Scope {
    pub(super) fn parse(azure: &Azure, app: &App, tenant: &str, text: &str) -> Result<Self, EntraError> {
        let mut scope = Self { openid: false, offline: false, resource: None };
        for part in text.split_whitespace() {
            match part {
                "openid" => scope.openid = true,
                "offline_access" => scope.offline = true,
                _ if OPENID.contains(&part) => {}
                _ => {
                    let (audience, permission) = split(azure, app, tenant, text, part)?;
                    let resource = scope.resource.get_or_insert_with(|| Resource {
                        audience: audience.clone(),
                        permissions: Vec::new(),
                    });
                    if resource.audience != audience {
                        return Err(EntraError::invalid_request(
                            28000,
                            format!(
                                "Provided value for the input parameter scope is not valid because it contains more than one resource. Scope {text} is not valid."
                            ),
                        ));
                    }
                    resource.permissions.push(permission);
                }
            }
        }
        Ok(scope)
    }
}

/// `https://management.azure.com/user_impersonation`, `api://app/.default`, or `User.Read` of Graph.
fn split(
    azure: &Azure,
    app: &App,
    tenant: &str,
    whole: &str,
    part: &str,
) -> Result<(String, String), EntraError> {
    let is_uri = part.contains("://");
    let (resource, permission) = match part.rsplit_once('/') {
        Some((resource, permission)) if is_uri => (resource, permission),
        None if part.starts_with(|first: char| first.is_ascii_uppercase()) => (GRAPH, part),
        Some(_) | None => return Err(invalid(whole)),
    };
    if permission.is_empty() {
        return Err(invalid(whole));
    }
    let known = audiences(&azure.url);
    let own = format!("api://{}", app.client_id);
    // `https://management.core.windows.net//.default` keeps its slash in the audience.
    let found =
        known.iter().map(String::as_str).chain([GRAPH, VAULT, own.as_str()]).find(|known| *known == resource);
    match found {
        Some(audience) if permission == DEFAULT || offered(audience, app).contains(&permission) => {
            Ok((audience.to_owned(), permission.to_owned()))
        }
        // Graph knows many more, which nobody has given to this app.
        Some(GRAPH) => Err(no_consent(app)),
        Some(_) => Err(invalid(whole)),
        None => Err(EntraError::new(
            "invalid_resource",
            500_011,
            format!(
                "The resource principal named {resource} was not found in the tenant named {tenant}. This can happen if the application has not been installed by the administrator of the tenant or consented to by any user in the tenant. You might have sent your authentication request to the wrong tenant."
            ),
        )),
    }
}

/// What the app may ask of a resource in the name of people.
fn offered<'app>(audience: &str, app: &'app App) -> Vec<&'app str> {
    let own = format!("api://{}", app.client_id);
    match audience {
        GRAPH => app.delegated.iter().map(String::as_str).collect(),
        _ if audience == own => app.exposes.iter().map(String::as_str).collect(),
        _ => vec!["user_impersonation"],
    }
}

fn no_consent(app: &App) -> EntraError {
    EntraError::invalid_grant(
        65001,
        format!(
            "The user or administrator has not consented to use the application with ID '{}' named '{}'. Send an interactive authorization request for this user and resource.",
            app.client_id, app.name
        ),
    )
}

pub(super) fn invalid(scope: &str) -> EntraError {
    EntraError::new(
        "invalid_scope",
        70011,
        format!(
            "The provided request must include a 'scope' input parameter. The provided value for the input parameter 'scope' is not valid. The scope {scope} is not valid."
        ),
    )
}
