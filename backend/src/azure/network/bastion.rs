//! Bastion hosts, the networks they reach, and the links they share.

use ipnet::IpNet;
use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use shared::bastion::{BastionId, Sku};
use shared::resource_id::VmId;

use super::{API_VERSION, Network, Wire, WireRef};
use crate::azure::arm::{Answer, ArmError, Operation};
use crate::azure::resource_id::ResourceId;
use crate::azure::wire::{Tolerant, if_understood};

/// The name that the subnet of a Bastion has.
const SUBNET: &str = "AzureBastionSubnet";

/// A Bastion host as it is at this moment.
#[derive(Debug, Clone)]
pub struct BastionHost {
    /// What it was paid for.
    pub sku: Sku,
    /// The subnet it connects from; the Developer SKU has none.
    pub subnet: Option<ResourceId>,
    /// The virtual network it stands in.
    pub network: Option<ResourceId>,
    /// Whether clients of one's own are switched on.
    pub tunneling: bool,
    /// Whether links are switched on.
    pub shareable_link: bool,
}

/// A virtual network that another one is peered with.
#[derive(Debug, Clone)]
pub struct Peered {
    /// That network.
    pub network: ResourceId,
    /// Whether packets get through now.
    pub connected: bool,
}

/// What became of asking for a link.
#[derive(Debug)]
pub enum Link {
    /// It is there.
    There(SecretString),
    /// It is not. Azure may say why.
    NotThere(Option<String>),
}

impl Network {
    /// Reads a Bastion host.
    pub async fn bastion(&self, id: &BastionId) -> Result<BastionHost, ArmError> {
        let wire: WireBastion = self.0.get(&of_bastion(id, "")).await?;
        Ok(wire.into())
    }

    /// The networks that one is peered with.
    pub async fn peered_with(&self, network: &ResourceId) -> Result<Vec<Peered>, ArmError> {
        let wire: Wire<WireNetwork> = self.0.get(&network.path(API_VERSION)).await?;
        Ok(wire
            .properties
            .virtual_network_peerings
            .0
            .into_iter()
            .map(|peering| peering.properties.into())
            .collect())
    }

    /// The ranges of a subnet.
    pub async fn ranges_of_subnet(&self, id: &ResourceId) -> Result<Vec<IpNet>, ArmError> {
        let wire: Wire<WireRanges> = self.0.get(&id.path(API_VERSION)).await?;
        let WireRanges { address_prefix, address_prefixes } = wire.properties;
        Ok(if address_prefixes.0.is_empty() {
            address_prefix.into_iter().collect()
        } else {
            address_prefixes.0
        })
    }

    /// Has a link to a machine made. What is there already stays as it is.
    pub async fn create_link(&self, bastion: &BastionId, vm: &VmId) -> Result<Operation, ArmError> {
        self.0.start_with(&of_bastion(bastion, "/createShareableLinks"), &WireMachines::of(vm)).await
    }

    /// Has the link to a machine deleted. To do that twice does no more than once.
    pub async fn delete_link(&self, bastion: &BastionId, vm: &VmId) -> Result<Operation, ArmError> {
        self.0.start_with(&of_bastion(bastion, "/deleteShareableLinks"), &WireMachines::of(vm)).await
    }

    /// The link to a machine.
    pub async fn link(&self, bastion: &BastionId, vm: &VmId) -> Result<Link, ArmError> {
        let path = of_bastion(bastion, "/getShareableLinks");
        let links: WireLinks = self.0.query(&path, &WireMachines::of(vm), Answer::json).await?;
        let link = links.value.0.into_iter().find(|link| link.vm.id.parse().as_ref() == Ok(vm));
        Ok(match link {
            Some(WireLink { bsl: Some(url), .. }) => Link::There(url),
            Some(WireLink { bsl: None, message, .. }) => Link::NotThere(message),
            None => Link::NotThere(None),
        })
    }
}

fn of_bastion(id: &BastionId, action: &str) -> String {
    format!("{}{action}?{API_VERSION}", id.to_string().trim_start_matches('/'))
}

#[derive(Deserialize)]
struct WireBastion {
    #[serde(default, deserialize_with = "if_understood")]
    sku: Option<WireSku>,
    properties: WireBastionProperties,
}

