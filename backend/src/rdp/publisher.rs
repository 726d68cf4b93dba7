//! In whose name files are signed: a certificate with its chain, and its RSA key.

mod certificate;
mod cms;
mod error;
mod pem;
mod pfx;
mod publishers;

use std::fmt;
use std::sync::Arc;

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{RSA_PKCS1_SHA256, RsaKeyPair};
use jiff::Timestamp;
use shared::session::RdpPublisher;

use certificate::PublisherCertificate;

pub use error::{PublisherError, SigningError};
pub use publishers::{Outlook, Publishers, Validity};

/// Whoever Windows names when a file is opened.
pub struct Publisher {
    certificate: PublisherCertificate,
    /// It and those that lead from it to a root, each of them once.
    chain: Vec<Vec<u8>>,
    key: Arc<RsaKeyPair>,
}

impl Publisher {
    /// A detached CMS over `message`.
    pub(super) fn sign(&self, message: &[u8]) -> Result<Vec<u8>, SigningError> {
        let mut signature = vec![0; self.key.public_modulus_len()];
        self.key
            .sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), message, &mut signature)
            .map_err(|_| SigningError::Key)?;
        Ok(cms::detached(&self.certificate, &self.chain, &signature)?)
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

impl fmt::Debug for Publisher {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Publisher").field("certificate", &self.certificate).finish_non_exhaustive()
    }
}

#[cfg(test)]
pub mod tests;
