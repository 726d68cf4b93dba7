//! Bastion hosts and peerings to be.

use serde::Deserialize;

use crate::world::BastionSku;

/// A Bastion host to be. It stands in the `AzureBastionSubnet` of its network.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewBastion {
    pub name: String,
    #[serde(default)]
    pub subscription: Option<String>,
    pub group: String,
    #[serde(default = "west_europe")]
    pub location: String,
    pub sku: BastionSku,
    /// Name of a network in its subscription.
    pub vnet: String,
    #[serde(default)]
    pub tunneling: bool,
    #[serde(default)]
    pub ip_connect: bool,
    #[serde(default)]
    pub shareable_link: bool,
}

/// Two networks that are to be peered.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewPeering {
    /// Each as `subscription/network`.
    pub between: [String; 2],
    /// `Initiated` if only the first knows of it, `Disconnected` if the second has dropped it.
    #[serde(default = "connected")]
    pub state: String,
}

fn west_europe() -> String {
    "westeurope".to_owned()
}

fn connected() -> String {
    "Connected".to_owned()
}
