//! What Resource Graph is asked, and what it answers.

use std::collections::BTreeMap;
use std::net::IpAddr;

use serde::Deserialize;
use shared::bastion::BastionId;
use shared::resource_id::{ArmName, VmId};
use uuid::Uuid;

use crate::azure::resource_id::ResourceId;

/// Every machine with its primary interface and the primary addresses of that.
///
/// Names are compared without case throughout: Resource Graph keeps the casing that each provider
/// happened to use.
pub(super) const MACHINES: &str = "\
resources
| where type =~ 'microsoft.compute/virtualmachines'
| extend os = tostring(properties.storageProfile.osDisk.osType), power = tostring(properties.extended.instanceView.powerState.code)
| mv-expand nic = properties.networkProfile.networkInterfaces
| extend nicCount = array_length(properties.networkProfile.networkInterfaces)
| where nicCount == 1 or tobool(nic.properties.primary)
| extend nicId = tolower(tostring(nic.id))
| join kind=leftouter (
    resources
    | where type =~ 'microsoft.network/networkinterfaces'
    | mv-expand ipc = properties.ipConfigurations
    | where array_length(properties.ipConfigurations) < 2 or tobool(ipc.properties.primary)
    | project nicId = tolower(id), privateIp = tostring(ipc.properties.privateIPAddress), subnetId = tolower(tostring(ipc.properties.subnet.id)), nicNsg = tolower(tostring(properties.networkSecurityGroup.id)), pipId = tolower(tostring(ipc.properties.publicIPAddress.id))) on nicId
| join kind=leftouter (
    resources
    | where type =~ 'microsoft.network/publicipaddresses'
    | project pipId = tolower(id), publicIp = tostring(properties.ipAddress), fqdn = tostring(properties.dnsSettings.fqdn)) on pipId
| project id, location, tags, os, power, nicId, privateIp, publicIp, fqdn, nicNsg, subnetId
| order by id asc";

/// Every security group and the subnets it is on.
pub(super) const SECURITY_GROUPS: &str = "\
resources
| where type =~ 'microsoft.network/networksecuritygroups'
| project id, subnets = properties.subnets
| order by id asc";

/// Every Bastion and where it stands.
pub(super) const BASTIONS: &str = "\
resources
| where type =~ 'microsoft.network/bastionhosts'
| project id, subnet = tostring(properties.ipConfigurations[0].properties.subnet.id), network = tostring(properties.virtualNetwork.id)
| order by id asc";

/// A row of [`BASTIONS`].
#[derive(Debug, Deserialize)]
pub(super) struct BastionRow {
    pub(super) id: BastionId,
    #[serde(default)]
    subnet: Option<String>,
    #[serde(default)]
    network: Option<String>,
}

impl BastionRow {
    /// The virtual network it stands in.
    pub(super) fn network(&self) -> Option<ResourceId> {
        let subnet = parsed::<ResourceId>(self.subnet.as_deref());
        subnet.and_then(|subnet| subnet.parent()).or_else(|| parsed(self.network.as_deref()))
    }
}

/// The management groups above every subscription, nearest first.
pub(super) const ANCESTORS: &str = "\
resourcecontainers
| where type =~ 'microsoft.resources/subscriptions'
| project id, subscriptionId, chain = properties.managementGroupAncestorsChain
| order by id asc";

/// A row of [`ANCESTORS`].
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct AncestorsRow {
    pub(super) subscription_id: Uuid,
    #[serde(default)]
    pub(super) chain: Option<Vec<Ancestor>>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Ancestor {
    pub(super) name: ArmName,
}

/// A row of [`MACHINES`]. Resource Graph says nothing as an empty text.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct MachineRow {
    pub(super) id: VmId,
    #[serde(default)]
    pub(super) location: Option<String>,
    #[serde(default)]
    pub(super) tags: Option<BTreeMap<String, String>>,
    #[serde(default)]
    pub(super) os: Option<String>,
    #[serde(default)]
    pub(super) power: Option<String>,
    #[serde(default)]
    nic_id: Option<String>,
    #[serde(default)]
    private_ip: Option<String>,
    #[serde(default)]
    public_ip: Option<String>,
    #[serde(default)]
    fqdn: Option<String>,
    #[serde(default)]
    nic_nsg: Option<String>,
    #[serde(default)]
    subnet_id: Option<String>,
}

impl MachineRow {
    pub(super) fn nic(&self) -> Option<ResourceId> {
        parsed(self.nic_id.as_deref())
    }

    pub(super) fn subnet(&self) -> Option<ResourceId> {
        parsed(self.subnet_id.as_deref())
    }

    pub(super) fn nic_nsg(&self) -> Option<ResourceId> {
        parsed(self.nic_nsg.as_deref())
    }

    pub(super) fn private_address(&self) -> Option<IpAddr> {
        parsed(self.private_ip.as_deref())
    }

    pub(super) fn public_address(&self) -> Option<IpAddr> {
        parsed(self.public_ip.as_deref())
    }

    pub(super) fn fqdn(&self) -> Option<String> {
        self.fqdn.clone().filter(|name| !name.is_empty())
    }
}

/// A row of [`SECURITY_GROUPS`].
#[derive(Debug, Deserialize)]
pub(super) struct SecurityGroupRow {
    pub(super) id: ResourceId,
    #[serde(default)]
    pub(super) subnets: Option<Vec<SubnetRef>>,
}

#[derive(Debug, Deserialize)]
pub(super) struct SubnetRef {
    pub(super) id: ResourceId,
}

fn parsed<T: std::str::FromStr>(text: Option<&str>) -> Option<T> {
    text.and_then(|text| text.parse().ok())
}
