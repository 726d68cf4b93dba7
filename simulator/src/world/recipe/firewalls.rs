//! Azure Firewalls to be.

use std::net::IpAddr;

use serde::Deserialize;

/// An Azure Firewall to be.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewFirewall {
    pub name: String,
    #[serde(default)]
    pub subscription: Option<String>,
    pub group: String,
    /// Name of a network in its subscription, with a subnet `AzureFirewallSubnet`.
    pub vnet: String,
    /// Its address on the Internet.
    pub public: IpAddr,
    /// The subnets of that network whose route leads to it.
    pub subnets: Vec<String>,
    /// Name of the firewall policy that manages it; classic rules if not given.
    #[serde(default)]
    pub policy: Option<String>,
}
