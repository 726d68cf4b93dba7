//! Where links lead to.

use shared::handoff::HandoffId;
use url::Url;

use super::LinkSecret;

/// Where links lead to: pages of this site.
#[derive(Debug)]
pub struct Links(Url);

impl Links {
    /// On the site that people know as `public_url`.
    pub fn on(public_url: &Url) -> Self {
        Self(public_url.clone())
    }

    /// The link to something that was prepared.
    pub fn to(&self, id: HandoffId, secret: &LinkSecret) -> String {
        let mut link = self.0.clone();
        link.set_path(&format!("/for/{}", id.0.simple()));
        link.set_fragment(Some(secret.expose()));
        link.into()
    }
}
