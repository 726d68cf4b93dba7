//! The groups of somebody who has too many of them for a token.

use std::sync::Arc;

use azure_core::credentials::{Secret, TokenCredential};
use secrecy::ExposeSecret;

use crate::azure::cloud::Cloud;
use crate::azure::directory::{Directory, DirectoryError, Whose};
use crate::session::Identity;
use crate::session::oidc::{GrantError, Provider};
use crate::session::warrant::Warrant;

/// Where groups are looked up.
///
/// Whoever has so many that their token only says so is not let in without them: fewer groups than
/// somebody has can only mean fewer rights, but nobody would know why they lack them.
#[derive(Debug, Clone)]
pub struct Memberships {
    directory: Option<Directory>,
    scope: String,
    postern: Arc<dyn TokenCredential>,
}

/// The groups could not be had.
#[derive(Debug, thiserror::Error)]
pub enum GroupsError {
    /// No Microsoft Graph is set up.
    #[error("this cloud has no Microsoft Graph")]
    NoDirectory,
    /// Postern's own identity has no token for it.
    #[error("no token for Microsoft Graph could be had")]
    NoToken(#[source] azure_core::Error),
    /// The person gave no token for it.
    #[error("no token for Microsoft Graph could be had in the name of the person")]
    NotAllowed(#[source] GrantError),
    /// It did not tell.
    #[error(transparent)]
    Directory(#[from] DirectoryError),
}

impl Memberships {
    /// Asks the Microsoft Graph of `cloud`; as `postern`, where people cannot be asked for.
    pub fn new(http: reqwest::Client, cloud: &Cloud, postern: Arc<dyn TokenCredential>) -> Self {
        let directory = cloud.graph.clone().map(|endpoint| Directory::new(http, endpoint));
        Self { directory, scope: cloud.graph_scope.clone(), postern }
    }

    /// All groups of somebody: in their own name where they let us act for them.
    pub(super) async fn of(
        &self,
        identity: &Identity,
        warrant: Warrant<'_>,
        provider: &Provider,
    ) -> Result<Vec<String>, GroupsError> {
        let directory = self.directory.as_ref().ok_or(GroupsError::NoDirectory)?;
        let Some(form) = warrant.form(&self.scope) else {
            let token = self.postern.get_token(&[&self.scope], None).await.map_err(GroupsError::NoToken)?;
            return Ok(directory.groups(Whose::Of(&identity.key.subject), &token.token).await?);
        };
        let granted = provider.grant(&form).await.map_err(GroupsError::NotAllowed)?;
        let token = Secret::new(granted.access_token.expose_secret().to_owned());
        Ok(directory.groups(Whose::Own, &token).await?)
    }
}
