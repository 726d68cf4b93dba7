//! Azure Key Vault: a certificate, and signatures by its key, which never leaves the vault.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use azure_core::credentials::TokenCredential;
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use http::{Method, StatusCode};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use url::Url;

use super::cloud::{Cloud, Endpoint};
use super::http_client::body_of;

const API_VERSION: &str = "api-version=7.4";

/// How long the vault may take, with the token: somebody waits for a file.
const PATIENCE: Duration = Duration::from_secs(10);

/// The longest answer that is read. A certificate takes a few kilobytes.
const LARGEST: usize = 256 * 1024;

/// Which certificate of which vault: `https://NAME.vault.azure.net/certificates/NAME`, where a
/// version may follow.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CertificateUrl {
    vault: Endpoint,
    name: String,
    version: Option<String>,
}

/// A certificate in a vault.
#[derive(Debug, Clone)]
pub struct VaultCertificate {
    /// As X.509 has it.
    pub der: Vec<u8>,
    /// Its key.
    pub key: VaultKey,
}

/// The key of a certificate, in one version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VaultKey {
    name: String,
    version: String,
}

/// The vault, asked as Postern itself. The token goes to it and to nobody else.
#[derive(Debug, Clone)]
pub struct KeyVault {
    http: reqwest::Client,
    certificate: CertificateUrl,
    scope: Arc<str>,
    credential: Arc<dyn TokenCredential>,
}

/// The vault gave no certificate, or no signature.
#[derive(Debug, Clone, thiserror::Error)]
pub enum VaultError {
    /// There is no answer, or not in time.
    #[error("the key vault cannot be reached: {0}")]
    Unreachable(String),
    /// There is no token for it.
    #[error("there is no token for the key vault: {0}")]
    Token(String),
    /// It said no.
    #[error("the key vault refused with {status}, {code}: {message}")]
    Refused {
        /// The HTTP status.
        status: u16,
        /// Its name for the reason.
        code: String,
        /// What it says about it.
        message: String,
    },
    /// Somebody has switched the certificate off.
    #[error("the certificate is disabled in the key vault")]
    Disabled,
    /// Its answer makes no sense.
    #[error("the key vault answered in an unexpected way: {0}")]
    Unexpected(&'static str),
}

impl KeyVault {
    /// Asks `cloud`'s vault as whoever `credential` stands for. `http` must not follow redirects.
    pub fn new(
        http: reqwest::Client,
        cloud: &Cloud,
        credential: Arc<dyn TokenCredential>,
        certificate: CertificateUrl,
    ) -> Self {
        Self { http, certificate, scope: Arc::from(cloud.vault_scope.as_str()), credential }
    }

    /// The certificate in its newest version, or in the one that was named.
    pub async fn certificate(&self) -> Result<VaultCertificate, VaultError> {
        let CertificateUrl { name, version, .. } = &self.certificate;
        let version = version.as_ref().map(|version| format!("/{version}")).unwrap_or_default();
        let path = format!("certificates/{name}{version}?{API_VERSION}");
        let wire: WireCertificate = self.ask(Method::GET, &path, None).await?;
        if wire.attributes.enabled == Some(false) {
            return Err(VaultError::Disabled);
        }
        let der = STANDARD.decode(wire.cer).map_err(|_| VaultError::Unexpected("`cer` is not base64"))?;
        Ok(VaultCertificate { der, key: self.key(&wire.kid)? })
    }

    /// An RSA signature (PKCS #1 v1.5) over a SHA-256 digest.
    pub async fn sign(&self, key: &VaultKey, digest: &[u8]) -> Result<Vec<u8>, VaultError> {
        let VaultKey { name, version } = key;
        let body = json!({ "alg": "RS256", "value": URL_SAFE_NO_PAD.encode(digest) });
        let path = format!("keys/{name}/{version}/sign?{API_VERSION}");
        let wire: WireSignature = self.ask(Method::POST, &path, Some(body)).await?;
        if self.key(&wire.kid)? != *key {
            return Err(VaultError::Unexpected("another key has signed"));
        }
        URL_SAFE_NO_PAD.decode(wire.value).map_err(|_| VaultError::Unexpected("`value` is not base64url"))
    }

    /// The key that an identifier names, which must be one of this very vault.
    fn key(&self, kid: &str) -> Result<VaultKey, VaultError> {
        let elsewhere = || VaultError::Unexpected("its key is not one of this vault");
        let url: Url = kid.parse().map_err(|_| elsewhere())?;
        if !self.certificate.vault.is_origin_of(&url) || url.query().is_some() {
            return Err(elsewhere());
        }
        let segments: Vec<&str> = url.path().split('/').collect();
        match segments[..] {
            ["", "keys", name, version] if is_name(name) && is_name(version) => {
                Ok(VaultKey { name: name.to_owned(), version: version.to_owned() })
            }
            _ => Err(elsewhere()),
        }
    }

    async fn ask<T: DeserializeOwned>(
        &self,
        method: Method,
        path: &str,
        body: Option<Value>,
    ) -> Result<T, VaultError> {
        let late = |_| VaultError::Unreachable("it took too long".to_owned());
        tokio::time::timeout(PATIENCE, self.ask_at_leisure(method, path, body)).await.map_err(late)?
    }

