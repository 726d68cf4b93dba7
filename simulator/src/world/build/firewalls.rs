//! Building Azure Firewalls.

use super::networks::find;
use crate::{
    resource_id,
    world::{Firewall, NewFirewall, World, WorldError},
};

impl World {
    /// Adds an Azure Firewall and returns its id.
    pub fn add_firewall(&mut self, new: NewFirewall) -> Result<String, WorldError> {
        let whose = format!("firewall `{}`", new.name);
        let unknown =
            |kind, name: &str| WorldError::Unknown { whose: whose.clone(), kind, name: name.to_owned() };
        let subscription = self.subscription_for(&whose, new.subscription.as_deref())?;
        let vnet =
            find(&self.vnets, &subscription, &new.vnet).ok_or_else(|| unknown("the network", &new.vnet))?;
        if let Some(missing) =
            new.subnets.iter().find(|subnet| self.subnet(&format!("{vnet}/subnets/{subnet}")).is_none())
        {
            return Err(unknown("the subnet", missing));
        }
        let id = resource_id::of(&subscription, &new.group, "Microsoft.Network/azureFirewalls", &new.name);
        let firewall =
            Firewall { id: id.clone(), vnet, address: new.public, subnets: new.subnets, policy: new.policy };
        match self.firewalls.insert(firewall) {
            Some(_) => Err(WorldError::Twice { kind: "firewall", name: new.name }),
            None => Ok(id),
        }
    }
}
