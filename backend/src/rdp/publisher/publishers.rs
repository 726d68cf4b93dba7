//! All that files can be signed with, and which of it signs at a given time.

use std::fmt;
use std::sync::Arc;

use aws_lc_rs::signature::{KeyPair as _, RsaKeyPair};
use jiff::{SignedDuration, Timestamp};
use secrecy::{ExposeSecret, SecretString};

use super::certificate::PublisherCertificate;
use super::pfx::{self, Unreadable};
use super::{Key, Publisher, PublisherError, pem, signature};
use crate::azure::key_vault::{KeyVault, VaultCertificate};

/// How long before the end of the last certificate it is complained about.
const SOON: SignedDuration = SignedDuration::from_hours(30 * 24);

/// All that files can be signed with. A certificate may stand beside its renewal, with another key
/// or the same.
pub struct Publishers {
    /// At least one.
    pub(super) fit: Vec<Arc<Publisher>>,
    flaws: Vec<Flaw>,
}

/// Something is not as it was most likely meant, though files can be signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Flaw {
    /// A certificate belongs to a key, and is for another use.
    OtherUse(String),
    /// There is no certificate for one of the keys.
    NoCertificate,
    /// There is nothing that leads from this certificate to a root.
    NoIssuer {
        /// The certificate.
        name: String,
        /// Whose certificate is not there.
        issuer: String,
    },
}

/// How long files can be signed, as seen at some time.
#[derive(Debug, Clone)]
pub struct Outlook {
    /// Whether they can be now.
    pub validity: Validity,
    /// Who signs now, or would if it were time.
    pub publisher: Arc<Publisher>,
    /// Until when somebody signs without a gap; if nobody does now, when the one named did last, or
    /// will first.
    pub until: Timestamp,
}

/// Whether a certificate is good at some time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Validity {
    /// One is.
    Good,
    /// One is, and there is none for the time soon to come.
    EndsSoon,
    /// The time of all of them is over.
    Over,
    /// The time of none has come.
    NotYet,
}

impl Publishers {
    /// Reads certificates, those that lead from them to a root, and their keys from `pem`, in any
    /// order.
    pub fn from_pem(pem: &SecretString) -> Result<Self, PublisherError> {
        let pem = pem.expose_secret().as_bytes();
        Self::new(pem::certificates(pem)?, pem::keys(pem)?)
    }

    /// Reads the same from a PKCS #12 file.
    pub fn from_pfx(file: &[u8], password: &SecretString) -> Result<Self, PublisherError> {
        let contents = pfx::read(file, password.expose_secret()).map_err(|error| match error {
            Unreadable::Malformed => PublisherError::Pfx,
            Unreadable::Password => PublisherError::Password,
            Unreadable::Legacy => PublisherError::Legacy,
        })?;
        let nothing = |what: &str| anyhow::anyhow!("there is no {what}");
        if contents.certificates.is_empty() {
            return Err(PublisherError::Certificate(nothing("certificate")));
        }
        let keys = contents.keys.iter().map(|key| RsaKeyPair::from_pkcs8(key).map_err(pem::rejected));
        let keys: Vec<_> = keys.collect::<Result<_, _>>()?;
        if keys.is_empty() {
            return Err(PublisherError::Key(nothing("key")));
        }
        Self::new(contents.certificates, keys)
    }

    /// Signs with a certificate whose key is in a vault. `chain` is PEM, and may be empty.
    pub fn of_vault(
        vault: KeyVault,
        certificate: &VaultCertificate,
        chain: &SecretString,
    ) -> Result<Self, PublisherError> {
        let mut others = pem::any_certificates(chain.expose_secret().as_bytes())?;
        others.retain(|der| *der != certificate.der);
        let others = read_all(others)?;
        let read = PublisherCertificate::from_der(&certificate.der);
        let read = read.map_err(|error| PublisherError::Certificate(error.into()))?;
        if !read.has_rsa_key() {
            return Err(PublisherError::Key(anyhow::anyhow!("it is shorter than 2048 bits, or no RSA key")));
        }
        if !read.may_sign() {
            return Err(PublisherError::OtherUse);
        }
        let flaws = issuer_missing(&read, &others).into_iter().collect();
        let key = Key::Vault(Box::new((vault, certificate.key.clone())));
        Ok(Self { fit: vec![Arc::new(publisher(read, &others, key))], flaws })
    }

