//! Who Postern is to Azure.
//!
//! The credentials are those of `azure_identity`, over our own connection and behind [`Cached`].

mod cached;
mod certificate;
mod claims_request;
mod person;
mod rewrite;

use std::sync::Arc;

use azure_core::cloud::{CloudConfiguration, CustomConfiguration};
use azure_core::credentials::{Secret, TokenCredential};
use azure_core::http::{ClientOptions, ExponentialRetryOptions, HttpClient, RetryOptions, Transport};
use azure_core::time::Duration;
use azure_identity::{
    AzureCliCredential, ClientAssertionCredential, ClientAssertionCredentialOptions, ClientSecretCredential,
    ClientSecretCredentialOptions, ManagedIdentityCredential, ManagedIdentityCredentialOptions,
    UserAssignedId, WorkloadIdentityCredential, WorkloadIdentityCredentialOptions,
};
use secrecy::{ExposeSecret, SecretString};

use super::cloud::Cloud;
use super::http_client::{self, Timeouts};
use crate::clock::Clock;
use certificate::{CertificateAssertion, CertificateError};
use rewrite::Rewrite;

pub use cached::{Cached, RefusedToken};
pub use claims_request::ClaimsRequest;
pub use person::SignInAgain;

/// Which identity to use, and how it proves itself.
#[derive(Debug, Clone)]
pub enum CredentialSettings {
    /// The identity that Azure gives to the machine, container or app that Postern runs on.
    ManagedIdentity {
        /// Which one, where there are several.
        client_id: Option<String>,
    },
    /// The identity of a Kubernetes service account, as its webhook describes it.
    WorkloadIdentity,
    /// An app registration with a secret.
    ClientSecret {
        /// The directory.
        tenant: String,
        /// The app.
        client_id: String,
        /// Its secret.
        secret: SecretString,
    },
    /// An app registration with a certificate.
    Certificate {
        /// The directory.
        tenant: String,
        /// The app.
        client_id: String,
        /// The certificate and its RSA key, both in PEM.
        pem: SecretString,
    },
    /// Whoever is signed in to the Azure CLI. For development.
    AzureCli,
}

/// The credential cannot be used as it is set up.
#[derive(Debug, thiserror::Error)]
pub enum CredentialError {
    /// The certificate or its key is not usable.
    #[error(transparent)]
    Certificate(#[from] CertificateError),
    /// `azure_identity` did not like something.
    #[error("the credential is not set up right")]
    Setup(#[from] azure_core::Error),
    /// There is no way to connect, such as without any root certificates.
    #[error("no connection can be made")]
    Connection(#[from] reqwest::Error),
}

/// The credential that `settings` describe. Nothing is sent yet.
pub fn credential(
    settings: &CredentialSettings,
    cloud: &Cloud,
    http: &reqwest::Client,
    timeouts: Timeouts,
    clock: &Clock,
) -> Result<Arc<dyn TokenCredential>, CredentialError> {
    let options = client_options(cloud, http);
    let cached = |make| Ok(Arc::new(Cached::new(make, clock.clone())?) as Arc<dyn TokenCredential>);
    match settings.clone() {
        CredentialSettings::ManagedIdentity { client_id } => {
            let metadata = Transport::new(Arc::new(http_client::metadata_client(timeouts)?));
            let client_options = ClientOptions { transport: Some(metadata), ..options };
            let user_assigned_id = client_id.map(UserAssignedId::ClientId);
            let options = ManagedIdentityCredentialOptions { user_assigned_id, client_options };
            cached(Box::new(move || Ok(ManagedIdentityCredential::new(Some(options.clone()))?)))
        }
        CredentialSettings::WorkloadIdentity => cached(Box::new(move || {
            let client_options = options.clone();
            Ok(WorkloadIdentityCredential::new(Some(WorkloadIdentityCredentialOptions {
                credential_options: ClientAssertionCredentialOptions { client_options },
                ..WorkloadIdentityCredentialOptions::default()
            }))?)
        })),
        CredentialSettings::ClientSecret { tenant, client_id, secret } => cached(Box::new(move || {
            let secret = Secret::new(secret.expose_secret().to_owned());
            let options = ClientSecretCredentialOptions { client_options: options.clone() };
            Ok(ClientSecretCredential::new(&tenant, client_id.clone(), secret, Some(options))?)
        })),
        CredentialSettings::Certificate { tenant, client_id, pem } => {
            let audience = format!("{}/{tenant}/oauth2/v2.0/token", cloud.authority);
            let assertion = CertificateAssertion::new(&pem, &client_id, audience, clock.clone())?;
            cached(Box::new(move || {
                let options = ClientAssertionCredentialOptions { client_options: options.clone() };
                let assertion = assertion.clone();
                Ok(ClientAssertionCredential::new(
                    tenant.clone(),
                    client_id.clone(),
                    assertion,
                    Some(options),
                )?)
            }))
        }
        CredentialSettings::AzureCli => cached(Box::new(|| Ok(AzureCliCredential::new(None)?))),
    }
}

/// What all credentials have in common: where to ask, through which connection, and how often.
fn client_options(cloud: &Cloud, http: &reqwest::Client) -> ClientOptions {
    let mut authority = CustomConfiguration::default();
    authority.authority_host = cloud.authority.to_string();
    let mut transport: Arc<dyn HttpClient> = Arc::new(http.clone());
    if cloud.authority.is_plain() {
        let rewrite = Rewrite::new(http.clone(), cloud.authority.url());
        authority.authority_host = rewrite.stand_in().to_string();
        transport = Arc::new(rewrite);
    }
    ClientOptions {
        retry: RetryOptions::exponential(ExponentialRetryOptions {
            max_retries: 3,
            max_total_elapsed: Duration::seconds(10),
            ..ExponentialRetryOptions::default()
        }),
        transport: Some(Transport::new(transport)),
        cloud: Some(Arc::new(CloudConfiguration::Custom(authority))),
        ..ClientOptions::default()
    }
}

#[cfg(test)]
mod tests;
