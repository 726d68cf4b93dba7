//! The name of a provider.

use std::str::FromStr;

use url::Url;
use uuid::Uuid;

use crate::config::is_loopback;

/// An OpenID Connect issuer: a URL that is compared to the letter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Issuer {
    text: String,
    tenant: Option<Uuid>,
}

impl Issuer {
    /// A tenant of Microsoft Entra ID.
    pub fn entra(authority: &str, tenant: Uuid) -> Self {
        Self { text: format!("{}/{tenant}/v2.0", authority.trim_end_matches('/')), tenant: Some(tenant) }
    }

    /// The issuer as its tokens name it.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Scheme, host and port, as browsers write them.
    pub fn origin(&self) -> String {
        Url::parse(&self.text).map_or_else(|_| "'none'".to_owned(), |url| url.origin().ascii_serialization())
    }

    /// The tenant, if this is one of Microsoft Entra ID.
    pub fn tenant(&self) -> Option<Uuid> {
        self.tenant
    }
}

impl FromStr for Issuer {
    type Err = ParseIssuerError;

    fn from_str(text: &str) -> Result<Self, ParseIssuerError> {
        let url = Url::parse(text).map_err(|_| ParseIssuerError::NotAUrl)?;
        if url.scheme() != "https" && !(url.scheme() == "http" && is_loopback(&url)) {
            return Err(ParseIssuerError::NotSafe);
        }
        if url.query().is_some() || url.fragment().is_some() || !url.username().is_empty() {
            return Err(ParseIssuerError::NotAUrl);
        }
        let tenant = match url.path().split('/').collect::<Vec<_>>()[..] {
            ["", "common" | "organizations" | "consumers", ..] => return Err(ParseIssuerError::ManyTenants),
            ["", tenant, "v2.0"] => Uuid::try_parse(tenant).ok(),
            _ => None,
        };
        Ok(Self { text: text.to_owned(), tenant })
    }
}

/// The text cannot be an issuer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ParseIssuerError {
    /// Not a URL, or one with more than a path.
    #[error("an issuer is a URL that ends with its path")]
    NotAUrl,
    /// Neither https nor on this machine.
    #[error("an issuer is an https URL; http only on this very machine")]
    NotSafe,
    /// It stands for every tenant of Microsoft Entra ID.
    #[error("name one tenant by its id; everybody with a Microsoft account could sign in otherwise")]
    ManyTenants,
}

#[cfg(test)]
mod tests {
    use super::*;

    const TENANT: &str = "11111111-2222-3333-4444-555555555555";

    #[test]
    fn a_tenant_of_entra_is_recognised_by_its_shape() {
        let issuer: Issuer = format!("https://login.microsoftonline.com/{TENANT}/v2.0").parse().unwrap();
        assert_eq!(issuer.tenant(), Some(TENANT.parse().unwrap()));
        assert_eq!(issuer, Issuer::entra("https://login.microsoftonline.com/", TENANT.parse().unwrap()));
    }

    #[test]
    fn any_other_provider_has_no_tenant() {
        for text in
            ["https://accounts.google.com", "https://sso.contoso.com/realms/main/", "http://127.0.0.1:8"]
        {
            let issuer: Issuer = text.parse().unwrap();
            assert_eq!((issuer.as_str(), issuer.tenant()), (text, None));
        }
    }

    #[test]
    fn an_issuer_for_everybody_is_refused() {
        for tenant in ["common", "organizations", "consumers"] {
            let text = format!("https://login.microsoftonline.com/{tenant}/v2.0");
            assert_eq!(text.parse::<Issuer>(), Err(ParseIssuerError::ManyTenants));
        }
    }

    #[test]
    fn an_issuer_that_can_be_overheard_is_refused() {
        assert_eq!("http://sso.contoso.com".parse::<Issuer>(), Err(ParseIssuerError::NotSafe));
        assert_eq!("ftp://127.0.0.1".parse::<Issuer>(), Err(ParseIssuerError::NotSafe));
        assert_eq!("sso".parse::<Issuer>(), Err(ParseIssuerError::NotAUrl));
        assert_eq!("https://sso.contoso.com/?a=b".parse::<Issuer>(), Err(ParseIssuerError::NotAUrl));
    }
}
