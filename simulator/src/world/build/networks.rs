//! Building security groups and virtual networks.

use crate::{
    resource_id,
    world::{NewNsg, NewVnet, Nsg, Resource, Shelf, Subnet, Vnet, World, WorldError},
};

impl World {
    /// Adds a security group and returns its id.
    pub fn add_nsg(&mut self, new: NewNsg) -> Result<String, WorldError> {
        let subscription =
            self.subscription_for(&format!("security group `{}`", new.name), new.subscription.as_deref())?;
        let id =
            resource_id::of(&subscription, &new.group, "Microsoft.Network/networkSecurityGroups", &new.name);
        let nsg = Nsg {
            id: id.clone(),
            location: new.location,
            rules: new.rules.into_iter().map(Into::into).collect(),
            nics: Vec::new(),
            subnets: Vec::new(),
        };
        match self.nsgs.insert(nsg) {
            Some(_) => Err(WorldError::Twice { kind: "security group", name: new.name }),
            None => Ok(id),
        }
    }

    /// Adds a virtual network and returns its id.
    pub fn add_vnet(&mut self, new: NewVnet) -> Result<String, WorldError> {
        let whose = format!("network `{}`", new.name);
        let subscription = self.subscription_for(&whose, new.subscription.as_deref())?;
        let id = resource_id::of(&subscription, &new.group, "Microsoft.Network/virtualNetworks", &new.name);
        let mut vnet = Vnet {
            id: id.clone(),
            location: new.location,
            space: new.space,
            subnets: Vec::new(),
            peerings: Vec::new(),
        };
        for subnet in new.subnets {
            let nsg = match &subnet.nsg {
                Some(name) => {
                    Some(find(&self.nsgs, &subscription, name).ok_or_else(|| WorldError::Unknown {
                        whose: whose.clone(),
                        kind: "the security group",
                        name: name.clone(),
                    })?)
                }
                None => None,
            };
            if let Some(nsg) = nsg.as_deref().and_then(|id| self.nsgs.get_mut(id)) {
                nsg.subnets.push(vnet.subnet_id(&subnet.name));
            }
            vnet.subnets.push(Subnet { name: subnet.name, prefixes: subnet.prefixes, nsg });
        }
        match self.vnets.insert(vnet) {
            Some(_) => Err(WorldError::Twice { kind: "network", name: new.name }),
            None => Ok(id),
        }
    }
}

/// The id of the resource of that name in a subscription.
pub(super) fn find<T: Resource>(shelf: &Shelf<T>, subscription: &str, name: &str) -> Option<String> {
    shelf
        .within(&format!("/subscriptions/{subscription}"), None)
        .find(|(_, resource)| resource_id::name(resource.id()).eq_ignore_ascii_case(name))
        .map(|(_, resource)| resource.id().to_owned())
}
