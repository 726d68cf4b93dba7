//! The secret of a link, and telling secrets by their hash.

use aws_lc_rs::constant_time::verify_slices_are_equal;
use aws_lc_rs::digest::{Context, SHA256};
use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use secrecy::{ExposeSecret, SecretString};

use crate::session::random_bytes;

/// What stands behind the `#` of a link: 192 random bits as text.
#[derive(Debug, Clone)]
pub struct LinkSecret(SecretString);

impl LinkSecret {
    const BYTES: usize = 24;

    /// A new one.
    pub fn generate() -> Self {
        Self(BASE64_URL_SAFE_NO_PAD.encode(random_bytes::<{ Self::BYTES }>()).into())
    }

    /// What somebody sent as one.
    pub fn sent(text: String) -> Self {
        Self(text.into())
    }

    /// What it is told by.
    pub fn hash(&self) -> String {
        hash_of("link", self.expose())
    }

    /// Whether `hash` tells it, in a time that says nothing of how much of it is right.
    pub fn is_told_by(&self, hash: &str) -> bool {
        is_hash_of(hash, "link", self.expose())
    }

    /// For the link, and what hashes are made of.
    pub(super) fn expose(&self) -> &str {
        self.0.expose_secret()
    }
}

/// The SHA-256 of a secret, which says what it is a secret for.
pub(super) fn hash_of(purpose: &str, secret: &str) -> String {
    let mut context = Context::new(&SHA256);
    for part in ["postern handoff", purpose, secret] {
        context.update(part.as_bytes());
        context.update(&[0]);
    }
    BASE64_URL_SAFE_NO_PAD.encode(context.finish())
}

/// Whether `hash` is that of a secret, in a time that says nothing of how much of it is right.
pub fn is_hash_of(hash: &str, purpose: &str, secret: &str) -> bool {
    verify_slices_are_equal(hash.as_bytes(), hash_of(purpose, secret).as_bytes()).is_ok()
}

/// What a guest's browser holds, and what it is told by.
pub fn guest_pass() -> (SecretString, String) {
    let pass = BASE64_URL_SAFE_NO_PAD.encode(random_bytes::<32>());
    let hash = hash_of("guest", &pass);
    (pass.into(), hash)
}
