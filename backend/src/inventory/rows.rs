//! What Resource Graph is asked, and what it answers.

use std::collections::BTreeMap;
use std::net::IpAddr;

use serde::Deserialize;
use shared::bastion::BastionId;
use shared::resource_id::{ArmName, VmId};
use uuid::Uuid;

use crate::azure::network::SecurityRule;
use crate::azure::resource_id::ResourceId;
use crate::azure::security::Pricing;
use crate::azure::wire::if_understood;

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
    | project nicId = tolower(id), privateIp = tostring(ipc.properties.privateIPAddress), subnetId = tolower(tostring(ipc.properties.subnet.id)), asgs = ipc.properties.applicationSecurityGroups, nicNsg = tolower(tostring(properties.networkSecurityGroup.id)), pipId = tolower(tostring(ipc.properties.publicIPAddress.id))) on nicId
| join kind=leftouter (
    resources
    | where type =~ 'microsoft.network/publicipaddresses'
    | project pipId = tolower(id), publicIp = tostring(properties.ipAddress), fqdn = tostring(properties.dnsSettings.fqdn)) on pipId
| project id, location, tags, os, power, nicCount, nicId, privateIp, publicIp, fqdn, nicNsg, subnetId, asgs
| order by id asc";

/// Every security group with its rules, and the subnets it is on. Azure's own rules, which are the
/// same everywhere and open nothing to the outside, are left out.
pub(super) const SECURITY_GROUPS: &str = "\
resources
| where type =~ 'microsoft.network/networksecuritygroups'
| project id, subnets = properties.subnets, rules = properties.securityRules
| order by id asc";

/// Every virtual network with its subnets.
pub(super) const NETWORKS: &str = "\
resources
| where type =~ 'microsoft.network/virtualnetworks'
| project id, subnets = properties.subnets
| order by id asc";

/// Every Azure Firewall, where it stands and who manages it.
pub(super) const FIREWALLS: &str = "\
resources
| where type =~ 'microsoft.network/azurefirewalls'
| project id, name, subnet = tostring(properties.ipConfigurations[0].properties.subnet.id), policy = tostring(properties.firewallPolicy.id)
| order by id asc";

/// Defender's verdict on every machine about just-in-time access: the recommendation "Management
/// ports of virtual machines should be protected with just-in-time network access control".
pub(super) const ASSESSMENTS: &str = "\
securityresources
| where type =~ 'microsoft.security/assessments' and name == '805651bc-6ecd-4c73-9b55-97a19d0582d0'
| project id, vm = tostring(properties.resourceDetails.Id), code = tostring(properties.status.code), cause = tostring(properties.status.cause), description = tostring(properties.status.description)
| order by id asc";

/// The plan of Defender for Servers of every subscription, and of machines that have one of their own.
pub(super) const PRICINGS: &str = "\
securityresources
| where type =~ 'microsoft.security/pricings' and name =~ 'VirtualMachines'
| project id, pricing = properties
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
#[serde(rename_all = "camelCase")]
pub(super) struct Ancestor {
    pub(super) name: ArmName,
    /// What people call it.
    #[serde(default)]
    pub(super) display_name: Option<String>,
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
    nic_count: Option<u32>,
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
    #[serde(default, deserialize_with = "if_understood")]
    asgs: Option<Vec<Reference>>,
}

impl MachineRow {
    /// The application security groups of its primary address.
    pub(super) fn application_groups(&mut self) -> Box<[ResourceId]> {
        self.asgs.take().unwrap_or_default().into_iter().map(|group| group.id).collect()
    }

    /// Whether it has network interfaces beside the primary one.
    pub(super) fn has_other_nics(&self) -> bool {
        self.nic_count.is_some_and(|count| count > 1)
    }

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
    pub(super) subnets: Option<Vec<Reference>>,
    /// All of them or none: a list without one of its rules would tell a lie.
    #[serde(default, deserialize_with = "if_understood")]
    pub(super) rules: Option<Vec<SecurityRule>>,
}

/// The id of something else.
#[derive(Debug, Deserialize)]
pub(super) struct Reference {
    pub(super) id: ResourceId,
}

/// A row of [`NETWORKS`].
#[derive(Debug, Deserialize)]
pub(super) struct NetworkRow {
    pub(super) id: ResourceId,
    #[serde(default, deserialize_with = "if_understood")]
    pub(super) subnets: Option<Vec<SubnetRow>>,
}

#[derive(Debug, Deserialize)]
pub(super) struct SubnetRow {
    pub(super) id: ResourceId,
    pub(super) properties: SubnetProperties,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct SubnetProperties {
    // Taken for none, a group that is not understood would be taken for nothing in front.
    pub(super) network_security_group: Option<Reference>,
}

/// A row of [`FIREWALLS`].
#[derive(Debug, Deserialize)]
pub(super) struct FirewallRow {
    pub(super) name: String,
    #[serde(default)]
    subnet: Option<String>,
    #[serde(default)]
    policy: Option<String>,
}

impl FirewallRow {
    /// The virtual network it stands in.
    pub(super) fn network(&self) -> Option<ResourceId> {
        parsed::<ResourceId>(self.subnet.as_deref())?.parent()
    }

    /// The name of the firewall policy that manages it.
    pub(super) fn policy(&self) -> Option<String> {
        let policy = self.policy.as_deref().filter(|policy| !policy.is_empty())?;
        policy.rsplit('/').next().map(str::to_owned)
    }
}

/// A row of [`ASSESSMENTS`].
#[derive(Debug, Deserialize)]
pub(super) struct AssessmentRow {
    pub(super) vm: VmId,
    pub(super) code: String,
    #[serde(default)]
    pub(super) cause: Option<String>,
    #[serde(default)]
    pub(super) description: Option<String>,
}

/// A row of [`PRICINGS`].
#[derive(Debug, Deserialize)]
pub(super) struct PricingRow {
    id: String,
    pub(super) pricing: Pricing,
}

/// Whose plan a row of [`PRICINGS`] is.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum PricingOf {
    Subscription(Uuid),
    Machine(VmId),
}

impl PricingRow {
    /// Whose plan it is: `None` if of something else, such as a scale set.
    pub(super) fn of(&self) -> Option<PricingOf> {
        let scope = self.id.to_ascii_lowercase();
        let scope = &self.id[..scope.find("/providers/microsoft.security/")?];
        let subscription = scope.rsplit('/').next().and_then(|id| Uuid::try_parse(id).ok());
        let is_subscription = scope.split('/').count() == 3;
        match subscription.filter(|_| is_subscription) {
            Some(subscription) => Some(PricingOf::Subscription(subscription)),
            None => scope.parse().ok().map(PricingOf::Machine),
        }
    }
}

fn parsed<T: std::str::FromStr>(text: Option<&str>) -> Option<T> {
    text.and_then(|text| text.parse().ok())
}
