//! Defender's verdict on each machine: is just-in-time needed and there?

use jiff::Timestamp;
use serde_json::{Value, json};

use crate::{
    arm::{call::Call, error::ArmError, paging, reply::Reply},
    defender::verdict,
    time,
    world::{Vm, World},
};

/// "Management ports of virtual machines should be protected with just-in-time network access control"
pub(in crate::arm) const NAME: &str = "805651bc-6ecd-4c73-9b55-97a19d0582d0";
pub(in crate::arm) const TITLE: &str =
    "Management ports of virtual machines should be protected with just-in-time network access control";

const READ: &str = "Microsoft.Security/assessments/read";

pub(super) fn list(call: &Call<'_>, world: &World) -> Result<Reply, ArmError> {
    let now = call.now;
    paging::list(
        call,
        world,
        &world.vms,
        READ,
        |vm| verdict(world, vm, now).is_some(),
        |vm| shown(world, vm, now).unwrap_or_default(),
    )
}

/// `/{vm}/providers/Microsoft.Security/assessments/{name}`
pub(super) fn get(call: &Call<'_>, world: &World) -> Result<Reply, ArmError> {
    call.require(world, READ, &call.target.scope)?;
    let is_ours = call.target.rest.get(1).is_some_and(|name| name.eq_ignore_ascii_case(NAME));
    let vm = world.vms.get(&call.target.scope).filter(|_| is_ours);
    let found = vm.and_then(|vm| shown(world, vm, call.now));
    found.map(Reply::ok).ok_or_else(|| call.not_found())
}

/// The assessment of a machine as a resource, as it is at a moment.
pub(in crate::arm) fn shown(world: &World, vm: &Vm, at: Timestamp) -> Option<Value> {
    let verdict = verdict(world, vm, at)?;
    let changed_at = world.defender.changed_at(&vm.id, at);
    let changed_at = changed_at.map_or_else(|| "2026-08-20T00:00:00Z".to_owned(), time::seconds);
    Some(json!({
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
                "statusChangeDate": changed_at,
            },
            "additionalData": {},
        },
    }))
}
