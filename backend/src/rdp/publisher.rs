//! In whose name files are signed: a certificate with its chain, and its RSA key.

mod certificate;
mod cms;
mod pem;

use std::fmt;

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{KeyPair as _, RSA_PKCS1_SHA256, RsaKeyPair};
use jiff::{SignedDuration, Timestamp};
use secrecy::{ExposeSecret, SecretString};
use shared::session::RdpPublisher;

use certificate::PublisherCertificate;

/// How long before its end a certificate is complained about.
const SOON: SignedDuration = SignedDuration::from_hours(30 * 24);

/// Whoever Windows names when a file is opened.
pub struct Publisher {
    /// The one that the key belongs to; of several that are fit, the one that ends last.
    certificate: PublisherCertificate,
    /// It and those that lead from it to a root, each of them once.
    chain: Vec<Vec<u8>>,
    key: RsaKeyPair,
}

/// The certificate for `.rdp` files or its key cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum PublisherError {
    /// It breaks off, or is not PEM.
    #[error("`rdp.pem` cannot be read as PEM: {0}")]
    Pem(String),
    /// There is no certificate, or one that cannot be read.
    #[error("`rdp.pem` holds no certificate that can be read")]
    Certificate(#[source] anyhow::Error),
    /// There is no key, or one of another kind.
    #[error("`rdp.pem` holds no RSA key in PEM; Windows takes no other kind")]
    Key(#[source] anyhow::Error),
    /// The key is shorter than what Windows and public authorities still take.
    #[error("the RSA key in `rdp.pem` is too short; it must have at least 2048 bits")]
    ShortKey,
    /// No certificate belongs to the key.
    #[error("no certificate in `rdp.pem` belongs to the key that is in it")]
    OtherKey,
    /// The certificate is for something else.
    #[error(
        "the certificate in `rdp.pem` is not for signing `.rdp` files: its extended key usage must be left out, or name code signing (1.3.6.1.5.5.7.3.3), server authentication (1.3.6.1.5.5.7.3.1) or RDP signing (1.3.6.1.4.1.311.54.1.1)"
    )]
    OtherUse,
    /// It all fits, and no signature comes of it.
    #[error("Remote Desktop files cannot be signed with what `rdp.pem` holds")]
    Unfit(#[from] SigningError),
}

/// The key did not sign.
#[derive(Debug, thiserror::Error)]
pub enum SigningError {
    /// The key is not fit for it.
    #[error("the key for `.rdp` files did not sign")]
    Key,
    /// What was signed could not be put together.
    #[error("the signature of an `.rdp` file could not be put together")]
    Encoding(#[from] der::Error),
}

/// Whether a certificate is good at some time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Validity {
    /// It is.
    Good,
    /// It is, and ends soon.
    EndsSoon,
    /// Its time is over.
    Over,
    /// Its time has not come.
    NotYet,
}

impl Publisher {
    /// Reads a certificate, those that lead from it to a root, and its key from `pem`, in any order.
    pub fn from_pem(pem: &SecretString) -> Result<Self, PublisherError> {
        let pem = pem.expose_secret().as_bytes();
        Self::new(pem::certificates(pem)?, pem::key(pem)?)
    }

    fn new(mut chain: Vec<Vec<u8>>, key: RsaKeyPair) -> Result<Self, PublisherError> {
        // A signature holds a set of them, and in what was put together from several files one may
        // well stand twice.
        chain.sort_unstable();
        chain.dedup();
        let certificates = chain.iter().map(|der| PublisherCertificate::from_der(der));
        let certificates: Vec<_> = certificates
            .collect::<Result<_, _>>()
            .map_err(|error| PublisherError::Certificate(error.into()))?;
        let of_key = |certificate: &PublisherCertificate| certificate.is_of(key.public_key().as_ref());
        let of_key: Vec<_> = certificates.into_iter().filter(of_key).collect();
        if of_key.is_empty() {
            return Err(PublisherError::OtherKey);
        }
        // The old one may stay beside its renewal.
        let certificate = of_key
            .into_iter()
            .filter(PublisherCertificate::may_sign)
            .max_by_key(|certificate| certificate.not_after)
            .ok_or(PublisherError::OtherUse)?;
        let publisher = Self { certificate, chain, key };
        // Whatever is wrong shall be noticed now, and not by people who want a file.
        publisher.sign(b"at the start")?;
        Ok(publisher)
    }

    /// A detached CMS over `message`.
    pub(super) fn sign(&self, message: &[u8]) -> Result<Vec<u8>, SigningError> {
        let mut signature = vec![0; self.key.public_modulus_len()];
        self.key
            .sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), message, &mut signature)
            .map_err(|_| SigningError::Key)?;
        Ok(cms::detached(&self.certificate, &self.chain, &signature)?)
    }

    /// Whether its certificate is good `now`.
    pub fn validity(&self, now: Timestamp) -> Validity {
        let certificate = &self.certificate;
        if now < certificate.not_before {
            Validity::NotYet
        } else if now >= certificate.not_after {
            Validity::Over
        } else if certificate.not_after.duration_since(now) < SOON {
            Validity::EndsSoon
        } else {
            Validity::Good
        }
    }

    /// Whether Windows would take what is signed `now`.
    pub fn can_sign(&self, now: Timestamp) -> bool {
        matches!(self.validity(now), Validity::Good | Validity::EndsSoon)
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
