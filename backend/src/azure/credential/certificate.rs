//! Proves an app's identity by its certificate.

use std::fmt;

use async_trait::async_trait;
use aws_lc_rs::digest::{SHA256, digest};
use azure_core::error::{Error, ErrorKind};
use azure_core::http::ClientMethodOptions;
use azure_identity::ClientAssertion;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::SignedDuration;
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use rustls_pki_types::CertificateDer;
use rustls_pki_types::pem::PemObject;
use secrecy::{ExposeSecret, SecretString};
use serde::Serialize;
use uuid::Uuid;

use crate::clock::Clock;

/// How long an assertion is good for; it is used at once.
const LIFETIME: SignedDuration = SignedDuration::from_mins(5);

/// Signs statements that we are the app whose certificate we hold.
#[derive(Clone)]
pub(super) struct CertificateAssertion {
    key: EncodingKey,
    header: Header,
    client_id: String,
    audience: String,
    clock: Clock,
}

/// The certificate or its key cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum CertificateError {
    /// There is no certificate.
    #[error("the PEM of the credential holds no certificate")]
    Certificate(#[source] rustls_pki_types::pem::Error),
    /// There is no key.
    #[error("the PEM of the credential holds no RSA key")]
    Key(#[source] jsonwebtoken::errors::Error),
}

impl CertificateAssertion {
    /// Reads certificate and key from `pem`; `audience` is the URL where the token is asked for.
    pub(super) fn new(
        pem: &SecretString,
        client_id: &str,
        audience: String,
        clock: Clock,
    ) -> Result<Self, CertificateError> {
        let pem = pem.expose_secret();
        let certificate =
            CertificateDer::from_pem_slice(pem.as_bytes()).map_err(CertificateError::Certificate)?;
        let thumbprint = digest(&SHA256, &certificate);
        let mut header = Header::new(Algorithm::PS256);
        header.x5t_s256 = Some(URL_SAFE_NO_PAD.encode(thumbprint));
        let key =
            EncodingKey::from_rsa_pem(from_private_key_on(pem).as_bytes()).map_err(CertificateError::Key)?;
        Ok(Self { key, header, client_id: client_id.to_owned(), audience, clock })
    }

    fn sign(&self) -> jsonwebtoken::errors::Result<String> {
        let now = self.clock.now();
        let claims = Claims {
            aud: &self.audience,
            iss: &self.client_id,
            sub: &self.client_id,
            jti: Uuid::new_v4(),
            nbf: now.as_second(),
            exp: now.as_second() + LIFETIME.as_secs(),
        };
        encode(&self.header, &claims, &self.key)
    }
}

/// What is left of `pem` from the first private key on; only that is looked at.
fn from_private_key_on(pem: &str) -> &str {
    let mut blocks = pem.match_indices("-----BEGIN ").map(|(start, _)| &pem[start..]);
    let is_key = |block: &&str| block.lines().next().is_some_and(|label| label.contains("PRIVATE KEY-----"));
    blocks.find(is_key).unwrap_or_default()
}

#[derive(Serialize)]
struct Claims<'a> {
    aud: &'a str,
    iss: &'a str,
    sub: &'a str,
    jti: Uuid,
    nbf: i64,
    exp: i64,
}

#[async_trait]
impl ClientAssertion for CertificateAssertion {
    async fn secret(&self, _: Option<ClientMethodOptions<'_>>) -> azure_core::Result<String> {
        self.sign().map_err(|error| Error::new(ErrorKind::Credential, error))
    }
}

impl fmt::Debug for CertificateAssertion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CertificateAssertion").field("client_id", &self.client_id).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