    async fn ask_at_leisure<T: DeserializeOwned>(
        &self,
        method: Method,
        path: &str,
        body: Option<Value>,
    ) -> Result<T, VaultError> {
        let url = self.certificate.vault.join(path).map_err(|_| VaultError::Unexpected("no such path"))?;
        let token = self.credential.get_token(&[&self.scope], None).await;
        let token = token.map_err(|error| VaultError::Token(error.to_string()))?.token;
        let mut request = self.http.request(method, url).bearer_auth(token.secret());
        if let Some(body) = body {
            request = request.json(&body);
        }
        let unreachable = |error: reqwest::Error| {
            VaultError::Unreachable(format!("{:#}", anyhow::Error::from(error.without_url())))
        };
        let mut answer = request.send().await.map_err(unreachable)?;
        let status = answer.status();
        let body = body_of(&mut answer, LARGEST).await;
        let body = body.map_err(|error| VaultError::Unreachable(error.to_string()))?;
        if status == StatusCode::OK {
            return serde_json::from_slice(&body)
                .map_err(|_| VaultError::Unexpected("not what was asked for"));
        }
        let WireError { code, message, innererror } =
            serde_json::from_slice::<WireRefusal>(&body).unwrap_or_default().error;
        let code = innererror.map_or(code, |inner| inner.code);
        Err(VaultError::Refused { status: status.as_u16(), code, message })
    }
}

impl FromStr for CertificateUrl {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let url: Url = text.parse().map_err(drop)?;
        let segments: Vec<&str> = url.path().split('/').collect();
        let (name, version) = match segments[..] {
            ["", "certificates", name] | ["", "certificates", name, ""] => (name, None),
            ["", "certificates", name, version] => (name, Some(version)),
            _ => return Err(()),
        };
        if !is_name(name) || version.is_some_and(|version| !is_name(version)) || url.query().is_some() {
            return Err(());
        }
        let vault = url.join("/").map_err(drop)?.as_str().parse().map_err(drop)?;
        Ok(Self { vault, name: name.to_owned(), version: version.map(str::to_owned) })
    }
}

impl CertificateUrl {
    /// Whether the vault is one of this cloud. A token must not go to whoever a typing error names.
    pub fn is_of(&self, cloud: &Cloud) -> bool {
        match (&cloud.vault_domain, self.vault.url().host_str()) {
            (Some(domain), Some(host)) => host.strip_suffix(domain).is_some_and(|name| name.ends_with('.')),
            (Some(_), None) => false,
            // Of a stand-in for Azure nobody knows how its vaults are called.
            (None, _) => true,
        }
    }
}

impl fmt::Display for CertificateUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/certificates/{}", self.vault, self.name)?;
        self.version.iter().try_for_each(|version| write!(f, "/{version}"))
    }
}

/// Names and versions are letters, digits and hyphens.
fn is_name(text: &str) -> bool {
    (1..=127).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
}

#[derive(Deserialize)]
struct WireCertificate {
    kid: String,
    cer: String,
    #[serde(default)]
    attributes: WireAttributes,
}

#[derive(Default, Deserialize)]
struct WireAttributes {
    enabled: Option<bool>,
}

#[derive(Deserialize)]
struct WireSignature {
    kid: String,
    value: String,
}

#[derive(Default, Deserialize)]
struct WireRefusal {
    #[serde(default)]
    error: WireError,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct WireError {
    code: String,
    message: String,
    innererror: Option<WireInner>,
}

#[derive(Deserialize)]
struct WireInner {
    code: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn url(text: &str) -> Option<CertificateUrl> {
        text.parse().ok()
    }

    #[test]
    fn a_certificate_is_named_by_the_address_that_the_portal_shows() {
        let newest = url("https://contoso.vault.azure.net/certificates/rdp").unwrap();
        assert_eq!(newest.to_string(), "https://contoso.vault.azure.net/certificates/rdp");
        let one = "https://contoso.vault.azure.net/certificates/rdp/0123456789abcdef";
        assert_eq!(url(one).unwrap().to_string(), one);
        for wrong in [
            "http://contoso.vault.azure.net/certificates/rdp",
            "https://contoso.vault.azure.net/secrets/rdp",
            "https://contoso.vault.azure.net/certificates/rdp/1/2",
            "https://contoso.vault.azure.net/certificates/..%2fkeys",
            "https://contoso.vault.azure.net/certificates/rdp?x=1",
            "https://me:secret@contoso.vault.azure.net/certificates/rdp",
            "contoso/rdp",
        ] {
            assert_eq!(url(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn no_token_goes_to_a_host_that_is_no_vault_of_the_cloud() {
        let is_of = |text: &str, cloud: Cloud| url(text).unwrap().is_of(&cloud);
        let ours = "https://contoso.vault.azure.net/certificates/rdp";
        assert!(is_of(ours, Cloud::public()));
        assert!(!is_of(ours, Cloud::china()));
        assert!(is_of("https://contoso.vault.azure.cn/certificates/rdp", Cloud::china()));
        assert!(!is_of("https://vault.azure.net.example.com/certificates/rdp", Cloud::public()));
        assert!(!is_of("https://evilvault.azure.net/certificates/rdp", Cloud::public()));
    }
}
