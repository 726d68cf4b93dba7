//! What one sign-in takes to the provider and brings back.

use crate::session::{Identity, RefreshToken, random_text};

/// What one sign-in is recognised by when the provider sends the browser back.
#[derive(Debug, Clone, serde::Serialize, serde::Deserialize)]
pub struct Secrets {
    pub(super) nonce: String,
    pub(super) verifier: String,
}

/// What a sign-in may be asked for beside who it is.
#[derive(Debug, Default)]
pub struct Wishes {
    /// To choose with which account.
    pub selects_account: bool,
    /// Who it is, most likely.
    pub login_hint: Option<String>,
    /// What to prove: the `claims` of the request.
    pub claims: Option<String>,
}

/// What the provider gave for a code.
#[derive(Debug)]
pub struct Vouched {
    /// Who it is.
    pub identity: Identity,
    /// Whether they have more groups than fit into a token.
    pub lacks_groups: bool,
    /// What tokens in their name are had with, if that was asked for.
    pub refresh_token: Option<RefreshToken>,
}

impl Secrets {
    /// New ones.
    pub fn generate() -> Self {
        Self { nonce: random_text(), verifier: random_text() }
    }
}
