//! Azure Firewalls, and who manages their rules.

use serde::Deserialize;

use super::{API_VERSION, Network, Wire, WireRef};
use crate::azure::arm::ArmError;
use crate::azure::resource_id::ResourceId;
use crate::azure::wire::{Tolerant, if_understood};

/// An Azure Firewall. Just-in-time access only writes classic rules ("Azure Firewalls that are
/// controlled by Azure Firewall Manager" are not supported).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Firewall {
    /// Its name.
    pub name: String,
    /// The name of the firewall policy that its rules stand in; without one it has classic rules.
    pub policy: Option<String>,
}

impl Network {
    /// The firewall in a virtual network, if there is one. Azure has a firewall in the resource group of
    /// its network.
    pub async fn firewall_in(&self, network: &ResourceId) -> Result<Option<Firewall>, ArmError> {
        let group = network.group();
        let path = format!("{group}/providers/Microsoft.Network/azureFirewalls?{API_VERSION}");
        let firewalls: Vec<WireFirewall> = self.0.list(path.trim_start_matches('/')).await?;
        let mut here = firewalls.into_iter().filter(|firewall| firewall.properties.stands_in(network));
        Ok(here.next().map(Firewall::from))
    }
}

#[derive(Deserialize)]
struct WireFirewall {
    name: String,
    properties: WireProperties,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct WireProperties {
    #[serde(default, deserialize_with = "if_understood")]
    firewall_policy: Option<WireRef>,
    #[serde(default)]
    ip_configurations: Tolerant<Wire<WireConfiguration>>,
}

#[derive(Deserialize)]
struct WireConfiguration {
    #[serde(default, deserialize_with = "if_understood")]
    subnet: Option<WireRef>,
}

impl WireProperties {
    fn stands_in(&self, network: &ResourceId) -> bool {
        let subnets = self.ip_configurations.0.iter().filter_map(|one| one.properties.subnet.as_ref());
        subnets.filter_map(|subnet| subnet.id.parent()).any(|parent| parent == *network)
    }
}

impl From<WireFirewall> for Firewall {
    fn from(wire: WireFirewall) -> Self {
        let policy = wire.properties.firewall_policy.map(|policy| policy.id.name().to_owned());
        Self { name: wire.name, policy }
    }
}
