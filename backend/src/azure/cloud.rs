//! Where Azure is: the public cloud, a national one, or a stand-in.

use std::fmt;
use std::str::FromStr;

use shared::resource_id::VmId;
use url::{Host, Url};
use uuid::Uuid;

use super::arm::ArmError;

/// The addresses of one Azure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cloud {
    /// Who signs people and services in: Microsoft Entra ID.
    pub authority: Endpoint,
    /// Azure Resource Manager.
    pub arm: Endpoint,
    /// What a token for Azure Resource Manager is asked for.
    pub arm_scope: String,
    /// Microsoft Graph, if there is one.
    pub graph: Option<Endpoint>,
    /// What a token for Microsoft Graph is asked for.
    pub graph_scope: String,
    /// The Azure portal, if there is one.
    pub portal: Option<Endpoint>,
    /// Below which name its key vaults are, as far as that is known.
    pub vault_domain: Option<String>,
    /// What a token for a key vault is asked for.
    pub vault_scope: String,
}

impl Cloud {
    /// What people are asked to allow, so that Azure can be asked in their name.
    pub fn person_scope(&self) -> String {
        match self.arm_scope.strip_suffix("/.default") {
            Some(resource) => format!("{resource}/user_impersonation"),
            None => self.arm_scope.clone(),
        }
    }

    /// The Azure that everybody means.
    pub fn public() -> Self {
        Self::preset(
            "https://login.microsoftonline.com",
            "https://management.azure.com",
            "https://graph.microsoft.com",
            "https://portal.azure.com",
            "vault.azure.net",
        )
    }

    /// Azure Government, in the United States.
    pub fn us_government() -> Self {
        Self::preset(
            "https://login.microsoftonline.us",
            "https://management.usgovcloudapi.net",
            "https://graph.microsoft.us",
            "https://portal.azure.us",
            "vault.usgovcloudapi.net",
        )
    }

    /// Azure in China, operated by 21Vianet.
    pub fn china() -> Self {
        Self::preset(
            "https://login.chinacloudapi.cn",
            "https://management.chinacloudapi.cn",
            "https://microsoftgraph.chinacloudapi.cn",
            "https://portal.azure.cn",
            "vault.azure.cn",
        )
    }

    fn preset(authority: &str, arm: &str, graph: &str, portal: &str, vaults: &str) -> Self {
        let endpoint = |text: &str| text.parse().expect("the presets are well-formed");
        Self {
            authority: endpoint(authority),
            arm: endpoint(arm),
            arm_scope: format!("{arm}/.default"),
            graph: Some(endpoint(graph)),
            graph_scope: format!("{graph}/.default"),
            portal: Some(endpoint(portal)),
            vault_domain: Some(vaults.to_owned()),
            vault_scope: format!("https://{vaults}/.default"),
        }
    }
}

/// Where people of one tenant find things in the Azure portal.
#[derive(Debug, Clone)]
pub struct Portal {
    url: Url,
    tenant: Option<Uuid>,
}

impl Portal {
    /// The portal at `endpoint`, for the people of `tenant`, or of whichever they are in.
    pub fn new(endpoint: &Endpoint, tenant: Option<Uuid>) -> Self {
        Self { url: endpoint.0.clone(), tenant }
    }

    /// Where a machine can be connected to.
    pub fn page_of(&self, vm: &VmId) -> String {
        let mut url = self.url.clone();
        let tenant = self.tenant.map(|tenant| format!("@{tenant}/")).unwrap_or_default();
        url.set_fragment(Some(&format!("{tenant}resource{vm}/connect")));
        url.into()
    }
}

/// The base URL of a service that is sent credentials, so either `https`, or `http` to this very
/// machine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Endpoint(Url);

impl Endpoint {
    /// The URL, whose path ends with a slash.
    pub fn url(&self) -> &Url {
        &self.0
    }

    /// Whether it is without TLS, which only a service on this machine may be.
    pub(super) fn is_plain(&self) -> bool {
        self.0.scheme() == "http"
    }

    /// The URL of `path` below it.
    pub(super) fn join(&self, path: &str) -> Result<Url, ArmError> {
        let url = self.0.join(path).map_err(ArmError::unexpected)?;
        if self.is_origin_of(&url) && url.path().starts_with(self.0.path()) {
            return Ok(url);
        }
        Err(ArmError::unexpected(format!("`{path}` leads out of {self}")))
    }

    /// Whether `url` is on the same scheme, host and port.
    pub(super) fn is_origin_of(&self, url: &Url) -> bool {
        url.origin() == self.0.origin() && url.username().is_empty() && url.password().is_none()
    }

    /// The path of `url` below this.
    pub(super) fn path_of<'a>(&self, url: &'a Url) -> &'a str {
        url.path().strip_prefix(self.0.path()).unwrap_or_else(|| url.path())
    }
}

impl FromStr for Endpoint {
    type Err = ParseEndpointError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let reject = |reason| ParseEndpointError { text: text.to_owned(), reason };
        let mut url = Url::parse(text).map_err(|_| reject("it is not a URL"))?;
        match url.scheme() {
            "https" => {}
            "http" if is_loopback(&url) => {}
            "http" => return Err(reject("plain http is only for a service on this machine; write https")),
            _ => return Err(reject("its scheme must be https")),
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(reject("it must not hold credentials"));
        }
        if url.query().is_some() || url.fragment().is_some() {
            return Err(reject("it must end with its path"));
        }
        if !url.path().ends_with('/') {
            url.set_path(&format!("{}/", url.path()));
        }
        Ok(Self(url))
    }
}

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        Some(Host::Domain(name)) => name == "localhost",
        None => false,
    }
}

impl fmt::Display for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.as_str().trim_end_matches('/'))
    }
}

/// The text cannot be the base URL of a service.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` cannot be used: {reason}")]
pub struct ParseEndpointError {
    text: String,
    reason: &'static str,
}

#[cfg(test)]
mod tests;
