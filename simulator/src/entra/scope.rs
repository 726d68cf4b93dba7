//! Scopes: which resource a token is for, and what the app may do there.

use super::error::EntraError;
use crate::{arm::audiences, azure::Azure, world::App};

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
    const GRAPH: &str = "https://graph.microsoft.com";
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
        known.iter().map(String::as_str).chain([GRAPH, own.as_str()]).find(|known| *known == resource);
    match found {
        Some(audience) => Ok((audience.to_owned(), permission.to_owned())),
        None => Err(EntraError::new(
            "invalid_resource",
            500_011,
            format!(
                "The resource principal named {resource} was not found in the tenant named {tenant}. This can happen if the application has not been installed by the administrator of the tenant or consented to by any user in the tenant. You might have sent your authentication request to the wrong tenant."
            ),
        )),
    }
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