    fn new(chain: Vec<Vec<u8>>, keys: Vec<RsaKeyPair>) -> Result<Self, PublisherError> {
        let certificates = read_all(chain)?;
        let mut flaws = Vec::new();
        let keys: Vec<Arc<RsaKeyPair>> = keys.into_iter().map(Arc::new).collect();
        let (of_keys, others): (Vec<_>, Vec<_>) =
            certificates.into_iter().partition(|one| keys.iter().any(|key| is_pair(one, key)));
        if keys.iter().any(|key| !of_keys.iter().any(|one| is_pair(one, key))) {
            flaws.push(Flaw::NoCertificate);
        }
        if of_keys.is_empty() {
            return Err(PublisherError::OtherKey);
        }
        let mut fit = Vec::new();
        for certificate in of_keys {
            if !certificate.may_sign() {
                flaws.push(Flaw::OtherUse(certificate.name()));
                continue;
            }
            flaws.extend(issuer_missing(&certificate, &others));
            let key = keys.iter().find(|key| is_pair(&certificate, key)).expect("it is one of a key");
            // Whatever is wrong shall be noticed now, and not by people who want a file.
            let message = b"at the start";
            certificate.verify(message, &signature(key, message)?)?;
            fit.push(Arc::new(publisher(certificate, &others, Key::Own(Arc::clone(key)))));
        }
        if fit.is_empty() { Err(PublisherError::OtherUse) } else { Ok(Self { fit, flaws }) }
    }

    /// Who signs `now`: of those whose time it is, the one that ends last. Clients would refuse what
    /// another signed, where they only warn of files that are not signed.
    pub fn at(&self, now: Timestamp) -> Option<&Arc<Publisher>> {
        let good = self.fit.iter().filter(|publisher| publisher.is_good(now));
        good.max_by_key(|publisher| publisher.certificate.not_after)
    }

    /// What is not as it was most likely meant.
    pub fn flaws(&self) -> &[Flaw] {
        &self.flaws
    }

    /// How long files can be signed, as it looks `now`.
    pub fn outlook(&self, now: Timestamp) -> Outlook {
        let Some(publisher) = self.at(now) else {
            return self.none_at(now);
        };
        let mut until = publisher.certificate.not_after;
        while let Some(next) = self.at(until) {
            until = next.certificate.not_after;
        }
        let validity = if until.duration_since(now) < SOON { Validity::EndsSoon } else { Validity::Good };
        Outlook { validity, publisher: publisher.clone(), until }
    }

    fn none_at(&self, now: Timestamp) -> Outlook {
        let coming = self.fit.iter().filter(|publisher| publisher.certificate.not_before > now);
        if let Some(publisher) = coming.min_by_key(|publisher| publisher.certificate.not_before) {
            let until = publisher.certificate.not_before;
            return Outlook { validity: Validity::NotYet, publisher: publisher.clone(), until };
        }
        let last = self.fit.iter().max_by_key(|publisher| publisher.certificate.not_after);
        let publisher = last.expect("there is at least one").clone();
        Outlook { validity: Validity::Over, until: publisher.certificate.not_after, publisher }
    }
}

/// Certificates, each of them once: a signature holds a set of them, and in what was put together
/// from several files one may well stand twice.
fn read_all(mut ders: Vec<Vec<u8>>) -> Result<Vec<PublisherCertificate>, PublisherError> {
    ders.sort_unstable();
    ders.dedup();
    let certificates = ders.iter().map(|der| PublisherCertificate::from_der(der));
    certificates.collect::<Result<_, _>>().map_err(|error| PublisherError::Certificate(error.into()))
}

fn publisher(certificate: PublisherCertificate, others: &[PublisherCertificate], key: Key) -> Publisher {
    let chain = std::iter::once(&certificate).chain(others).map(PublisherCertificate::der);
    Publisher { chain: chain.map(<[u8]>::to_vec).collect(), certificate, key }
}

fn issuer_missing(certificate: &PublisherCertificate, others: &[PublisherCertificate]) -> Option<Flaw> {
    let leads_on = |other: &PublisherCertificate| certificate.is_issued_by(other);
    let complete = certificate.is_issued_by(certificate) || others.iter().any(leads_on);
    (!complete).then(|| Flaw::NoIssuer { name: certificate.name(), issuer: certificate.issuer() })
}

fn is_pair(certificate: &PublisherCertificate, key: &RsaKeyPair) -> bool {
    certificate.is_of(key.public_key().as_ref())
}

impl fmt::Display for Flaw {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::OtherUse(name) => {
                write!(f, "the certificate “{name}” is not for signing `.rdp` files and is passed over")
            }
            Self::NoCertificate => f.write_str("no certificate belongs to one of the keys"),
            Self::NoIssuer { name, issuer } => write!(
                f,
                "the certificate of “{issuer}”, which issued “{name}”, is not there: clients trust the files only if they know it already"
            ),
        }
    }
}

impl fmt::Debug for Publishers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Publishers").field("fit", &self.fit).field("flaws", &self.flaws).finish()
    }
}

#[cfg(test)]
mod tests;
