//! Creating a policy or replacing one, whole.

use http::StatusCode;
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use serde_json::json;

use super::{recorded, show::show};
use crate::{
    arm::{call::Call, error::ArmError, reply::Reply},
    jit, nsg, rbac, resource_id, time,
    world::{Cut, Guarded, Plan, Policy, PortRule, Sources, World},
};

const WRITE: &str = "Microsoft.Security/locations/jitNetworkAccessPolicies/write";
const WRITE_VM: &str = "Microsoft.Compute/virtualMachines/write";

#[derive(Deserialize)]
struct Body {
    #[serde(default)]
    kind: Option<String>,
    properties: Properties,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Properties {
    virtual_machines: Vec<Machine>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Machine {
    id: String,
    ports: Vec<Port>,
    #[serde(default)]
    public_ip_address: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Port {
    number: u16,
    protocol: String,
    #[serde(default)]
    allowed_source_address_prefix: Option<String>,
    #[serde(default)]
    allowed_source_address_prefixes: Option<Vec<String>>,
    max_request_access_duration: String,
}

pub(in crate::arm::security) fn put(call: &Call<'_>, world: &mut World) -> Result<Reply, ArmError> {
    let id = call.target.path.clone();
    call.require(world, WRITE, &id)?;
    let body: Body = call.json()?;
    check_plan(call, world)?;
    let location = call.target.rest.get(1).cloned().unwrap_or_default().to_ascii_lowercase();
    let before = world.policies().get(&id).cloned();
    let stands_at = call.now + world.behaviour.update_delay;

    let mut machines = Vec::new();
    for machine in body.properties.virtual_machines {
        check_machine(call, world, &id, &machine.id)?;
        let known = before.as_ref().and_then(|policy| policy.machine(&machine.id));
        machines.push(Guarded {
            ports: machine.ports.into_iter().map(rule).collect::<Result<_, _>>()?,
            public_ip_address: machine.public_ip_address,
            since: known.map_or(stands_at, |known| known.since),
            id: machine.id,
        });
    }
    let mut policy = Policy {
        id: before.as_ref().map_or(id, |before| before.id.clone()),
        location,
        kind: body.kind,
        machines,
        behaviour: before.as_ref().map(|before| before.behaviour).unwrap_or_default(),
        requests: before.as_ref().map(|before| before.requests.clone()).unwrap_or_default(),
        saved_at: call.now,
    };
    end_grants_of_removed(&mut policy, call.now);
    let mut shown = show(world, &policy, call.now);
    // Recorded: the answer lists no requests although a later read does.
    shown["properties"]["requests"] = json!([]);
    let id = policy.id.clone();
    world.put_policy(policy);
    if let Some(before) = before {
        world.log_rules_gone(&before, call.now);
    }
    world.log_rules(&id, call.now);
    Ok(recorded(Reply::ok(shown)))
}

fn check_plan(call: &Call<'_>, world: &World) -> Result<(), ArmError> {
    let subscription = call.target.subscription.as_deref().and_then(|id| world.subscription(id));
    if !world.behaviour.plan_required
        || subscription.is_some_and(|subscription| subscription.plan == Plan::P2)
    {
        return Ok(());
    }
    Err(ArmError::bad_request(
        &world.behaviour.plan_refusal_code,
        "Just-in-time VM access requires Microsoft Defender for Servers Plan 2 on the subscription.",
    ))
}

/// Every machine that the body names is checked as a linked resource.
fn check_machine(call: &Call<'_>, world: &World, policy: &str, vm: &str) -> Result<(), ArmError> {
    if !resource_id::is_vm(vm) {
        let mut segments = vm.split('/').filter(|segment| !segment.is_empty());
        let mistaken = segments.next().unwrap_or_default();
        return Err(ArmError::new(
            StatusCode::FORBIDDEN,
            "LinkedAuthorizationFailed",
            format!(
                "The client has permission to perform action '{WRITE_VM}' on scope '{policy}', however the linked subscription '{mistaken}' was not found."
            ),
        ));
    }
    if !rbac::allows(world, &call.who, WRITE_VM, vm) {
        return Err(ArmError::linked(&call.who, WRITE, policy, WRITE_VM, vm));
    }
    let (policy, vm) = (resource_id::name(policy), resource_id::name(vm));
    if 56 < policy.len() + vm.len() {
        return Err(ArmError::bad_request(
            "BadRequest",
            format!(
                "The policy name '{policy}', together with the targeted VM name '{vm}', must not exceed a total of 56 characters."
            ),
        ));
    }
    Ok(())
}

fn rule(port: Port) -> Result<PortRule, ArmError> {
    let invalid = |message: String| ArmError::bad_request("BadRequest", message);
    let protocol = port.protocol;
    if !["TCP", "UDP", "*"].iter().any(|known| known.eq_ignore_ascii_case(&protocol)) {
        // Reported of the real service when the protocol is empty.
        return Err(ArmError::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "InternalServerError",
            "Internal server error has occurred.",
        ));
    }
    let longest = time::duration(&port.max_request_access_duration)
        .filter(|longest| (SignedDuration::from_mins(5)..=SignedDuration::from_hours(24)).contains(longest))
        .ok_or_else(|| {
            invalid(format!(
                "The maximum request access duration '{}' of port {} must be an ISO 8601 duration from 5 minutes to 1 day.",
                port.max_request_access_duration, port.number
            ))
        })?;
    let sources = match (port.allowed_source_address_prefix, port.allowed_source_address_prefixes) {
        (None, Some(several)) if !several.is_empty() => Sources::Several(several),
        (Some(_), Some(several)) if !several.is_empty() => {
            return Err(invalid(format!(
                "Port {} may have either allowedSourceAddressPrefix or allowedSourceAddressPrefixes, not both.",
                port.number
            )));
        }
        (Some(one), None | Some(_)) => Sources::One(one),
        (None, None | Some(_)) => {
            return Err(invalid(format!("Port {} has no allowed source address prefix.", port.number)));
        }
    };
    if let Some(source) = sources.iter().find(|source| *source != "*" && nsg::range(source).is_none()) {
        return Err(invalid(format!(
            "The source address prefix '{source}' of port {} is not valid.",
            port.number
        )));
    }
    Ok(PortRule {
        number: port.number,
        protocol,
        sources,
        longest_text: port.max_request_access_duration,
        longest,
    })
}

/// A machine taken out of the policy loses its rules, and what was open there ends.
fn end_grants_of_removed(policy: &mut Policy, now: Timestamp) {
    let Policy { machines, requests, .. } = policy;
    let removed = requests
        .iter_mut()
        .flat_map(|request| &mut request.machines)
        .filter(|machine| !machines.iter().any(|guarded| resource_id::same(&guarded.id, &machine.id)));
    for grant in removed.flat_map(|machine| &mut machine.ports) {
        if jit::status(grant, now) != "Revoked" {
            grant.cut = Some(Cut { at: now, rule_at: now, reason: "UserRequested" });
        }
    }
}
