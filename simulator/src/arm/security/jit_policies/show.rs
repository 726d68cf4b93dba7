//! How the service shows policies and requests.

use jiff::Timestamp;
use serde_json::{Value, json};

use crate::{
    jit, resource_id, time,
    world::{Grant, Guarded, Policy, PortRule, Request, Sources, World},
};

pub(super) fn show(world: &World, policy: &Policy, now: Timestamp) -> Value {
    let requests = jit::history(policy, &world.behaviour, now);
    let requests = requests.map(|request| show_request(request, now));
    let mut body = json!({
        "id": policy.id,
        "name": resource_id::name(&policy.id),
        "type": "Microsoft.Security/locations/jitNetworkAccessPolicies",
        "location": policy.location,
        "properties": {
            "virtualMachines": policy.machines.iter().map(|guarded| show_machine(world, guarded)).collect::<Value>(),
            "requests": requests.collect::<Value>(),
            "provisioningState": jit::provisioning_state(policy, &world.behaviour, now),
            // Undocumented, but in every recorded answer.
            "appendMode": false,
        },
    });
    if let Some(kind) = &policy.kind {
        body["kind"] = kind.clone().into();
    }
    body
}

fn show_machine(world: &World, guarded: &Guarded) -> Value {
    let mut body =
        json!({ "id": guarded.id, "ports": guarded.ports.iter().map(show_port).collect::<Value>() });
    let firewall = world.classic_firewall_before(&guarded.id);
    let firewall =
        firewall.and_then(|firewall| world.address_of(firewall)).map(|address| address.to_string());
    if let Some(address) = firewall.or_else(|| guarded.public_ip_address.clone()) {
        body["publicIpAddress"] = address.into();
    }
    body
}

fn show_port(port: &PortRule) -> Value {
    let mut body = json!({
        "number": port.number,
        "protocol": port.protocol,
        "maxRequestAccessDuration": port.longest_text,
    });
    put_sources(&mut body, &port.sources);
    body
}

pub(super) fn show_request(request: &Request, now: Timestamp) -> Value {
    let machines = request.machines.iter().map(|machine| {
        json!({ "id": machine.id, "ports": machine.ports.iter().map(|grant| show_grant(grant, now)).collect::<Value>() })
    });
    let mut body = json!({
        "virtualMachines": machines.collect::<Value>(),
        "startTimeUtc": time::ticks(request.started_at),
        "requestor": request.requestor,
    });
    if let Some(justification) = &request.justification {
        body["justification"] = justification.clone().into();
    }
    body
}

fn show_grant(grant: &Grant, now: Timestamp) -> Value {
    let mut body = json!({
        "number": grant.number,
        "endTimeUtc": time::ticks(grant.ends_at),
        "status": jit::status(grant, now),
        "statusReason": jit::status_reason(grant, now),
    });
    if let Some(port) = grant.mapped_port {
        body["mappedPort"] = port.into();
    }
    put_sources(&mut body, &grant.sources);
    body
}

fn put_sources(body: &mut Value, sources: &Sources) {
    match sources {
        Sources::One(one) => body["allowedSourceAddressPrefix"] = one.clone().into(),
        Sources::Several(several) => body["allowedSourceAddressPrefixes"] = several.clone().into(),
    }
}
