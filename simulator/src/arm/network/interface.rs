//! How Network shows interfaces and public addresses.

use serde_json::{Value, json};

use crate::{
    resource_id,
    world::{IpConfiguration, Nic, PublicIp, World},
};

/// An interface; with its public addresses in full if asked for.
pub(in crate::arm) fn show(world: &World, nic: &Nic, expanded: bool) -> Value {
    let configurations = nic
        .configurations
        .iter()
        .map(|configuration| show_configuration(world, nic, configuration, expanded));
    let mut body = json!({
        "id": nic.id,
        "name": resource_id::name(&nic.id),
        "type": "Microsoft.Network/networkInterfaces",
        "location": nic.location,
        "properties": {
            "provisioningState": "Succeeded",
            "primary": nic.primary,
            "enableAcceleratedNetworking": false,
            "enableIPForwarding": false,
            "ipConfigurations": configurations.collect::<Value>(),
        },
    });
    if let Some(vm) = &nic.vm {
        body["properties"]["virtualMachine"] = json!({ "id": vm });
    }
    if let Some(nsg) = &nic.nsg {
        body["properties"]["networkSecurityGroup"] = json!({ "id": nsg });
    }
    body
}

fn show_configuration(world: &World, nic: &Nic, configuration: &IpConfiguration, expanded: bool) -> Value {
    let version = if configuration.private_address.is_ipv6() { "IPv6" } else { "IPv4" };
    let mut body = json!({
        "id": format!("{}/ipConfigurations/{}", nic.id, configuration.name),
        "name": configuration.name,
        "type": "Microsoft.Network/networkInterfaces/ipConfigurations",
        "properties": {
            "provisioningState": "Succeeded",
            "primary": configuration.primary,
            "privateIPAddress": configuration.private_address,
            "privateIPAllocationMethod": "Dynamic",
            "privateIPAddressVersion": version,
            "subnet": { "id": configuration.subnet },
        },
    });
    if let Some(id) = &configuration.public_ip {
        let full = world.public_ips.get(id).filter(|_| expanded).map(show_ip);
        body["properties"]["publicIPAddress"] = full.unwrap_or_else(|| json!({ "id": id }));
    }
    body
}

/// A public address; a dynamic one that is not allocated has no `ipAddress`.
pub(in crate::arm) fn show_ip(ip: &PublicIp) -> Value {
    let mut body = json!({
        "id": ip.id,
        "name": resource_id::name(&ip.id),
        "type": "Microsoft.Network/publicIPAddresses",
        "location": ip.location,
        "sku": { "name": "Standard", "tier": "Regional" },
        "properties": {
            "provisioningState": "Succeeded",
            "publicIPAddressVersion": ip.version,
            "publicIPAllocationMethod": if ip.dynamic { "Dynamic" } else { "Static" },
            "idleTimeoutInMinutes": 4,
        },
    });
    let properties = &mut body["properties"];
    if let Some(address) = ip.address {
        properties["ipAddress"] = json!(address);
    }
    if let Some(fqdn) = &ip.fqdn {
        let label = fqdn.split('.').next().unwrap_or_default();
        properties["dnsSettings"] = json!({ "domainNameLabel": label, "fqdn": fqdn });
    }
    if let Some(configuration) = &ip.configuration {
        properties["ipConfiguration"] = json!({ "id": configuration });
    }
    body
}
