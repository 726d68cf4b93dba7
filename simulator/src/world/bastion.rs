//! Bastion hosts and the links they share.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::Deserialize;

use super::Resource;

/// A Bastion host.
#[derive(Debug, Clone)]
pub struct Bastion {
    pub id: String,
    pub location: String,
    pub sku: BastionSku,
    /// Id of its `AzureBastionSubnet`; the Developer SKU has none.
    pub subnet: Option<String>,
    /// Id of its network, which only the Developer SKU names.
    pub vnet: Option<String>,
    pub tunneling: bool,
    pub ip_connect: bool,
    pub shareable_link: bool,
    /// By the machine's id in lower case: one link per machine, whoever asked for it.
    pub links: BTreeMap<String, BastionLink>,
}

/// A link that opens a session for whoever has it.
#[derive(Debug, Clone)]
pub struct BastionLink {
    /// Id of the machine.
    pub vm: String,
    pub token: String,
    pub created_at: Timestamp,
    /// From when it is there.
    pub ready_at: Timestamp,
    /// From when it is not there any more.
    pub gone_at: Option<Timestamp>,
}

/// What a Bastion can do, and costs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub enum BastionSku {
    Developer,
    Basic,
    Standard,
    Premium,
}

impl BastionSku {
    pub fn name(self) -> &'static str {
        match self {
            Self::Developer => "Developer",
            Self::Basic => "Basic",
            Self::Standard => "Standard",
            Self::Premium => "Premium",
        }
    }

    /// Whether it has features that are switched on one by one.
    pub fn has_features(self) -> bool {
        matches!(self, Self::Standard | Self::Premium)
    }
}

impl BastionLink {
    /// Whether it lets people in at this moment.
    pub fn works(&self, now: Timestamp) -> bool {
        self.ready_at <= now && self.gone_at.is_none_or(|gone_at| now < gone_at)
    }
}

impl Bastion {
    /// The id of the network it stands in.
    pub fn network(&self) -> Option<&str> {
        let of_subnet = self.subnet.as_deref().and_then(super::split_subnet).map(|(vnet, _)| vnet);
        of_subnet.or(self.vnet.as_deref())
    }
}

impl Resource for Bastion {
    fn id(&self) -> &str {
        &self.id
    }
}
