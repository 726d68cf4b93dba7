//! Microsoft.Compute: virtual machines.

pub(super) mod machine;

use http::{Method, StatusCode};

use self::machine::{instance_view, show};
use super::{call::Call, error::ArmError, operations, paging, reply::Reply};
use crate::world::{PowerState, World};

const READ: &str = "Microsoft.Compute/virtualMachines/read";

pub(super) fn answer(call: &Call<'_>, world: &mut World) -> Result<Reply, ArmError> {
    match (&call.method, &call.target.lower()[..]) {
        (&Method::GET, ["virtualmachines"]) => list(call, world),
        (&Method::GET, ["virtualmachines", _]) => get(call, world),
        (&Method::GET, ["virtualmachines", _, "instanceview"]) => view(call, world),
        (&Method::POST, ["virtualmachines", _, "start"]) => start(call, world),
        (&Method::GET, ["locations", _, "operations", id]) => operations::status(call, id),
        (&Method::GET, ["locations", _, "operationresults", id]) => operations::result(call, id),
        _ => Err(call.not_simulated()),
    }
}

fn list(call: &Call<'_>, world: &World) -> Result<Reply, ArmError> {
    let with_status = call.query("statusOnly").is_some_and(|value| value.eq_ignore_ascii_case("true"));
    if call.query("$expand").is_some() && call.query("$filter").is_none() {
        return Err(ArmError::bad_request(
            "InvalidParameter",
            "The expand expression instanceView is supported in a list only together with a filter by virtual machine scale set.",
        ));
    }
    paging::list(call, world, &world.vms, READ, |_| true, |vm| show(world, vm, call.now, with_status))
}

fn get(call: &Call<'_>, world: &World) -> Result<Reply, ArmError> {
    let id = call.target.resource();
    call.require(world, READ, &id)?;
    let vm = world.vms.get(&id).ok_or_else(|| call.not_found())?;
    let with_status = match call.query("$expand") {
        None => false,
        Some(expand) if expand.eq_ignore_ascii_case("instanceView") => true,
        Some(expand) if expand.eq_ignore_ascii_case("userData") => false,
        Some(expand) => {
            return Err(ArmError::bad_request(
                "InvalidParameter",
                format!("The value '{expand}' of parameter '$expand' is invalid."),
            ));
        }
    };
    Ok(Reply::ok(show(world, vm, call.now, with_status)))
}

fn view(call: &Call<'_>, world: &World) -> Result<Reply, ArmError> {
    let id = call.target.resource();
    call.require(world, "Microsoft.Compute/virtualMachines/instanceView/read", &id)?;
    let vm = world.vms.get(&id).ok_or_else(|| call.not_found())?;
    Ok(Reply::ok(instance_view(vm, call.now)))
}

/// Starts a machine; 202 with an operation to ask about, 200 if it runs already.
fn start(call: &Call<'_>, world: &mut World) -> Result<Reply, ArmError> {
    let id = call.target.resource();
    call.require(world, "Microsoft.Compute/virtualMachines/start/action", &id)?;
    let delay = world.behaviour.start_delay;
    let vm = world.vms.get_mut(&id).ok_or_else(|| call.not_found())?;
    if matches!(vm.power.at(call.now), PowerState::Stopping | PowerState::Deallocating) {
        return Err(ArmError::new(
            StatusCode::CONFLICT,
            "OperationNotAllowed",
            format!("Operation 'start' is not allowed on VM '{}' since the VM is being stopped.", vm.name),
        ));
    }
    if vm.power.at(call.now) == PowerState::Running {
        return Ok(Reply::empty(StatusCode::OK));
    }
    let done_at = vm.power.start(call.now, delay);
    Ok(operations::accepted(call, "Microsoft.Compute", &vm.location, done_at))
}
