//! `Microsoft.Network`: interfaces, addresses, subnets and the rules in front of them.

mod bastion;
mod firewall;
mod jit_rule;
mod rule;

use std::net::{IpAddr, Ipv6Addr};

use serde::Deserialize;

use super::arm::{ArmClient, ArmError, Operation};
use super::resource_id::ResourceId;
use super::wire::{Tolerant, if_understood};

pub use bastion::{BastionHost, Link, Peered};
pub use firewall::Firewall;
pub use jit_rule::{JitRuleName, NotAJitRule};
pub use rule::{Access, Addresses, Direction, Nsg, Ports, SecurityRule, Transport};

const API_VERSION: &str = "api-version=2024-05-01";

/// The network.
#[derive(Debug, Clone)]
pub struct Network(pub(super) ArmClient);

/// A network interface, as far as connections to it go.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Nic {
    /// Its security group, if it has one of its own.
    pub nsg: Option<ResourceId>,
    /// Its subnet.
    pub subnet: Option<ResourceId>,
    /// Its address in the virtual network.
    pub private_address: Option<IpAddr>,
    /// Where its address on the Internet is described, if it has one.
    pub public_ip: Option<ResourceId>,
    /// Its address of IPv6 in the virtual network, if it has one beside the other.
    pub private_ipv6: Option<Ipv6Addr>,
    /// Where that address's counterpart on the Internet is described, if it has one.
    pub public_ipv6: Option<ResourceId>,
    /// The application security groups it is in.
    pub application_groups: Vec<ResourceId>,
}

/// An address on the Internet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicIp {
    /// The address; a dynamic one is there only while its machine runs.
    pub address: Option<IpAddr>,
    /// Its name.
    pub fqdn: Option<String>,
}

impl Network {
    /// Reads a network interface.
    pub async fn nic(&self, id: &ResourceId) -> Result<Nic, ArmError> {
        let wire: Wire<WireNic> = self.0.get(&id.path(API_VERSION)).await?;
        Ok(wire.properties.into())
    }

    /// Reads a public address.
    pub async fn public_ip(&self, id: &ResourceId) -> Result<PublicIp, ArmError> {
        let wire: Wire<WirePublicIp> = self.0.get(&id.path(API_VERSION)).await?;
        let WirePublicIp { ip_address, dns_settings } = wire.properties;
        Ok(PublicIp { address: ip_address, fqdn: dns_settings.and_then(|dns| dns.fqdn) })
    }

    /// The security group of a subnet, if it has one.
    pub async fn nsg_of_subnet(&self, id: &ResourceId) -> Result<Option<ResourceId>, ArmError> {
        let wire: Wire<WireSubnet> = self.0.get(&id.path(API_VERSION)).await?;
        Ok(wire.properties.network_security_group.map(|nsg| nsg.id))
    }

    /// Reads a security group and its rules, Azure's own at the end included.
    pub async fn nsg(&self, id: &ResourceId) -> Result<Nsg, ArmError> {
        let wire: Wire<rule::WireNsg> = self.0.get(&id.path(API_VERSION)).await?;
        Ok(wire.properties.into_nsg(id.clone()))
    }

    /// Has a rule deleted by which just-in-time access lets somebody through. One that is not there
    /// is not there, which is no error.
    pub async fn delete_jit_rule(
        &self,
        group: &ResourceId,
        rule: &JitRuleName,
    ) -> Result<Operation, ArmError> {
        let path = format!("{}/securityRules/{rule}?{API_VERSION}", group.as_str().trim_start_matches('/'));
        self.0.delete(&path).await
    }
}

#[derive(Deserialize)]
struct Wire<T> {
    properties: T,
}

#[derive(Deserialize)]
pub(super) struct WireRef {
    pub(super) id: ResourceId,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct WireNic {
    // Taken for none, a group that is not understood would be taken for an open door.
    network_security_group: Option<WireRef>,
    #[serde(default)]
    ip_configurations: Tolerant<Wire<WireIpConfiguration>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct WireIpConfiguration {
    primary: Option<bool>,
    #[serde(rename = "privateIPAddress", default, deserialize_with = "if_understood")]
    private_address: Option<IpAddr>,
    #[serde(rename = "publicIPAddress", default, deserialize_with = "if_understood")]
    public_ip: Option<WireRef>,
    #[serde(default, deserialize_with = "if_understood")]
    subnet: Option<WireRef>,
    #[serde(default)]
    application_security_groups: Tolerant<WireRef>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct WirePublicIp {
    #[serde(default, deserialize_with = "if_understood")]
    ip_address: Option<IpAddr>,
    #[serde(default, deserialize_with = "if_understood")]
    dns_settings: Option<WireDns>,
}

#[derive(Deserialize)]
struct WireDns {
    fqdn: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct WireSubnet {
    network_security_group: Option<WireRef>,
}

impl From<WireNic> for Nic {
    /// An interface can have several addresses; connections go to the primary one. That is of
    /// IPv4: one of IPv6 stands beside it, in a configuration of its own.
    fn from(wire: WireNic) -> Self {
        let nsg = wire.network_security_group.map(|nsg| nsg.id);
        let mut others: Vec<WireIpConfiguration> =
            wire.ip_configurations.0.into_iter().map(|configuration| configuration.properties).collect();
        if others.is_empty() {
            return Self { nsg, ..Self::default() };
        }
        let primary = others.iter().position(|of| of.primary == Some(true)).unwrap_or(0);
        let configuration = others.remove(primary);
        let ipv6 = others.into_iter().find_map(|other| match other.private_address {
            Some(IpAddr::V6(address)) => Some((address, other.public_ip)),
            Some(IpAddr::V4(_)) | None => None,
        });
        let (private_ipv6, public_ipv6) = ipv6.unzip();
        let application_groups = configuration.application_security_groups.0;
        Self {
            nsg,
            subnet: configuration.subnet.map(|subnet| subnet.id),
            private_address: configuration.private_address,
            public_ip: configuration.public_ip.map(|public_ip| public_ip.id),
            private_ipv6,
            public_ipv6: public_ipv6.flatten().map(|public_ip| public_ip.id),
            application_groups: application_groups.into_iter().map(|of| of.id).collect(),
        }
    }
}

#[cfg(test)]
mod tests;
