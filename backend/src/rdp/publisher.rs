//! In whose name files are signed: a certificate with its chain, and its RSA key.

mod certificate;
mod cms;
mod error;
mod pem;
mod pfx;
mod publishers;

use std::fmt;
use std::sync::Arc;

use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{RSA_PKCS1_SHA256, RsaKeyPair};
use jiff::Timestamp;
use shared::session::RdpPublisher;

use crate::azure::key_vault::{KeyVault, VaultKey};
use certificate::PublisherCertificate;

pub use error::{PublisherError, SigningError};
pub use publishers::{Outlook, Publishers, Validity};

/// Whoever Windows names when a file is opened.
pub struct Publisher {
    certificate: PublisherCertificate,
    /// It and those that lead from it to a root, each of them once.
    chain: Vec<Vec<u8>>,
    key: Key,
}

/// What signs.
#[derive(Clone)]
enum Key {
    /// A key of ours.
    Own(Arc<RsaKeyPair>),
    /// One that only its vault has.
    Vault(Box<(KeyVault, VaultKey)>),
}

impl Publisher {
    /// A detached CMS over `message`.
    pub(super) async fn sign(&self, message: &[u8]) -> Result<Vec<u8>, SigningError> {
        let signature = match &self.key {
            Key::Own(key) => signature(key, message)?,
            Key::Vault(there) => {
                let (vault, key) = &**there;
                let signature = vault.sign(key, digest(&SHA256, message).as_ref()).await?;
                // A bad one would be refused by clients, and nobody would know why.
                self.certificate.verify(message, &signature)?;
                signature
            }
        };
        Ok(cms::detached(&self.certificate, &self.chain, &signature)?)
    }

    /// Signs something, to see whether that works.
    pub async fn try_out(&self) -> Result<(), SigningError> {
        self.sign(b"nothing").await.map(drop)
    }

    /// Whether Windows would take what is signed `now`.
    fn is_good(&self, now: Timestamp) -> bool {
        self.certificate.not_before <= now && now < self.certificate.not_after
    }

    /// What people and administrators are told of it.
    pub fn about(&self) -> RdpPublisher {
        self.certificate.about()
    }
}

/// A signature by a key of ours.
fn signature(key: &RsaKeyPair, message: &[u8]) -> Result<Vec<u8>, SigningError> {
    let mut signature = vec![0; key.public_modulus_len()];
    key.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), message, &mut signature)
        .map_err(|_| SigningError::Key)?;
    Ok(signature)
}

impl fmt::Debug for Publisher {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Publisher").field("certificate", &self.certificate).finish_non_exhaustive()
    }
}

#[cfg(test)]
pub mod tests;
