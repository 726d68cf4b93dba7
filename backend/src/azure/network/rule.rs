//! Security groups and their rules, complete enough to say whether a connection gets through.

use ipnet::IpNet;
use serde::Deserialize;
use shared::source::{ParseSourceError, Source};

use super::WireRef;
use crate::azure::resource_id::ResourceId;
use crate::azure::wire::{Tolerant, if_understood};

/// A network security group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Nsg {
    /// Its id.
    pub id: ResourceId,
    /// Its rules and then Azure's own, each in the order in which they are asked.
    pub rules: Vec<SecurityRule>,
}

/// A rule of a security group.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(from = "WireRule")]
pub struct SecurityRule {
    /// Its name.
    pub name: String,
    /// Its place: the lowest is asked first, and the first that fits decides.
    pub priority: u16,
    /// What it decides.
    pub access: Access,
    /// Which way the connections go that it is about.
    pub direction: Direction,
    /// Over what.
    pub transport: Transport,
    /// Where the connections come from: any of these.
    pub sources: Vec<Addresses>,
    /// Where they go: any of these.
    pub destinations: Vec<Addresses>,
    /// The ports they go to: any of these.
    pub ports: Vec<Ports>,
    /// What somebody wrote about it.
    pub description: Option<String>,
}

/// What a rule decides.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Access {
    /// Through.
    Allow,
    /// Not through.
    Deny,
    /// A word we do not know.
    Other(String),
}

/// Which way a connection goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Direction {
    /// To the machine.
    Inbound,
    /// From the machine.
    Outbound,
    /// A word we do not know.
    Other(String),
}

/// What a connection runs over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Transport {
    /// Anything.
    Any,
    /// TCP.
    Tcp,
    /// UDP.
    Udp,
    /// ICMP, ESP and what else there is.
    Other(String),
}

/// One side of a connection, as a rule describes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Addresses {
    /// Any address.
    Any,
    /// A range; one address is a range of one.
    Range(IpNet),
    /// A service tag such as `VirtualNetwork`, whose addresses only Azure knows.
    Tag(String),
    /// The members of an application security group.
    ApplicationGroup(ResourceId),
}

/// Ports, as a rule describes them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ports {
    /// From one to another, both included.
    Range(u16, u16),
    /// Something we cannot read.
    Other(String),
}

impl Addresses {
    fn of(text: &str) -> Self {
        let source = match text.parse::<Source>() {
            // Azure takes a range whose host bits are set, and means the range.
            Err(ParseSourceError::HostBits { meant, .. }) => Ok(Source::range(meant)),
            other => other,
        };
        match source {
            Ok(source) => source.net().map_or(Self::Any, Self::Range),
            // An old spelling of `*`.
            Err(_) if text.eq_ignore_ascii_case("any") => Self::Any,
            Err(_) => Self::Tag(text.to_owned()),
        }
    }
}

impl Ports {
    fn of(text: &str) -> Self {
        if text == "*" {
            return Self::Range(0, u16::MAX);
        }
        let (first, last) = text.split_once('-').unwrap_or((text, text));
        match (first.trim().parse(), last.trim().parse()) {
            (Ok(first), Ok(last)) if first <= last => Self::Range(first, last),
            _ => Self::Other(text.to_owned()),
        }
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct WireNsg {
    // Here nothing is left out: a list without one of its rules would tell a lie.
    security_rules: Option<Vec<SecurityRule>>,
    default_security_rules: Option<Vec<SecurityRule>>,
}

#[derive(Deserialize)]
struct WireRule {
    name: String,
    properties: WireRuleProperties,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct WireRuleProperties {
    priority: u16,
    access: String,
    direction: String,
    protocol: String,
    #[serde(default, deserialize_with = "if_understood")]
    description: Option<String>,
    source_address_prefix: Option<String>,
    #[serde(default)]
    source_address_prefixes: Tolerant<String>,
    #[serde(default)]
    source_application_security_groups: Tolerant<WireRef>,
    destination_address_prefix: Option<String>,
    #[serde(default)]
    destination_address_prefixes: Tolerant<String>,
    #[serde(default)]
    destination_application_security_groups: Tolerant<WireRef>,
    destination_port_range: Option<String>,
    #[serde(default)]
    destination_port_ranges: Tolerant<String>,
}

impl WireNsg {
    pub(super) fn into_nsg(self, id: ResourceId) -> Nsg {
        let sorted = |rules: Option<Vec<SecurityRule>>| {
            let mut rules = rules.unwrap_or_default();
            rules.sort_by_key(|rule| rule.priority);
            rules
        };
        let mut rules = sorted(self.security_rules);
        rules.append(&mut sorted(self.default_security_rules));
        Nsg { id, rules }
    }
}

impl From<WireRule> for SecurityRule {
    fn from(WireRule { name, properties: wire }: WireRule) -> Self {
        Self {
            name,
            priority: wire.priority,
            access: match wire.access.to_ascii_lowercase().as_str() {
                "allow" => Access::Allow,
                "deny" => Access::Deny,
                _ => Access::Other(wire.access),
            },
            direction: match wire.direction.to_ascii_lowercase().as_str() {
                "inbound" => Direction::Inbound,
                "outbound" => Direction::Outbound,
                _ => Direction::Other(wire.direction),
            },
            transport: match wire.protocol.to_ascii_lowercase().as_str() {
                "*" => Transport::Any,
                "tcp" => Transport::Tcp,
                "udp" => Transport::Udp,
                _ => Transport::Other(wire.protocol),
            },
            sources: addresses(
                wire.source_address_prefix,
                wire.source_address_prefixes,
                wire.source_application_security_groups,
            ),
            destinations: addresses(
                wire.destination_address_prefix,
                wire.destination_address_prefixes,
                wire.destination_application_security_groups,
            ),
            ports: one_or_many(wire.destination_port_range, wire.destination_port_ranges)
                .map(|text| Ports::of(&text))
                .collect(),
            description: wire.description.filter(|text| !text.is_empty()),
        }
    }
}

fn addresses(one: Option<String>, many: Tolerant<String>, groups: Tolerant<WireRef>) -> Vec<Addresses> {
    let groups = groups.0.into_iter().map(|group| Addresses::ApplicationGroup(group.id));
    one_or_many(one, many).map(|text| Addresses::of(&text)).chain(groups).collect()
}

/// Azure has a field for one value and a field for several, and fills the other with nothing.
fn one_or_many(one: Option<String>, many: Tolerant<String>) -> impl Iterator<Item = String> {
    one.into_iter().chain(many.0).filter(|text| !text.is_empty())
}