#[derive(Deserialize)]
struct WireSku {
    name: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct WireBastionProperties {
    #[serde(default)]
    ip_configurations: Tolerant<Wire<WireBastionPlace>>,
    #[serde(default, deserialize_with = "if_understood")]
    virtual_network: Option<WireRef>,
    #[serde(default, deserialize_with = "if_understood")]
    enable_tunneling: Option<bool>,
    #[serde(default, deserialize_with = "if_understood")]
    enable_shareable_link: Option<bool>,
}

#[derive(Deserialize)]
struct WireBastionPlace {
    subnet: WireRef,
}

impl From<WireBastion> for BastionHost {
    fn from(WireBastion { sku, properties }: WireBastion) -> Self {
        let sku = sku.map_or(Sku::Unknown, |sku| Sku::named(&sku.name));
        let subnets = properties.ip_configurations.0.into_iter().map(|place| place.properties.subnet.id);
        // Whatever else it may name, it connects from the subnet that Azure keeps for Bastions.
        let subnet = subnets.into_iter().find(|subnet| subnet.name().eq_ignore_ascii_case(SUBNET));
        let named = properties.virtual_network.map(|network| network.id);
        Self {
            sku,
            network: subnet.as_ref().and_then(ResourceId::parent).or(named),
            subnet,
            tunneling: properties.enable_tunneling.unwrap_or(false),
            shareable_link: properties.enable_shareable_link.unwrap_or(false),
        }
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct WireNetwork {
    #[serde(default)]
    virtual_network_peerings: Tolerant<Wire<WirePeering>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct WirePeering {
    remote_virtual_network: WireRef,
    #[serde(default, deserialize_with = "if_understood")]
    peering_state: Option<String>,
    #[serde(default, deserialize_with = "if_understood")]
    allow_virtual_network_access: Option<bool>,
}

impl From<WirePeering> for Peered {
    fn from(wire: WirePeering) -> Self {
        let is_connected = wire.peering_state.is_some_and(|state| state.eq_ignore_ascii_case("Connected"));
        let network = wire.remote_virtual_network.id;
        Self { network, connected: is_connected && wire.allow_virtual_network_access.unwrap_or(true) }
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct WireRanges {
    #[serde(default, deserialize_with = "if_understood")]
    address_prefix: Option<IpNet>,
    #[serde(default)]
    address_prefixes: Tolerant<IpNet>,
}

#[derive(Serialize)]
struct WireMachines<'a> {
    vms: [WireMachine<'a>; 1],
}

#[derive(Serialize)]
struct WireMachine<'a> {
    vm: WireMachineId<'a>,
}

#[derive(Serialize)]
struct WireMachineId<'a> {
    id: &'a VmId,
}

impl<'a> WireMachines<'a> {
    fn of(id: &'a VmId) -> Self {
        Self { vms: [WireMachine { vm: WireMachineId { id } }] }
    }
}

#[derive(Deserialize)]
struct WireLinks {
    value: Tolerant<WireLink>,
}

#[derive(Deserialize)]
struct WireLink {
    vm: WireLinked,
    bsl: Option<SecretString>,
    #[serde(default, deserialize_with = "if_understood")]
    message: Option<String>,
}

#[derive(Deserialize)]
struct WireLinked {
    id: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    const NETWORK: &str = "/subscriptions/11111111-2222-3333-4444-555555555555/resourceGroups/hq/providers/Microsoft.Network/virtualNetworks/hub";

    fn read(json: serde_json::Value) -> BastionHost {
        serde_json::from_value::<WireBastion>(json).unwrap().into()
    }

    #[test]
    fn a_bastion_stands_in_the_network_of_its_subnet_or_in_the_one_it_names() {
        let configuration = |subnet: &str| serde_json::json!({ "properties": { "subnet": { "id": format!("{NETWORK}/subnets/{subnet}") } } });
        let standard = read(serde_json::json!({ "sku": { "name": "Standard" }, "properties": {
            "ipConfigurations": [configuration("azurebastionsubnet")], "enableTunneling": true,
        } }));
        assert_eq!((standard.sku, standard.tunneling, standard.shareable_link), (Sku::Standard, true, false));
        assert_eq!(standard.network, NETWORK.parse().ok());
        let developer = read(serde_json::json!({ "sku": { "name": "Developer" }, "properties": {
            "virtualNetwork": { "id": NETWORK },
        } }));
        assert_eq!((developer.subnet, developer.network), (None, NETWORK.parse().ok()));
        let odd = read(serde_json::json!({ "properties": { "ipConfigurations": [configuration("front")] } }));
        assert_eq!((odd.sku, odd.subnet, odd.network), (Sku::Unknown, None, None));
    }

    #[test]
    fn a_peering_counts_only_while_packets_get_through() {
        let peered = |state: &str, access: bool| -> Peered {
            let json = serde_json::json!({
                "remoteVirtualNetwork": { "id": NETWORK }, "peeringState": state, "allowVirtualNetworkAccess": access,
            });
            serde_json::from_value::<WirePeering>(json).unwrap().into()
        };
        assert!(peered("Connected", true).connected);
        assert!(!peered("Connected", false).connected && !peered("Disconnected", true).connected);
    }
}
