//! Building machines with their interfaces and public addresses.

use std::net::{IpAddr, Ipv4Addr};

use jiff::Timestamp;

use super::networks::find;
use crate::{
    resource_id,
    world::{
        IpConfiguration, NewNic, NewNsg, NewSubnet, NewVm, NewVnet, Nic, Os, Power, PublicIp, Vm, World,
        WorldError,
    },
};

/// When machines came to be that do not say.
const LONG_AGO: Timestamp = Timestamp::constant(1_735_722_000, 0);

impl World {
    /// Adds a machine with all that hangs on it and returns its id.
    pub fn add_vm(&mut self, new: NewVm) -> Result<String, WorldError> {
        let subscription =
            self.subscription_for(&format!("machine `{}`", new.name), new.subscription.as_deref())?;
        let id = resource_id::of(&subscription, &new.group, "Microsoft.Compute/virtualMachines", &new.name);
        if self.vms.contains(&id) {
            return Err(WorldError::Twice { kind: "machine", name: new.name });
        }
        let mut nics = new.nics.clone();
        if nics.is_empty() {
            nics.push(NewNic::default());
        }
        let nics = nics
            .iter()
            .enumerate()
            .map(|(index, nic)| self.add_nic(&new, &subscription, &id, index, nic))
            .collect::<Result<Vec<_>, _>>()?;
        let (os_name, os_version) = match new.os {
            Os::Windows => ("Windows Server 2022 Datacenter", "10.0.20348.2700"),
            Os::Linux => ("ubuntu", "24.04"),
        };
        self.vms.insert(Vm {
            id: id.clone(),
            name: new.name,
            location: new.location,
            tags: new.tags,
            zones: new.zones,
            os: new.os,
            os_name: new.os_name.unwrap_or_else(|| os_name.to_owned()),
            os_version: new.os_version.unwrap_or_else(|| os_version.to_owned()),
            size: new.size,
            admin: new.admin,
            created_at: new.created.unwrap_or(LONG_AGO),
            power: Power::at_rest(new.power),
            nics,
            plan: new.plan,
            assessment: new.assessment,
            entra_sign_in: new.entra_sign_in,
        });
        Ok(id)
    }

    fn add_nic(
        &mut self,
        vm: &NewVm,
        subscription: &str,
        vm_id: &str,
        index: usize,
        new: &NewNic,
    ) -> Result<String, WorldError> {
        let number = if index == 0 { String::new() } else { (index + 1).to_string() };
        let name = new.name.clone().unwrap_or_else(|| format!("{}-nic{number}", vm.name));
        let id = resource_id::of(subscription, &vm.group, "Microsoft.Network/networkInterfaces", &name);
        let subnet = self.subnet_for(vm, subscription, new)?;
        let nsg = self.nsg_for(vm, subscription, new)?;

        let mut configurations = Vec::new();
        let first = new.private.unwrap_or_else(|| self.next_address(&subnet));
        for (version, private, public) in
            [("", Some(first), new.public), ("-v6", new.private_v6, new.public_v6)]
        {
            let Some(private_address) = private else { continue };
            let name = format!("ipconfig{}", configurations.len() + 1);
            let dynamic = new.unallocated && version.is_empty();
            let public_ip = (public.is_some() || dynamic).then(|| {
                let ip_name = format!("{}-ip{number}{version}", vm.name);
                let ip = PublicIp {
                    id: resource_id::of(
                        subscription,
                        &vm.group,
                        "Microsoft.Network/publicIPAddresses",
                        &ip_name,
                    ),
                    location: vm.location.clone(),
                    address: public,
                    version: if private_address.is_ipv6() { "IPv6" } else { "IPv4" },
                    dynamic,
                    fqdn: new.fqdn.clone().filter(|_| version.is_empty()),
                    configuration: Some(format!("{id}/ipConfigurations/{name}")),
                };
                let ip_id = ip.id.clone();
                self.public_ips.insert(ip);
                ip_id
            });
            let primary = configurations.is_empty();
            configurations.push(IpConfiguration {
                name,
                primary,
                private_address,
                public_ip,
                subnet: subnet.clone(),
            });
        }
        if let Some(nsg) = &nsg {
            self.links.nic_passes(&id, nsg);
            if let Some(nsg) = self.nsgs.get_mut(nsg) {
                nsg.nics.push(id.clone());
            }
        }
        let subnet_nsg = self.subnet(&subnet).and_then(|(_, subnet)| subnet.nsg.clone());
        if let Some(nsg) = subnet_nsg {
            self.links.nic_passes(&id, &nsg);
        }
        self.nics.insert(Nic {
            id: id.clone(),
            location: vm.location.clone(),
            vm: Some(vm_id.to_owned()),
            primary: index == 0,
            nsg,
            configurations,
        });
        Ok(id)
    }

