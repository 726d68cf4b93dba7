//! What a certificate says of itself.

use std::fmt::{self, Write};

use aws_lc_rs::digest::{Algorithm, SHA1_FOR_LEGACY_USE_ONLY, SHA256, digest};
use aws_lc_rs::signature::{RSA_PKCS1_2048_8192_SHA256, UnparsedPublicKey};
use const_oid::ObjectIdentifier;
use const_oid::db::rfc4519::{COMMON_NAME, ORGANIZATION_NAME};
use const_oid::db::rfc5280::{ANY_EXTENDED_KEY_USAGE, ID_KP_CODE_SIGNING, ID_KP_SERVER_AUTH};
use const_oid::db::rfc5912::RSA_ENCRYPTION;
use der::asn1::{PrintableStringRef, TeletexStringRef, Utf8StringRef};
use der::{Decode, Encode};
use jiff::Timestamp;
use shared::session::RdpPublisher;
use x509_cert::Certificate;
use x509_cert::ext::pkix::ExtendedKeyUsage;
use x509_cert::name::Name;
use x509_cert::time::Time;

use super::SigningError;

/// Microsoft's own use for it, "Remote Desktop signing".
const RDP_SIGNING: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.4.1.311.54.1.1");

/// A certificate, as it was given and as it reads.
pub struct PublisherCertificate {
    pub(super) read: Certificate,
    der: Vec<u8>,
    pub(super) not_before: Timestamp,
    pub(super) not_after: Timestamp,
}

impl PublisherCertificate {
    pub(super) fn from_der(der: &[u8]) -> Result<Self, der::Error> {
        let read = Certificate::from_der(der)?;
        // It is written anew into each signature, and has to be the same there.
        if read.to_der()? != der {
            return Err(der::ErrorKind::Noncanonical { tag: der::Tag::Sequence }.into());
        }
        let validity = &read.tbs_certificate.validity;
        let (not_before, not_after) = (moment(validity.not_before), moment(validity.not_after));
        Ok(Self { der: der.to_vec(), not_before, not_after, read })
    }

    /// Whether it is about this key: an RSA public key as PKCS#1 has it.
    pub(super) fn is_of(&self, public_key: &[u8]) -> bool {
        self.read.tbs_certificate.subject_public_key_info.subject_public_key.raw_bytes() == public_key
    }

    /// Whether `signature` over `message` is one by its key.
    pub(super) fn verify(&self, message: &[u8], signature: &[u8]) -> Result<(), SigningError> {
        let key = self.read.tbs_certificate.subject_public_key_info.subject_public_key.raw_bytes();
        let key = UnparsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, key);
        key.verify(message, signature).map_err(|_| SigningError::Key)
    }

    /// Whether its key is an RSA key of a length that Windows still takes.
    pub(super) fn has_rsa_key(&self) -> bool {
        let key = &self.read.tbs_certificate.subject_public_key_info;
        key.algorithm.oid == RSA_ENCRYPTION && key.subject_public_key.raw_bytes().len() > 256
    }

    /// Whether Windows takes its signature on a file.
    pub(super) fn may_sign(&self) -> bool {
        match self.read.tbs_certificate.get::<ExtendedKeyUsage>() {
            Ok(None) => true,
            Ok(Some((_, uses))) => uses.0.iter().any(|named| {
                [ID_KP_CODE_SIGNING, ID_KP_SERVER_AUTH, RDP_SIGNING, ANY_EXTENDED_KEY_USAGE].contains(named)
            }),
            Err(_) => false,
        }
    }

    /// Whether `other` is of whoever issued it, by the names that both give.
    pub(super) fn is_issued_by(&self, other: &Self) -> bool {
        self.read.tbs_certificate.issuer == other.read.tbs_certificate.subject
    }

    /// As it was given.
    pub(super) fn der(&self) -> &[u8] {
        &self.der
    }

    pub(super) fn about(&self) -> RdpPublisher {
        RdpPublisher {
            name: self.name(),
            sha256: self.thumbprint(&SHA256),
            sha1: self.thumbprint(&SHA1_FOR_LEGACY_USE_ONLY),
            not_after: self.not_after,
        }
    }

    /// The name that Windows shows: the common name, or the organization's.
    pub(super) fn name(&self) -> String {
        short(&self.read.tbs_certificate.subject)
    }

    /// The same of whoever issued it.
    pub(super) fn issuer(&self) -> String {
        short(&self.read.tbs_certificate.issuer)
    }

    /// In capital hexadecimal digits, as Windows has thumbprints.
    fn thumbprint(&self, algorithm: &'static Algorithm) -> String {
        let mut text = String::new();
        for byte in digest(algorithm, &self.der).as_ref() {
            write!(text, "{byte:02X}").expect("a String takes every character");
        }
        text
    }
}

/// The common name in it, or else the organization's.
fn short(name: &Name) -> String {
    let named = |kind| {
        let attributes = name.0.iter().flat_map(|names| names.0.iter());
        attributes.filter(move |attribute| attribute.oid == kind).find_map(|attribute| {
            let value = &attribute.value;
            let utf8 = value.decode_as::<Utf8StringRef<'_>>().map(|text| text.to_string());
            let printable = || value.decode_as::<PrintableStringRef<'_>>().map(|text| text.to_string());
            let teletex = || value.decode_as::<TeletexStringRef<'_>>().map(|text| text.to_string());
            utf8.or_else(|_| printable()).or_else(|_| teletex()).ok()
        })
    };
    named(COMMON_NAME).or_else(|| named(ORGANIZATION_NAME)).unwrap_or_else(|| name.to_string())
}

fn moment(time: Time) -> Timestamp {
    let seconds = i64::try_from(time.to_unix_duration().as_secs()).unwrap_or(i64::MAX);
    Timestamp::from_second(seconds).unwrap_or(Timestamp::MAX)
}

impl fmt::Debug for PublisherCertificate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.about().fmt(f)
    }
}
