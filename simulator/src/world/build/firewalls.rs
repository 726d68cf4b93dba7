//! Building Azure Firewalls.

use super::networks::find;
use crate::{
    resource_id,
    world::{Firewall, NewFirewall, PublicIp, World, WorldError},
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
        let wanted = new.subnets.iter().map(String::as_str).chain([Firewall::SUBNET]);
        if let Some(missing) =
            wanted.into_iter().find(|subnet| self.subnet(&format!("{vnet}/subnets/{subnet}")).is_none())
        {
            return Err(unknown("the subnet", missing));
        }
        let of = |kind: &str, name: &str| {
            resource_id::of(&subscription, &new.group, &format!("Microsoft.Network/{kind}"), name)
        };
        let (id, public_ip) =
            (of("azureFirewalls", &new.name), of("publicIPAddresses", &format!("{}-ip", new.name)));
        let location = self.vnets.get(&vnet).map(|vnet| vnet.location.clone()).unwrap_or_default();
        let address = PublicIp {
            id: public_ip.clone(),
            location: location.clone(),
            address: Some(new.public),
            version: if new.public.is_ipv4() { "IPv4" } else { "IPv6" },
            dynamic: false,
            fqdn: None,
            configuration: Some(format!("{id}/azureFirewallIpConfigurations/IpConf")),
        };
        let policy = new.policy.map(|name| of("firewallPolicies", &name));
        let firewall = Firewall { id: id.clone(), location, vnet, public_ip, subnets: new.subnets, policy };
        if self.public_ips.insert(address).is_some() {
            return Err(WorldError::Twice { kind: "public address", name: new.name });
        }
        match self.firewalls.insert(firewall) {
            Some(_) => Err(WorldError::Twice { kind: "firewall", name: new.name }),
            None => Ok(id),
        }
    }
}
