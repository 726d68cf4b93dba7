//! Networks to be.

use ipnet::IpNet;
use serde::Deserialize;

use crate::world::{Access, Direction, SecurityRule};

/// A security group to be.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewNsg {
    pub name: String,
    #[serde(default)]
    pub subscription: Option<String>,
    pub group: String,
    #[serde(default = "west_europe")]
    pub location: String,
    #[serde(default, rename = "rule")]
    pub rules: Vec<NewRule>,
}

/// A rule to be; what is not given is any, inbound and TCP.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewRule {
    pub name: String,
    pub priority: u16,
    pub access: Access,
    #[serde(default = "inbound")]
    pub direction: Direction,
    #[serde(default = "tcp")]
    pub protocol: String,
    #[serde(default = "any")]
    pub sources: Vec<String>,
    #[serde(default = "any")]
    pub destinations: Vec<String>,
    #[serde(default = "any")]
    pub ports: Vec<String>,
    #[serde(default)]
    pub description: String,
}

/// A virtual network to be.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewVnet {
    pub name: String,
    #[serde(default)]
    pub subscription: Option<String>,
    pub group: String,
    #[serde(default = "west_europe")]
    pub location: String,
    pub space: Vec<IpNet>,
    #[serde(rename = "subnet")]
    pub subnets: Vec<NewSubnet>,
}

/// A subnet to be.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewSubnet {
    pub name: String,
    pub prefixes: Vec<IpNet>,
    /// Name of a security group in the same subscription.
    #[serde(default)]
    pub nsg: Option<String>,
}

impl From<NewRule> for SecurityRule {
    fn from(rule: NewRule) -> Self {
        Self {
            name: rule.name,
            description: rule.description,
            protocol: rule.protocol,
            source_ports: any(),
            destination_ports: rule.ports,
            sources: rule.sources,
            destinations: rule.destinations,
            access: rule.access,
            priority: rule.priority,
            direction: rule.direction,
        }
    }
}

fn west_europe() -> String {
    "westeurope".to_owned()
}

fn inbound() -> Direction {
    Direction::Inbound
}

fn tcp() -> String {
    "Tcp".to_owned()
}

fn any() -> Vec<String> {
    vec!["*".to_owned()]
}