    /// The subnet an interface names, or that of a network made for the resource group.
    fn subnet_for(&mut self, vm: &NewVm, subscription: &str, nic: &NewNic) -> Result<String, WorldError> {
        if let Some(path) = &nic.subnet {
            let unknown = || WorldError::Unknown {
                whose: format!("machine `{}`", vm.name),
                kind: "the subnet",
                name: path.clone(),
            };
            let (vnet, subnet) = path.split_once('/').ok_or_else(unknown)?;
            let id = find(&self.vnets, subscription, vnet).ok_or_else(unknown)?;
            let id = format!("{id}/subnets/{subnet}");
            return self.subnet(&id).is_some().then_some(id.clone()).ok_or_else(unknown);
        }
        let name = format!("{}-vnet", vm.group);
        let id = resource_id::of(subscription, &vm.group, "Microsoft.Network/virtualNetworks", &name);
        if !self.vnets.contains(&id) {
            let space = "10.0.0.0/16".parse().expect("this is a range");
            self.add_vnet(NewVnet {
                name,
                subscription: Some(subscription.to_owned()),
                group: vm.group.clone(),
                location: vm.location.clone(),
                space: vec![space],
                subnets: vec![NewSubnet { name: "default".to_owned(), prefixes: vec![space], nsg: None }],
            })?;
        }
        Ok(format!("{id}/subnets/default"))
    }

    fn nsg_for(
        &mut self,
        vm: &NewVm,
        subscription: &str,
        nic: &NewNic,
    ) -> Result<Option<String>, WorldError> {
        let Some(name) = &nic.nsg else { return Ok(None) };
        if let Some(id) = find(&self.nsgs, subscription, name) {
            return Ok(Some(id));
        }
        if !nic.make_nsg {
            return Err(WorldError::Unknown {
                whose: format!("machine `{}`", vm.name),
                kind: "the security group",
                name: name.clone(),
            });
        }
        let nsg = NewNsg {
            name: name.clone(),
            subscription: Some(subscription.to_owned()),
            group: vm.group.clone(),
            location: vm.location.clone(),
            rules: Vec::new(),
        };
        self.add_nsg(nsg).map(Some)
    }

    /// The next private address of a subnet; Azure keeps the first four for itself.
    fn next_address(&self, subnet: &str) -> IpAddr {
        let Some((vnet, found)) = self.subnet(subnet) else { return IpAddr::V4(Ipv4Addr::LOCALHOST) };
        let taken = self.vms.within(group_of(&vnet.id), None).count();
        let Some(ipnet::IpNet::V4(net)) = found.prefixes.first() else {
            return IpAddr::V4(Ipv4Addr::LOCALHOST);
        };
        let offset = u32::try_from(taken).unwrap_or_default() + 4;
        IpAddr::V4(Ipv4Addr::from_bits(net.network().to_bits() + offset))
    }
}

/// The part of an id up to its resource group.
fn group_of(id: &str) -> &str {
    id.split_once("/providers/").map_or(id, |(group, _)| group)
}
