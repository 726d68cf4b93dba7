//! The tenant: its people and its applications.

use serde::Deserialize;

use super::World;

/// The Microsoft Entra tenant.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tenant {
    pub id: String,
    pub name: String,
    /// Verified domain, which stands for the id in addresses.
    pub domain: String,
}

/// Somebody who can sign in.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Person {
    pub name: String,
    pub username: String,
    /// One line for the account picker.
    #[serde(default)]
    pub description: String,
    /// Made from the username if not given.
    #[serde(default)]
    pub object_id: String,
    /// App roles, which end up in the `roles` claim.
    #[serde(default)]
    pub app_roles: Vec<String>,
    /// Object ids of groups.
    #[serde(default)]
    pub groups: Vec<String>,
    /// A disabled account cannot sign in or refresh.
    #[serde(default = "yes")]
    pub enabled: bool,
    /// Whether Resource Manager asks this person to prove themselves again before a change.
    #[serde(default)]
    pub step_up: bool,
}

/// An app registration with its service principal.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct App {
    pub name: String,
    pub client_id: String,
    /// Of the service principal; made from the client id if not given.
    #[serde(default)]
    pub object_id: String,
    /// Absent: the app proves itself otherwise, or not at all.
    #[serde(default)]
    pub secret: Option<String>,
    /// PEM public keys whose signature an assertion may carry.
    #[serde(default)]
    pub certificates: Vec<String>,
    /// Issuer and subject of tokens of others that stand for the secret.
    #[serde(default)]
    pub federated: Vec<Federated>,
    /// Where codes may be sent. On loopback addresses any port will do.
    #[serde(default)]
    pub redirect_uris: Vec<String>,
    /// Only people with an app role may sign in.
    #[serde(default)]
    pub assignment_required: bool,
    /// Whether the ID token tells groups.
    #[serde(default)]
    pub groups_claim: bool,
    /// Of access tokens for its own API, `requestedAccessTokenVersion` of its manifest: 1 or 2.
    #[serde(default = "version_1")]
    pub token_version: u8,
    /// Scopes of its own API that it offers.
    #[serde(default)]
    pub exposes: Vec<String>,
    /// Permissions at Microsoft Graph that an administrator has given the app itself.
    #[serde(default)]
    pub permissions: Vec<String>,
    /// Permissions at Microsoft Graph that it has when it acts for people.
    #[serde(default = "what_every_app_has")]
    pub delegated: Vec<String>,
    /// Whether this is the managed identity of the simulated host.
    #[serde(default)]
    pub managed_identity: bool,
}

/// A federated credential of an app.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Federated {
    pub issuer: String,
    pub subject: String,
}

impl Person {
    /// Somebody with no rights yet.
    pub fn new(name: &str, username: &str) -> Self {
        Self {
            name: name.to_owned(),
            username: username.to_owned(),
            description: String::new(),
            object_id: crate::stable::uuid(username).to_string(),
            app_roles: Vec::new(),
            groups: Vec::new(),
            enabled: true,
            step_up: false,
        }
    }

    /// With an app role.
    #[must_use]
    pub fn app_role(mut self, role: &str) -> Self {
        self.app_roles.push(role.to_owned());
        self
    }
}

pub(super) fn what_every_app_has() -> Vec<String> {
    vec!["User.Read".to_owned()]
}

fn version_1() -> u8 {
    1
}

fn yes() -> bool {
    true
}

impl App {
    /// The registration of Postern: a confidential web app with a secret.
    pub(super) fn postern() -> Self {
        Self {
            name: "Postern".to_owned(),
            client_id: World::CLIENT_ID.to_owned(),
            object_id: crate::stable::uuid(World::CLIENT_ID).to_string(),
            secret: Some(World::CLIENT_SECRET.to_owned()),
            certificates: Vec::new(),
            federated: Vec::new(),
            redirect_uris: vec![
                "http://localhost/auth/callback".to_owned(),
                "http://127.0.0.1/auth/callback".to_owned(),
            ],
            assignment_required: false,
            groups_claim: false,
            token_version: 2,
            exposes: vec!["access".to_owned()],
            permissions: Vec::new(),
            delegated: what_every_app_has(),
            managed_identity: true,
        }
    }
}
