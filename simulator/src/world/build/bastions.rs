//! Building Bastion hosts and the peerings they reach through.

use std::collections::BTreeMap;

use super::networks::find;
use crate::{
    resource_id,
    world::{Bastion, BastionSku, NewBastion, NewPeering, Peering, World, WorldError},
};

/// The name that Azure wants the subnet of a Bastion to have.
const SUBNET: &str = "AzureBastionSubnet";

impl World {
    /// Adds a Bastion host and returns its id.
    pub fn add_bastion(&mut self, new: NewBastion) -> Result<String, WorldError> {
        let whose = format!("Bastion `{}`", new.name);
        let invalid =
            |problem: &str| WorldError::Invalid { whose: whose.clone(), problem: problem.to_owned() };
        let subscription = self.subscription_for(&whose, new.subscription.as_deref())?;
        if !new.sku.has_features() && (new.tunneling || new.ip_connect || new.shareable_link) {
            return Err(invalid("only Standard and Premium have features to switch on"));
        }
        let vnet = find(&self.vnets, &subscription, &new.vnet).ok_or_else(|| WorldError::Unknown {
            whose: whose.clone(),
            kind: "the network",
            name: new.vnet.clone(),
        })?;
        let subnet = format!("{vnet}/subnets/{SUBNET}");
        let (subnet, vnet) = match new.sku {
            BastionSku::Developer => (None, Some(vnet)),
            _ if self.subnet(&subnet).is_none() => {
                return Err(invalid("its network has no subnet AzureBastionSubnet"));
            }
            _ => (Some(subnet), None),
        };
        let id = resource_id::of(&subscription, &new.group, "Microsoft.Network/bastionHosts", &new.name);
        let bastion = Bastion {
            id: id.clone(),
            location: new.location,
            sku: new.sku,
            subnet,
            vnet,
            tunneling: new.tunneling,
            ip_connect: new.ip_connect,
            shareable_link: new.shareable_link,
            links: BTreeMap::new(),
        };
        match self.bastions.insert(bastion) {
            Some(_) => Err(WorldError::Twice { kind: "Bastion", name: new.name }),
            None => Ok(id),
        }
    }

    /// Peers two networks.
    pub fn add_peering(&mut self, new: &NewPeering) -> Result<(), WorldError> {
        let ids = [self.network_for(&new.between[0])?, self.network_for(&new.between[1])?];
        let both_know = new.state == "Connected";
        for (own, remote) in [(&ids[0], &ids[1]), (&ids[1], &ids[0])] {
            if own == &ids[1] && !both_know {
                break;
            }
            let name = format!("to-{}", resource_id::name(remote));
            let peering = Peering { name, remote: remote.clone(), state: new.state.clone(), access: true };
            if let Some(vnet) = self.vnets.get_mut(own) {
                vnet.peerings.push(peering);
            }
        }
        Ok(())
    }

    fn network_for(&self, path: &str) -> Result<String, WorldError> {
        let unknown = || WorldError::Unknown {
            whose: "a peering".to_owned(),
            kind: "the network",
            name: path.to_owned(),
        };
        let (subscription, vnet) = path.rsplit_once('/').ok_or_else(unknown)?;
        let subscription = self.subscription(subscription).ok_or_else(unknown)?.id.clone();
        find(&self.vnets, &subscription, vnet).ok_or_else(unknown)
    }
}
