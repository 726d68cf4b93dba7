//! Microsoft.Network: interfaces, public addresses, security groups, virtual networks.

pub(super) mod bastion;
pub(super) mod firewall;
pub(super) mod interface;
pub(super) mod security_group;
pub(super) mod virtual_network;

mod rule;

use http::Method;

use super::{call::Call, error::ArmError, operations, paging, reply::Reply};
use crate::world::World;

const READ_NIC: &str = "Microsoft.Network/networkInterfaces/read";
const READ_IP: &str = "Microsoft.Network/publicIPAddresses/read";
const READ_NSG: &str = "Microsoft.Network/networkSecurityGroups/read";
const READ_VNET: &str = "Microsoft.Network/virtualNetworks/read";

pub(super) fn answer(call: &Call<'_>, world: &mut World) -> Result<Reply, ArmError> {
    let lower = call.target.lower();
    if let [
        kind @ ("networksecuritygroups" | "virtualnetworks"),
        _,
        child @ ("securityrules" | "defaultsecurityrules" | "subnets" | "virtualnetworkpeerings"),
        ..,
    ] = lower[..]
    {
        return match (kind, child) {
            ("networksecuritygroups", "securityrules" | "defaultsecurityrules") => rule::answer(call, world),
            ("virtualnetworks", "subnets") => virtual_network::subnet(call, world),
            ("virtualnetworks", "virtualnetworkpeerings") => virtual_network::peering(call, world),
            _ => Err(call.not_simulated()),
        };
    }
    match (&call.method, &lower[..]) {
        (&Method::GET, ["locations", _, "operations", id]) => return operations::status(call, id),
        (&Method::GET, ["locations", _, "operationresults", id]) => return operations::result(call, id),
        (_, ["bastionhosts", ..]) => return bastion::answer(call, world),
        (_, ["azurefirewalls", ..]) => return firewall::answer(call, world),
        _ => {}
    }
    if call.method != Method::GET {
        return Err(call.not_simulated());
    }
    let (world, now) = (&*world, call.now);
    match lower[..] {
        ["networkinterfaces"] => paging::list(
            call,
            world,
            &world.nics,
            READ_NIC,
            |_| true,
            |nic| interface::show(world, nic, false),
        ),
        ["publicipaddresses"] => {
            paging::list(call, world, &world.public_ips, READ_IP, |_| true, interface::show_ip)
        }
        ["networksecuritygroups"] => paging::list(
            call,
            world,
            &world.nsgs,
            READ_NSG,
            |_| true,
            |nsg| security_group::show(world, nsg, now),
        ),
        ["virtualnetworks"] => {
            paging::list(call, world, &world.vnets, READ_VNET, |_| true, virtual_network::show)
        }
        [
            kind @ ("networkinterfaces" | "publicipaddresses" | "networksecuritygroups" | "virtualnetworks"),
            _,
        ] => get(call, world, kind),
        _ => Err(call.not_simulated()),
    }
}

fn get(call: &Call<'_>, world: &World, kind: &str) -> Result<Reply, ArmError> {
    let id = call.target.resource();
    let (action, found) = match kind {
        "networkinterfaces" => {
            let expanded = call
                .query("$expand")
                .is_some_and(|expand| expand.to_ascii_lowercase().contains("publicipaddress"));
            (READ_NIC, world.nics.get(&id).map(|nic| interface::show(world, nic, expanded)))
        }
        "publicipaddresses" => (READ_IP, world.public_ips.get(&id).map(interface::show_ip)),
        "networksecuritygroups" => {
            (READ_NSG, world.nsgs.get(&id).map(|nsg| security_group::show(world, nsg, call.now)))
        }
        _ => (READ_VNET, world.vnets.get(&id).map(virtual_network::show)),
    };
    call.require(world, action, &id)?;
    found.map(Reply::ok).ok_or_else(|| call.not_found())
}
