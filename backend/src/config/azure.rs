//! Which Azure, and as whom.

use secrecy::SecretString;
use uuid::Uuid;

use super::section::Section;
use super::{ConfigError, LENGTH_OF_TIME, length_of_time, some_text};
use crate::azure::cloud::{Cloud, Endpoint};
use crate::azure::credential::CredentialSettings;
use crate::guardrails::SourceMatch;
use crate::jit::{Patience, SourceSetting};

/// Which Azure, and as whom.
#[derive(Debug)]
pub struct AzureSettings {
    /// The addresses of the cloud.
    pub cloud: Cloud,
    /// The directory (tenant) that the subscriptions belong to.
    pub tenant: Option<Uuid>,
    /// Who Postern is there, and how it proves that.
    pub credential: CredentialSettings,
    /// How long it is given to answer, and to show what it has taken on.
    pub patience: Patience,
    /// How Azure holds a source against those that a JIT policy lists.
    pub policy_sources: SourceSetting,
}

impl AzureSettings {
    pub(super) fn take(mut section: Section) -> Result<Self, ConfigError> {
        let cloud = take_cloud(&mut section)?;
        let tenant = section.optional("tenant", TENANT, |text| Uuid::try_parse(text).ok())?;
        let credential = section.section("credential")?;
        let credential = take_credential(credential, || {
            tenant.map(|tenant| tenant.to_string()).ok_or_else(|| section.missing("tenant", TENANT))
        })?;
        let patience = section.optional("patience", LENGTH_OF_TIME, length_of_time)?;
        let patience = patience.map(Patience::of).unwrap_or_default();
        let policy_sources =
            section.optional("policy_sources", "learn, contained or exact", |text| match text {
                "learn" => Some(SourceSetting::Learn),
                "contained" => Some(SourceSetting::Known(SourceMatch::Contained)),
                "exact" => Some(SourceSetting::Known(SourceMatch::Exact)),
                _ => None,
            })?;
        section.finish()?;
        let policy_sources = policy_sources.unwrap_or_default();
        Ok(Self { cloud, tenant, credential, patience, policy_sources })
    }
}

const TENANT: &str = "the id of the directory, such as 11111111-2222-3333-4444-555555555555";

fn take_cloud(section: &mut Section) -> Result<Cloud, ConfigError> {
    let expected = "public, us-government, china, or custom with its addresses in [azure.custom]";
    let name = section.optional("cloud", expected, |text| {
        ["public", "us-government", "china", "custom"].into_iter().find(|name| *name == text)
    })?;
    let mut custom = section.section("custom")?;
    let cloud = match name {
        Some("us-government") => Cloud::us_government(),
        Some("china") => Cloud::china(),
        Some("custom") => take_custom(&mut custom)?,
        _ => Cloud::public(),
    };
    custom.finish()?;
    Ok(cloud)
}

fn take_custom(section: &mut Section) -> Result<Cloud, ConfigError> {
    let expected = "an https URL; http only for this very machine";
    let endpoint = |text: &str| text.parse::<Endpoint>().ok();
    let authority = section.required("authority", expected, endpoint)?;
    let arm = section.required("arm", expected, endpoint)?;
    let arm_scope = section.optional("arm_scope", "a scope, such as https://…/.default", some_text)?;
    let graph = section.optional("graph", expected, endpoint)?;
    let graph_scope = section.optional("graph_scope", "a scope, such as https://…/.default", some_text)?;
    let vault_scope = section.optional("vault_scope", "a scope, such as https://…/.default", some_text)?;
    let usual = || graph.as_ref().map(|graph| format!("{graph}/.default")).unwrap_or_default();
    Ok(Cloud {
        graph_scope: graph_scope.unwrap_or_else(usual),
        graph,
        arm_scope: arm_scope.unwrap_or_else(|| format!("{arm}/.default")),
        authority,
        arm,
        portal: section.optional("portal", expected, endpoint)?,
        vault_domain: None,
        vault_scope: vault_scope.unwrap_or_else(|| Cloud::public().vault_scope),
    })
}

fn take_credential(
    mut section: Section,
    tenant: impl Fn() -> Result<String, ConfigError>,
) -> Result<CredentialSettings, ConfigError> {
    let kinds = "managed_identity, workload_identity, client_secret, certificate or azure_cli";
    let kind = section.required("kind", kinds, |text| {
        let kinds = ["managed_identity", "workload_identity", "client_secret", "certificate", "azure_cli"];
        kinds.into_iter().find(|kind| *kind == text)
    })?;
    let settings = match kind {
        "managed_identity" => CredentialSettings::ManagedIdentity {
            client_id: section.optional(
                "client_id",
                "the client id of a user-assigned identity",
                some_text,
            )?,
        },
        "workload_identity" => CredentialSettings::WorkloadIdentity {},
        "client_secret" => CredentialSettings::ClientSecret {
            tenant: tenant()?,
            client_id: take_client_id(&mut section)?,
            secret: take_secret(&mut section, ["secret", "secret_file"], "the secret of the app")?,
        },
        "certificate" => CredentialSettings::Certificate {
            tenant: tenant()?,
            client_id: take_client_id(&mut section)?,
            pem: take_secret(&mut section, ["pem", "pem_file"], "a certificate and its RSA key in PEM")?,
        },
        _ => CredentialSettings::AzureCli {},
    };
    section.finish()?;
    Ok(settings)
}

fn take_client_id(section: &mut Section) -> Result<String, ConfigError> {
    section.required("client_id", "the application (client) id of the app registration", some_text)
}

fn take_secret(
    section: &mut Section,
    keys: [&'static str; 2],
    expected: &'static str,
) -> Result<SecretString, ConfigError> {
    let secret = section.secret(keys, expected, |text| some_text(text).map(SecretString::from))?;
    secret.ok_or_else(|| section.missing(keys[0], expected))
}
