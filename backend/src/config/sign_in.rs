//! Who lets people in.

use secrecy::SecretString;

use super::azure::AzureSettings;
use super::section::Section;
use super::{ConfigError, some_text};
use crate::session::Issuer;

/// Who lets people in.
#[derive(Debug)]
pub struct SignInSettings {
    /// The OpenID Connect provider.
    pub issuer: Issuer,
    /// Who Postern is there.
    pub client_id: String,
    /// How it proves that; not at all where it is a public client.
    pub client_secret: Option<SecretString>,
    /// What it asks for, beside `openid`.
    pub scopes: Vec<String>,
    /// The scope that programs ask for to call the API in the name of people; none do without.
    pub api_scope: Option<String>,
}

impl SignInSettings {
    pub(super) fn take(mut section: Section, azure: &AzureSettings) -> Result<Self, ConfigError> {
        let expected = "the https URL of an OpenID Connect provider, such as https://login.microsoftonline.com/<tenant id>/v2.0; one tenant, not common or organizations";
        let given = section.optional("issuer", expected, |text| text.parse::<Issuer>().ok())?;
        let entra = || azure.tenant.map(|tenant| Issuer::entra(&azure.cloud.authority.to_string(), tenant));
        let issuer = given.or_else(entra).ok_or_else(|| section.missing("issuer", expected))?;
        let client_id = section.required(
            "client_id",
            "the application (client) id of the app registration",
            some_text,
        )?;
        let client_secret =
            section.secret(["client_secret", "client_secret_file"], "the secret of the app", |text| {
                some_text(text).map(SecretString::from)
            })?;
        let scopes = section.list("scopes", "names of scopes, such as [\"profile\", \"email\"]", |text| {
            some_text(text).filter(|scope| !scope.contains(char::is_whitespace))
        })?;
        let api_scope = section.optional("api_scope", "the name of a scope, such as access", |text| {
            some_text(text).filter(|scope| !scope.contains([' ', '/']))
        })?;
        if let Some(scope) = api_scope.as_ref().filter(|_| issuer.tenant().is_none()) {
            return Err(ConfigError::Wrong {
                name: section.name("api_scope"),
                given: format!("`{scope}`, while people sign in to {}", issuer.as_str()),
                expected: "nothing, or a tenant of Microsoft Entra ID as `sign_in.issuer`: only its access tokens can be read",
            });
        }
        section.finish()?;
        let scopes = scopes.unwrap_or_else(|| vec!["profile".to_owned()]);
        Ok(Self { issuer, client_id, client_secret, scopes, api_scope })
    }
}
