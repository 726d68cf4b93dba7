//! `initiate`: asking a policy to open ports.
//!
//! The contract (2020-01-01) does not forbid fields that it does not name, and no document or
//! recording shows what the service makes of one. Such a field is passed over here, and what it
//! was to say counts as left out: a misspelt `allowedSourceAddressPrefix` opens the port for the
//! caller's own address. A required field that is left out is refused.

use http::StatusCode;
use jiff::Timestamp;
use serde::Deserialize;

use super::{id, not_found, recorded, show::show_request};
use crate::{
    arm::{call::Call, error::ArmError, reply::Reply},
    jit::{self, Refusal, Wanted, WantedMachine, WantedPort},
    nsg, rbac,
    world::{Sources, World},
};

const INITIATE: &str = "Microsoft.Security/locations/jitNetworkAccessPolicies/initiate/action";
const READ_VM: &str = "Microsoft.Compute/virtualMachines/read";

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Body {
    virtual_machines: Vec<Machine>,
    #[serde(default)]
    justification: Option<String>,
}

#[derive(Deserialize)]
struct Machine {
    id: String,
    ports: Vec<Port>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Port {
    number: u16,
    end_time_utc: Timestamp,
    #[serde(default)]
    allowed_source_address_prefix: Option<String>,
    #[serde(default)]
    allowed_source_address_prefixes: Option<Vec<String>>,
}

pub(in crate::arm::security) fn initiate(call: &Call<'_>, world: &mut World) -> Result<Reply, ArmError> {
    let id = id(call);
    call.require(world, INITIATE, &id)?;
    let body: Body = call.json()?;
    if body.virtual_machines.is_empty() {
        return Err(ArmError::bad_request("BadRequest", "The access request names no virtual machine."));
    }
    for machine in &body.virtual_machines {
        if !rbac::allows(world, &call.who, READ_VM, &machine.id) {
            return Err(ArmError::linked(&call.who, INITIATE, &id, READ_VM, &machine.id));
        }
    }
    let machines = body.virtual_machines.into_iter().map(|machine| wanted(call, world, machine));
    let wanted = Wanted {
        requestor: call.who.upn.clone().unwrap_or_default(),
        justification: body.justification,
        machines: machines.collect::<Result<_, _>>()?,
    };
    let request =
        jit::initiate(world, &id, wanted, call.now).map_err(|refusal| refused(call, world, &id, &refusal))?;
    world.log_rules(&id, call.now);
    Ok(recorded(Reply::ok(show_request(&request, call.now)).status(StatusCode::ACCEPTED)))
}

fn wanted(call: &Call<'_>, world: &World, machine: Machine) -> Result<WantedMachine, ArmError> {
    let ports = machine.ports.into_iter().map(|port| {
        let sources = match (port.allowed_source_address_prefix, port.allowed_source_address_prefixes) {
            (Some(one), _) => Sources::One(one),
            (None, Some(several)) if world.behaviour.several_sources => Sources::Several(several),
            // Left out, it is the address the call came from.
            (None, _) => Sources::One(world.public_address_of_peer(call.caller).to_string()),
        };
        if let Some(source) = sources.iter().find(|source| *source != "*" && nsg::range(source).is_none()) {
            return Err(ArmError::bad_request(
                "BadRequest",
                format!("The source address prefix '{source}' of port {} is not valid.", port.number),
            ));
        }
        Ok(WantedPort { number: port.number, sources, ends_at: port.end_time_utc })
    });
    let ports = ports.collect::<Result<Vec<_>, _>>()?;
    if ports.is_empty() {
        return Err(ArmError::bad_request(
            "BadRequest",
            format!("The access request names no port of '{}'.", machine.id),
        ));
    }
    Ok(WantedMachine { id: machine.id, ports })
}

/// Whatever is out of bounds, the service does not say what.
fn refused(call: &Call<'_>, world: &World, policy: &str, refusal: &Refusal) -> ArmError {
    if *refusal == Refusal::NoSuchPolicy {
        return not_found(call);
    }
    tracing::debug!(policy, ?refusal, "a request is outside its policy");
    let status = StatusCode::from_u16(world.behaviour.refusal_status).unwrap_or(StatusCode::BAD_REQUEST);
    ArmError::new(
        status,
        &world.behaviour.refusal_code,
        format!(
            "The given access request is not a subset of policy '{policy}'. Please make sure that the access request is within the allowed policy properties."
        ),
    )
}
