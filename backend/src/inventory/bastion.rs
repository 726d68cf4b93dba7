//! Which Bastion reaches a machine, as Azure has it at this moment.
//!
//! A Bastion reaches the machines of its own virtual network and, unless it is of the Developer
//! SKU, those of every network that is peered with it ("Virtual network peering and Bastion" in
//! the documents of Azure). The list tells where Bastions stand; all the rest is read when it is asked for.

use shared::bastion::{BastionId, Sku};
use shared::source::Source;
use tracing::warn;

use super::snapshot::ListedBastion;
use super::{Inventory, LiveVm};
use crate::azure::arm::ArmError;
use crate::azure::network::BastionHost;
use crate::azure::resource_id::ResourceId;

/// A Bastion that reaches a machine.
#[derive(Debug, Clone)]
pub struct ReachedBastion {
    /// Its id.
    pub id: BastionId,
    /// What it can do.
    pub host: BastionHost,
    /// Why it reaches the machine, in a sentence for people.
    pub why: String,
    /// The range it connects from; why ports cannot be opened for it, if there is none.
    pub range: Result<Source, String>,
}

impl Inventory {
    /// The Bastion that reaches a machine, or `wanted` if that one does; else why none does, in a
    /// sentence for people.
    pub async fn bastion_of(
        &self,
        machine: &LiveVm,
        wanted: Option<&BastionId>,
    ) -> Result<ReachedBastion, String> {
        let nic = machine.nic.as_ref().map_err(|_| {
            "Postern may not read the VM's network interface, so it cannot tell which Bastion reaches it."
                .to_owned()
        })?;
        let own = nic.subnet.as_ref().and_then(ResourceId::parent);
        let own = own.ok_or_else(|| "Azure does not say in which virtual network the VM is.".to_owned())?;
        let snapshot = self.snapshot().await.map_err(|_| cannot_list())?;
        let listed = snapshot.bastions.as_ref().ok_or_else(cannot_list)?;
        let (peered, unread) = match self.0.azure.network.peered_with(&own).await {
            Ok(peered) => (peered, None),
            Err(error) => {
                warn!(
                    error = &error as &dyn std::error::Error,
                    "the peerings of a network could not be read"
                );
                (Vec::new(), Some(error))
            }
        };
        let is_peered = |bastion: &ListedBastion| {
            peered.iter().any(|peered| peered.connected && peered.network == bastion.network)
        };
        let mut found: Vec<ReachedBastion> = Vec::new();
        for bastion in listed.iter().filter(|bastion| wanted.is_none_or(|wanted| bastion.id == *wanted)) {
            let is_own = bastion.network == own;
            if !is_own && !is_peered(bastion) {
                continue;
            }
            if let Some(reached) = self.look_at(bastion, is_own, &own).await? {
                found.push(reached);
            }
        }
        let best = found.into_iter().max_by_key(ReachedBastion::worth);
        best.ok_or_else(|| match (unread, wanted) {
            (Some(_), _) => format!(
                "No Bastion is in the VM's virtual network {}, and Postern could not read which networks it is peered with; that takes Microsoft.Network/virtualNetworks/read.",
                own.name()
            ),
            (None, Some(wanted)) => {
                format!("The Bastion {} does not reach this VM, or Postern does not see it.", wanted.name())
            }
            (None, None) => format!(
                "No Bastion that Postern sees is in the VM's virtual network {}, or in one that is peered with it.",
                own.name()
            ),
        })
    }

    /// A Bastion as it is now; nothing if it is gone, or does not reach the machine after all.
    async fn look_at(
        &self,
        bastion: &ListedBastion,
        is_own: bool,
        own: &ResourceId,
    ) -> Result<Option<ReachedBastion>, String> {
        let name = bastion.id.name();
        let network = &self.0.azure.network;
        let host = match network.bastion(&bastion.id).await {
            Ok(host) => host,
            Err(ArmError::NotFound) => return Ok(None),
            Err(ArmError::Forbidden { action: Some(action), .. }) => {
                return Err(format!("Postern may not read the Bastion {name}: its identity lacks {action}."));
            }
            Err(error) => {
                warn!(error = &error as &dyn std::error::Error, "a Bastion could not be read");
                return Err(format!("Azure did not tell about the Bastion {name}. Try again in a minute."));
            }
        };
        let stands_there = host.network.as_ref() == Some(&bastion.network);
        if !stands_there || (!is_own && host.sku == Sku::Developer) {
            return Ok(None);
        }
        let why = if is_own {
            format!("It is in the VM's own virtual network, {}.", own.name())
        } else {
            let (its, vms) = (bastion.network.name(), own.name());
            format!("It is in the virtual network {its}, which the VM's network {vms} is peered with.")
        };
        let range = match &host.subnet {
            Some(subnet) => self.range_of(name.as_str(), subnet).await,
            None => Err(format!(
                "The Bastion {name} has no subnet of its own, so a port cannot be opened for it; only the Azure portal can be used."
            )),
        };
        Ok(Some(ReachedBastion { id: bastion.id.clone(), host, why, range }))
    }

    /// The one range that a Bastion connects from: just-in-time access opens a port for one.
    async fn range_of(&self, name: &str, subnet: &ResourceId) -> Result<Source, String> {
        let ranges = self.0.azure.network.ranges_of_subnet(subnet).await.map_err(|error| {
            warn!(error = &error as &dyn std::error::Error, "the subnet of a Bastion could not be read");
            let lacks = match error {
                ArmError::Forbidden { action: Some(action), .. } => format!(": its identity lacks {action}"),
                _ => String::new(),
            };
            format!("Postern could not read the subnet of the Bastion {name}{lacks}.")
        })?;
        match ranges[..] {
            [only] => Ok(Source::range(only)),
            [] => Err(format!("Azure does not tell the range of the subnet of the Bastion {name}.")),
            [..] => Err(format!(
                "The subnet of the Bastion {name} has several ranges, and just-in-time access opens a port for one."
            )),
        }
    }
}

impl ReachedBastion {
    /// Whether it takes clients of one's own.
    pub fn native_client(&self) -> bool {
        self.host.sku.has_features() && self.host.tunneling
    }

    /// Whether it shares links.
    pub fn shares_links(&self) -> bool {
        self.host.sku.has_features() && self.host.shareable_link
    }

    /// What somebody who connects would rather have; of equals, the first by its id.
    fn worth(&self) -> (bool, bool, bool, std::cmp::Reverse<BastionId>) {
        (self.range.is_ok(), self.native_client(), self.shares_links(), std::cmp::Reverse(self.id.clone()))
    }
}

fn cannot_list() -> String {
    "Postern could not list the Bastions; it goes on trying.".to_owned()
}
