//! What stands in a PEM file.

use anyhow::anyhow;
use aws_lc_rs::error::KeyRejected;
use aws_lc_rs::signature::RsaKeyPair;
use rustls_pki_types::pem::{Error, PemObject};
use rustls_pki_types::{CertificateDer, PrivateKeyDer};

use super::PublisherError;

/// The certificates, of which there is one at least.
pub(super) fn certificates(pem: &[u8]) -> Result<Vec<Vec<u8>>, PublisherError> {
    let found = any_certificates(pem)?;
    if found.is_empty() {
        return Err(PublisherError::Certificate(anyhow!("there is none")));
    }
    Ok(found)
}

/// The certificates, if there are any.
pub(super) fn any_certificates(pem: &[u8]) -> Result<Vec<Vec<u8>>, PublisherError> {
    let found = CertificateDer::pem_slice_iter(pem).map(|found| found.map(|der| der.to_vec()));
    found.collect::<Result<_, _>>().map_err(|error| unreadable(&error))
}

/// The keys, of which there is one at least.
pub(super) fn keys(pem: &[u8]) -> Result<Vec<RsaKeyPair>, PublisherError> {
    let found =
        PrivateKeyDer::pem_slice_iter(pem).map(|found| key(&found.map_err(|error| unreadable(&error))?));
    let found: Vec<_> = found.collect::<Result<_, _>>()?;
    if found.is_empty() {
        return Err(PublisherError::Key(anyhow!("there is no key that is not encrypted")));
    }
    Ok(found)
}

fn key(found: &PrivateKeyDer<'_>) -> Result<RsaKeyPair, PublisherError> {
    let key = match found {
        PrivateKeyDer::Pkcs8(key) => RsaKeyPair::from_pkcs8(key.secret_pkcs8_der()),
        key => RsaKeyPair::from_der(key.secret_der()),
    };
    key.map_err(rejected)
}

/// The library takes no short key, and says why in one word.
pub(super) fn rejected(error: KeyRejected) -> PublisherError {
    match error.description_() {
        "TooSmall" => PublisherError::ShortKey,
        _ => PublisherError::Key(error.into()),
    }
}

/// In words of our own: those of the library have text as a list of bytes, which may be of a key.
fn unreadable(error: &Error) -> PublisherError {
    PublisherError::Pem(match error {
        Error::MissingSectionEnd { end_marker } => {
            format!("it breaks off before `-----END {}-----`", String::from_utf8_lossy(end_marker))
        }
        Error::IllegalSectionStart { .. } => {
            "a line with `-----BEGIN` does not end in five hyphens".to_owned()
        }
        Error::Base64Decode(_) => "what stands between `BEGIN` and `END` is not base64".to_owned(),
        other => other.to_string(),
    })
}
