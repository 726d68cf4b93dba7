//! Azure Firewalls: where they stand, and who manages them.
//!
//! The rules that just-in-time writes into one are not shown: the documents name them, and do not
//! show one.

use http::Method;
use serde_json::{Value, json};

use crate::{
    arm::{call::Call, error::ArmError, paging, reply::Reply},
    resource_id,
    world::{Firewall, World},
};

const READ: &str = "Microsoft.Network/azureFirewalls/read";

pub(super) fn answer(call: &Call<'_>, world: &World) -> Result<Reply, ArmError> {
    match (&call.method, &call.target.lower()[..]) {
        (&Method::GET, ["azurefirewalls"]) => {
            paging::list(call, world, &world.firewalls, READ, |_| true, show)
        }
        (&Method::GET, ["azurefirewalls", _]) => {
            let id = call.target.resource();
            call.require(world, READ, &id)?;
            world.firewalls.get(&id).map(|firewall| Reply::ok(show(firewall))).ok_or_else(|| call.not_found())
        }
        _ => Err(call.not_simulated()),
    }
}

pub(in crate::arm) fn show(firewall: &Firewall) -> Value {
    let mut body = json!({
        "id": firewall.id,
        "name": resource_id::name(&firewall.id),
        "type": "Microsoft.Network/azureFirewalls",
        "location": firewall.location,
        "properties": {
            "provisioningState": "Succeeded",
            "sku": { "name": "AZFW_VNet", "tier": "Standard" },
            "threatIntelMode": "Alert",
            "ipConfigurations": [{
                "id": format!("{}/azureFirewallIpConfigurations/IpConf", firewall.id),
                "name": "IpConf",
                "properties": {
                    "provisioningState": "Succeeded",
                    "subnet": { "id": format!("{}/subnets/{}", firewall.vnet, Firewall::SUBNET) },
                    "publicIPAddress": { "id": firewall.public_ip },
                },
            }],
        },
    });
    if let Some(policy) = &firewall.policy {
        body["properties"]["firewallPolicy"] = json!({ "id": policy });
    }
    body
}
