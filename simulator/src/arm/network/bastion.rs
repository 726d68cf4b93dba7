//! Bastion hosts: what they can do, and the links they share.
//!
//! The contract (2024-05-01) says that links are created and deleted with 200 or 202, and lists
//! `message` as what went wrong with one machine. It does not say what a Bastion answers whose
//! links are switched off; here that is a 400.

use http::Method;
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{
    arm::{call::Call, error::ArmError, operations, paging, reply::Reply},
    rbac, resource_id,
    world::{Bastion, BastionLink, World},
};

const READ: &str = "Microsoft.Network/bastionHosts/read";
const READ_VM: &str = "Microsoft.Compute/virtualMachines/read";

pub(super) fn answer(call: &Call<'_>, world: &mut World) -> Result<Reply, ArmError> {
    match (&call.method, &call.target.lower()[..]) {
        (&Method::GET, ["bastionhosts"]) => paging::list(call, world, &world.bastions, READ, |_| true, show),
        (&Method::GET, ["bastionhosts", _]) => {
            let id = call.target.resource();
            call.require(world, READ, &id)?;
            world.bastions.get(&id).map(|host| Reply::ok(show(host))).ok_or_else(|| call.not_found())
        }
        (&Method::POST, ["bastionhosts", _, "createshareablelinks"]) => create(call, world),
        (&Method::POST, ["bastionhosts", _, "getshareablelinks"]) => get(call, world),
        (&Method::POST, ["bastionhosts", _, "deleteshareablelinks"]) => delete(call, world),
        _ => Err(call.not_simulated()),
    }
}

