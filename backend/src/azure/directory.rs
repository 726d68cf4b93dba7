//! Microsoft Graph: who belongs to what.

use std::time::Duration;

use azure_core::credentials::Secret;
use serde::Deserialize;
use serde_json::json;
use url::Url;

use super::cloud::Endpoint;
use super::http_client::body_of;

/// How long Microsoft Graph may take: somebody waits to be let in.
const PATIENCE: Duration = Duration::from_secs(10);

/// The longest answer that is read: nobody is in more than 11,000 groups, of 40 bytes each.
const LARGEST: usize = 1024 * 1024;

/// Microsoft Graph. It is only asked who belongs to what.
#[derive(Debug, Clone)]
pub struct Directory {
    http: reqwest::Client,
    endpoint: Endpoint,
}

/// Whose groups are asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Whose<'a> {
    /// Those of whom the token stands for.
    Own,
    /// Those of the person with this object id.
    Of(&'a str),
}

/// The groups could not be had, or not all of them.
#[derive(Debug, thiserror::Error)]
pub enum DirectoryError {
    /// There is no answer.
    #[error("Microsoft Graph cannot be reached")]
    Unreachable(#[source] reqwest::Error),
    /// It said no.
    #[error("Microsoft Graph refused with {status}, {code}")]
    Refused {
        /// The HTTP status.
        status: u16,
        /// Its name for the reason.
        code: String,
    },
    /// Its answer makes no sense, or is not all of it.
    #[error("Microsoft Graph answered in an unexpected way")]
    Unexpected,
}

impl Directory {
    /// Asks at `endpoint`. `http` must not follow redirects.
    pub fn new(http: reqwest::Client, endpoint: Endpoint) -> Self {
        Self { http, endpoint }
    }

    /// The object ids of all security groups that somebody belongs to, also by way of other groups.
    pub async fn groups(&self, whose: Whose<'_>, token: &Secret) -> Result<Vec<String>, DirectoryError> {
        let mut answer = self
            .http
            .post(self.url(whose)?)
            .bearer_auth(token.secret())
            .timeout(PATIENCE)
            .json(&json!({ "securityEnabledOnly": true }))
            .send()
            .await
            .map_err(unreachable)?;
        let status = answer.status();
        let body = body_of(&mut answer, LARGEST).await.map_err(|_| DirectoryError::Unexpected)?;
        if !status.is_success() {
            let refusal: WireRefusal = serde_json::from_slice(&body).unwrap_or_default();
            return Err(DirectoryError::Refused { status: status.as_u16(), code: refusal.error.code });
        }
        let groups: WireGroups = serde_json::from_slice(&body).map_err(|_| DirectoryError::Unexpected)?;
        // It does not page this list; should it begin to, half of it would not do.
        if groups.next.is_some() { Err(DirectoryError::Unexpected) } else { Ok(groups.value) }
    }

    fn url(&self, whose: Whose<'_>) -> Result<Url, DirectoryError> {
        let path = match whose {
            Whose::Own => "v1.0/me/getMemberObjects".to_owned(),
            Whose::Of(id) if id.chars().all(|c| c.is_ascii_alphanumeric() || c == '-') => {
                format!("v1.0/users/{id}/getMemberObjects")
            }
            Whose::Of(_) => return Err(DirectoryError::Unexpected),
        };
        self.endpoint.join(&path).map_err(|_| DirectoryError::Unexpected)
    }
}

fn unreachable(error: reqwest::Error) -> DirectoryError {
    DirectoryError::Unreachable(error.without_url())
}

#[derive(Deserialize)]
struct WireGroups {
    value: Vec<String>,
    #[serde(rename = "@odata.nextLink")]
    next: Option<String>,
}

#[derive(Default, Deserialize)]
struct WireRefusal {
    error: WireError,
}

#[derive(Default, Deserialize)]
struct WireError {
    #[serde(default)]
    code: String,
}
