//! Network interfaces, public addresses, security groups and virtual networks.

use std::net::IpAddr;

use ipnet::IpNet;

use super::Resource;

/// A network interface.
#[derive(Debug, Clone)]
pub struct Nic {
    pub id: String,
    pub location: String,
    /// Id of the machine it is attached to.
    pub vm: Option<String>,
    pub primary: bool,
    /// Id of its own security group.
    pub nsg: Option<String>,
    pub configurations: Vec<IpConfiguration>,
}

/// One address of an interface.
#[derive(Debug, Clone)]
pub struct IpConfiguration {
    pub name: String,
    pub primary: bool,
    pub private_address: IpAddr,
    /// Id of the public address.
    pub public_ip: Option<String>,
    /// Id of the subnet.
    pub subnet: String,
}

/// A public address.
#[derive(Debug, Clone)]
pub struct PublicIp {
    pub id: String,
    pub location: String,
    /// Absent while a dynamic address is not allocated.
    pub address: Option<IpAddr>,
    pub version: &'static str,
    pub dynamic: bool,
    pub fqdn: Option<String>,
    /// Id of the interface's configuration that has it.
    pub configuration: Option<String>,
}

/// A network security group. Rules of just-in-time are not kept here but worked out when asked for.
#[derive(Debug, Clone)]
pub struct Nsg {
    pub id: String,
    pub location: String,
    pub rules: Vec<SecurityRule>,
    /// Ids of the interfaces that have it.
    pub nics: Vec<String>,
    /// Ids of the subnets that have it.
    pub subnets: Vec<String>,
}

/// A rule of a security group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SecurityRule {
    pub name: String,
    pub description: String,
    /// `*`, `Tcp`, `Udp` or `Icmp`.
    pub protocol: String,
    pub source_ports: Vec<String>,
    pub destination_ports: Vec<String>,
    pub sources: Vec<String>,
    pub destinations: Vec<String>,
    pub access: Access,
    pub priority: u16,
    pub direction: Direction,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize)]
pub enum Access {
    Allow,
    Deny,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize)]
pub enum Direction {
    Inbound,
    Outbound,
}

/// A virtual network.
#[derive(Debug, Clone)]
pub struct Vnet {
    pub id: String,
    pub location: String,
    pub space: Vec<IpNet>,
    pub subnets: Vec<Subnet>,
    pub peerings: Vec<Peering>,
}

/// The way from one network to another, as the one it belongs to sees it.
#[derive(Debug, Clone)]
pub struct Peering {
    pub name: String,
    /// Id of the other network.
    pub remote: String,
    /// `Connected`, `Initiated` or `Disconnected`.
    pub state: String,
    /// Whether machines of the two may talk to each other.
    pub access: bool,
}

/// A part of a virtual network.
#[derive(Debug, Clone)]
pub struct Subnet {
    pub name: String,
    pub prefixes: Vec<IpNet>,
    /// Id of its security group.
    pub nsg: Option<String>,
}

impl Access {
    pub fn name(self) -> &'static str {
        match self {
            Self::Allow => "Allow",
            Self::Deny => "Deny",
        }
    }
}

impl Direction {
    pub fn name(self) -> &'static str {
        match self {
            Self::Inbound => "Inbound",
            Self::Outbound => "Outbound",
        }
    }
}

impl Peering {
    /// Whether packets get from one network to the other.
    pub fn carries(&self) -> bool {
        self.access && self.state == "Connected"
    }
}

impl Vnet {
    /// The id of one of its subnets.
    pub fn subnet_id(&self, name: &str) -> String {
        format!("{}/subnets/{name}", self.id)
    }
}

impl Resource for Nic {
    fn id(&self) -> &str {
        &self.id
    }
}

impl Resource for PublicIp {
    fn id(&self) -> &str {
        &self.id
    }
}

impl Resource for Nsg {
    fn id(&self) -> &str {
        &self.id
    }
}

impl Resource for Vnet {
    fn id(&self) -> &str {
        &self.id
    }
}
