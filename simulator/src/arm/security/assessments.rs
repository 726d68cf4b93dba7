//! Defender's verdict on each machine: is just-in-time needed and there?

use std::net::{IpAddr, Ipv4Addr};

use jiff::Timestamp;
use serde_json::{Value, json};

use crate::{
    arm::{call::Call, error::ArmError, paging, reply::Reply},
    gate, nsg,
    world::{Assessment, Plan, Vm, World},
};

/// "Management ports of virtual machines should be protected with just-in-time network access control"
pub(in crate::arm) const NAME: &str = "805651bc-6ecd-4c73-9b55-97a19d0582d0";
pub(in crate::arm) const TITLE: &str =
    "Management ports of virtual machines should be protected with just-in-time network access control";

const READ: &str = "Microsoft.Security/assessments/read";

/// Somewhere on the internet, for the question whether a port is open to it.
const ANYWHERE: IpAddr = IpAddr::V4(Ipv4Addr::new(192, 0, 2, 1));
const MANAGEMENT_PORTS: [u16; 4] = [22, 3389, 5985, 5986];

pub(super) fn list(call: &Call<'_>, world: &World) -> Result<Reply, ArmError> {
    let now = call.now;
    paging::list(
        call,
        world,
        &world.vms,
        READ,
        |vm| verdict(world, vm, now).is_some(),
        |vm| verdict(world, vm, now).map(|verdict| show(vm, &verdict)).unwrap_or_default(),
    )
}

/// `/{vm}/providers/Microsoft.Security/assessments/{name}`
pub(super) fn get(call: &Call<'_>, world: &World) -> Result<Reply, ArmError> {
    call.require(world, READ, &call.target.scope)?;
    let is_ours = call.target.rest.get(1).is_some_and(|name| name.eq_ignore_ascii_case(NAME));
    let vm = world.vms.get(&call.target.scope).filter(|_| is_ours);
    let found = vm.and_then(|vm| verdict(world, vm, call.now).map(|verdict| show(vm, &verdict)));
    found.map(Reply::ok).ok_or_else(|| call.not_found())
}

/// What Defender says of a machine; nothing without a plan.
pub(in crate::arm) fn verdict(world: &World, vm: &Vm, now: Timestamp) -> Option<Assessment> {
    if let Some(settled) = &vm.assessment {
        return Some(settled.clone());
    }
    let subscription = crate::resource_id::subscription(&vm.id).and_then(|id| world.subscription(id))?;
    if vm.plan.unwrap_or(subscription.plan) != Plan::P2 {
        return None;
    }
    let now = now - world.behaviour.assessment_lag;
    let say = |code: &str, description: &str| Assessment {
        code: code.to_owned(),
        cause: String::new(),
        description: description.to_owned(),
    };
    let mut nics = vm.nics.iter().filter_map(|nic| world.nics.get(nic));
    if nics.all(|nic| gate::groups_of(world, nic).is_empty())
        && world.classic_firewall_before(&vm.id).is_none()
    {
        if world.firewall_before(&vm.id).is_some() {
            return Some(say(
                "NotApplicable",
                "The machine is behind an Azure Firewall that is controlled by Azure Firewall Manager",
            ));
        }
        return Some(say("NotApplicable", "There is no network security group on the machine or its subnet"));
    }
    let guarded = world
        .policies_of(&vm.id)
        .filter_map(|policy| policy.machine(&vm.id))
        .any(|guarded| guarded.since <= now);
    Some(if guarded || !is_open(world, vm) { say("Healthy", "") } else { say("Unhealthy", "") })
}

/// Whether the rules on some interface would let the whole internet in, running or not.
///
/// Without a policy there are no rules of just-in-time for the machine, so the groups' own are all.
fn is_open(world: &World, vm: &Vm) -> bool {
    vm.nics.iter().filter_map(|nic| world.nics.get(nic)).any(|nic| {
        let groups = gate::groups_of(world, nic);
        let ways = nic.configurations.iter();
        let ways = ways.filter_map(|way| Some((way.private_address, world.subnet(&way.subnet)?.0)));
        ways.flat_map(|way| MANAGEMENT_PORTS.map(|port| (way, port))).any(|((destination, vnet), port)| {
            let packet = nsg::Packet { source: ANYWHERE, destination, port, network: &vnet.space };
            !groups.is_empty() && groups.iter().all(|group| nsg::admits(&group.rules, &packet))
        })
    })
}

/// The assessment as a resource.
pub(in crate::arm) fn show(vm: &Vm, verdict: &Assessment) -> Value {
    json!({
        "id": format!("{}/providers/Microsoft.Security/assessments/{NAME}", vm.id),
        "name": NAME,
        "type": "Microsoft.Security/assessments",
        "properties": {
            "resourceDetails": { "source": "Azure", "id": vm.id },
            "displayName": TITLE,
            "status": {
                "code": verdict.code,
                "cause": verdict.cause,
                "description": verdict.description,
                "firstEvaluationDate": "2026-08-01T00:00:00Z",
                "statusChangeDate": "2026-08-20T00:00:00Z",
            },
            "additionalData": {},
        },
    })
}
