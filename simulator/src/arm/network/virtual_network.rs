//! Virtual networks and their subnets, read only.

use http::Method;
use serde_json::{Value, json};

use crate::{
    arm::{call::Call, error::ArmError, reply::Reply},
    resource_id,
    world::{Peering, Subnet, Vnet, World},
};

pub(in crate::arm) fn show(vnet: &Vnet) -> Value {
    json!({
        "id": vnet.id,
        "name": resource_id::name(&vnet.id),
        "type": "Microsoft.Network/virtualNetworks",
        "location": vnet.location,
        "properties": {
            "provisioningState": "Succeeded",
            "addressSpace": { "addressPrefixes": vnet.space },
            "subnets": vnet.subnets.iter().map(|subnet| show_subnet(vnet, subnet)).collect::<Value>(),
            "virtualNetworkPeerings": vnet.peerings.iter().map(|peering| show_peering(vnet, peering)).collect::<Value>(),
        },
    })
}

/// `…/virtualNetworks/{vnet}/subnets[/{subnet}]`
pub(super) fn subnet(call: &Call<'_>, world: &World) -> Result<Reply, ArmError> {
    if call.method != Method::GET {
        return Err(call.not_simulated());
    }
    let id = call.target.resource();
    call.require(world, "Microsoft.Network/virtualNetworks/subnets/read", &call.target.path)?;
    let vnet = world.vnets.get(&id).ok_or_else(|| call.not_found())?;
    match call.target.rest.get(3) {
        None => Ok(Reply::ok(
            json!({ "value": vnet.subnets.iter().map(|subnet| show_subnet(vnet, subnet)).collect::<Value>() }),
        )),
        Some(name) => {
            let subnet = vnet.subnets.iter().find(|subnet| subnet.name.eq_ignore_ascii_case(name));
            subnet.map(|subnet| Reply::ok(show_subnet(vnet, subnet))).ok_or_else(|| call.not_found())
        }
    }
}

/// `…/virtualNetworks/{vnet}/virtualNetworkPeerings[/{peering}]`
pub(super) fn peering(call: &Call<'_>, world: &World) -> Result<Reply, ArmError> {
    if call.method != Method::GET {
        return Err(call.not_simulated());
    }
    let action = "Microsoft.Network/virtualNetworks/virtualNetworkPeerings/read";
    call.require(world, action, &call.target.path)?;
    let vnet = world.vnets.get(&call.target.resource()).ok_or_else(|| call.not_found())?;
    match call.target.rest.get(3) {
        None => Ok(Reply::ok(
            json!({ "value": vnet.peerings.iter().map(|peering| show_peering(vnet, peering)).collect::<Value>() }),
        )),
        Some(name) => {
            let peering = vnet.peerings.iter().find(|peering| peering.name.eq_ignore_ascii_case(name));
            peering.map(|peering| Reply::ok(show_peering(vnet, peering))).ok_or_else(|| call.not_found())
        }
    }
}

fn show_peering(vnet: &Vnet, peering: &Peering) -> Value {
    json!({
        "id": format!("{}/virtualNetworkPeerings/{}", vnet.id, peering.name),
        "name": peering.name,
        "type": "Microsoft.Network/virtualNetworks/virtualNetworkPeerings",
        "properties": {
            "provisioningState": "Succeeded",
            "peeringState": peering.state,
            "remoteVirtualNetwork": { "id": peering.remote },
            "allowVirtualNetworkAccess": peering.access,
            "allowForwardedTraffic": false,
            "allowGatewayTransit": false,
            "useRemoteGateways": false,
        },
    })
}

fn show_subnet(vnet: &Vnet, subnet: &Subnet) -> Value {
    let mut properties = json!({ "provisioningState": "Succeeded" });
    match &subnet.prefixes[..] {
        [one] => properties["addressPrefix"] = json!(one),
        several => properties["addressPrefixes"] = json!(several),
    }
    if let Some(nsg) = &subnet.nsg {
        properties["networkSecurityGroup"] = json!({ "id": nsg });
    }
    json!({
        "id": vnet.subnet_id(&subnet.name),
        "name": subnet.name,
        "type": "Microsoft.Network/virtualNetworks/subnets",
        "properties": properties,
    })
}