pub(in crate::arm) fn show(host: &Bastion) -> Value {
    let mut body = json!({
        "id": host.id,
        "name": resource_id::name(&host.id),
        "type": "Microsoft.Network/bastionHosts",
        "location": host.location,
        "sku": { "name": host.sku.name() },
        "properties": {
            "provisioningState": "Succeeded",
            "dnsName": format!("bst-{}.bastion.azure.com", crate::stable::uuid(&host.id)),
            "enableTunneling": host.tunneling,
            "enableIpConnect": host.ip_connect,
            "enableShareableLink": host.shareable_link,
            "scaleUnits": 2,
        },
    });
    if let Some(subnet) = &host.subnet {
        body["properties"]["ipConfigurations"] = json!([{
            "id": format!("{}/bastionHostIpConfigurations/IpConf", host.id),
            "name": "IpConf",
            "properties": { "provisioningState": "Succeeded", "subnet": { "id": subnet } },
        }]);
    }
    if let Some(vnet) = &host.vnet {
        body["properties"]["virtualNetwork"] = json!({ "id": vnet });
    }
    body
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Body {
    vms: Vec<Entry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    vm: Reference,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Reference {
    id: String,
}

/// The machines that a call about links names, once it is known that the caller may make it and
/// that the Bastion has links at all.
fn machines(call: &Call<'_>, world: &World, verb: &str) -> Result<(String, Vec<String>), ArmError> {
    let id = call.target.resource();
    let action = format!("Microsoft.Network/bastionHosts/{verb}/action");
    call.require(world, &action, &id)?;
    let host = world.bastions.get(&id).ok_or_else(|| call.not_found())?;
    let body: Body = call.json()?;
    let machines: Vec<String> = body.vms.into_iter().map(|entry| entry.vm.id).collect();
    if machines.is_empty() || !machines.iter().all(|vm| resource_id::is_vm(vm)) {
        return Err(ArmError::bad_request("InvalidRequestFormat", "Cannot parse the request."));
    }
    for vm in &machines {
        if !rbac::allows(world, &call.who, READ_VM, vm) {
            return Err(ArmError::linked(&call.who, &action, &id, READ_VM, vm));
        }
    }
    if !(host.sku.has_features() && host.shareable_link) {
        return Err(ArmError::bad_request(
            "BastionShareableLinkNotEnabled",
            format!("Shareable links are not enabled on Bastion Host {}.", resource_id::name(&id)),
        ));
    }
    Ok((host.id.clone(), machines))
}

fn create(call: &Call<'_>, world: &mut World) -> Result<Reply, ArmError> {
    let (id, machines) = machines(call, world, "createShareableLinks")?;
    let ready_at = call.now + world.behaviour.link_delay;
    let reached: Vec<String> = machines.iter().filter(|vm| reaches(world, &id, vm)).cloned().collect();
    let host = world.bastions.get_mut(&id).ok_or_else(|| call.not_found())?;
    for vm in &reached {
        let there = host.links.get(&resource_id::key(vm)).is_some_and(|link| link.gone_at.is_none());
        if !there {
            let token = Uuid::new_v4().to_string();
            let link = BastionLink { vm: vm.clone(), token, created_at: call.now, ready_at, gone_at: None };
            host.links.insert(resource_id::key(vm), link);
        }
    }
    let unreached = machines.iter().filter(|vm| !reached.contains(vm)).map(|vm| {
        json!({ "vm": { "id": vm }, "message": "The virtual machine is not in a network that the Bastion reaches." })
    });
    let host = &*host;
    let value = listed(host, &reached, ready_at).chain(unreached).collect::<Value>();
    Ok(done(call, host, ready_at, Some(json!({ "value": value }))))
}

fn get(call: &Call<'_>, world: &World) -> Result<Reply, ArmError> {
    let (id, machines) = machines(call, world, "getShareableLinks")?;
    let host = world.bastions.get(&id).ok_or_else(|| call.not_found())?;
    Ok(Reply::ok(json!({ "value": listed(host, &machines, call.now).collect::<Value>() })))
}

fn delete(call: &Call<'_>, world: &mut World) -> Result<Reply, ArmError> {
    let (id, machines) = machines(call, world, "deleteShareableLinks")?;
    let gone_at = call.now + world.behaviour.link_delay;
    let host = world.bastions.get_mut(&id).ok_or_else(|| call.not_found())?;
    for vm in &machines {
        if let Some(link) = host.links.get_mut(&resource_id::key(vm)) {
            link.gone_at.get_or_insert(gone_at);
        }
    }
    let host = &*host;
    Ok(done(call, host, gone_at, None))
}

/// 200 if it is done already, else 202 with where to ask.
fn done(call: &Call<'_>, host: &Bastion, at: Timestamp, body: Option<Value>) -> Reply {
    if at > call.now {
        return operations::located(call, "Microsoft.Network", &host.location, at);
    }
    body.map_or_else(|| Reply::empty(http::StatusCode::OK), Reply::ok)
}

fn listed<'a>(host: &'a Bastion, machines: &'a [String], now: Timestamp) -> impl Iterator<Item = Value> {
    let links = machines.iter().filter_map(|vm| host.links.get(&resource_id::key(vm)));
    links.filter(move |link| link.works(now)).map(|link| {
        let host = format!("bst-{}.bastion.azure.com", crate::stable::uuid(&host.id));
        json!({
            "vm": { "id": link.vm },
            "bsl": format!("https://{host}/api/shareable-url/{}", link.token),
            "createdAt": link.created_at.to_string(),
        })
    })
}

/// Whether a Bastion gets to a machine: in its own network, or in one that is peered with it.
fn reaches(world: &World, id: &str, vm: &str) -> bool {
    let network = world.bastions.get(id).and_then(Bastion::network);
    let nics = world.vms.get(vm).into_iter().flat_map(|vm| &vm.nics).filter_map(|nic| world.nics.get(nic));
    let subnets = nics.flat_map(|nic| &nic.configurations).map(|configuration| &configuration.subnet);
    let mut vnets = subnets.filter_map(|subnet| world.subnet(subnet)).map(|(vnet, _)| vnet);
    network.is_some_and(|network| {
        vnets.any(|vnet| {
            let peered =
                || vnet.peerings.iter().any(|to| to.carries() && resource_id::same(&to.remote, network));
            resource_id::same(&vnet.id, network) || peered()
        })
    })
}
