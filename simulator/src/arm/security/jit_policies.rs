//! The eight operations on just-in-time policies.

mod initiate;
mod put;
mod show;

use http::StatusCode;

use self::show::show;
pub(super) use self::{initiate::initiate, put::put};
use crate::{
    arm::{call::Call, error::ArmError, paging, reply::Reply},
    resource_id,
    world::{Policy, World},
};

const READ: &str = "Microsoft.Security/locations/jitNetworkAccessPolicies/read";

/// The four lists: in a subscription or a group, in all locations or one.
pub(super) fn list(call: &Call<'_>, world: &World) -> Result<Reply, ArmError> {
    let location = match &call.target.rest[..] {
        [_, location, _] => Some(location.as_str()),
        _ => None,
    };
    let keep =
        |policy: &Policy| location.is_none_or(|location| policy.location.eq_ignore_ascii_case(location));
    let page =
        paging::list(call, world, world.policies(), READ, keep, |policy| show(world, policy, call.now))?;
    Ok(recorded(page.header("x-ms-ratelimit-remaining-subscription-resource-requests", "749")))
}

pub(super) fn get(call: &Call<'_>, world: &World) -> Result<Reply, ArmError> {
    let id = id(call);
    call.require(world, READ, &id)?;
    let policy = world.policies().get(&id).ok_or_else(|| not_found(call))?;
    Ok(recorded(Reply::ok(show(world, policy, call.now))))
}

pub(super) fn delete(call: &Call<'_>, world: &mut World) -> Result<Reply, ArmError> {
    let id = id(call);
    call.require(world, "Microsoft.Security/locations/jitNetworkAccessPolicies/delete", &id)?;
    let Some(removed) = world.remove_policy(&id) else {
        return Ok(recorded(Reply::empty(StatusCode::NO_CONTENT)));
    };
    world.log_rules_gone(&removed, call.now);
    Ok(recorded(Reply::empty(StatusCode::OK)))
}

/// The policy's id: the path without the operation's name.
fn id(call: &Call<'_>) -> String {
    let path = &call.target.path;
    match call.target.rest.get(4) {
        Some(operation) => path[..path.len() - operation.len() - 1].to_owned(),
        None => path.clone(),
    }
}

/// The headers seen in recorded answers of this service: it leaves `x-ms-request-id` empty.
fn recorded(reply: Reply) -> Reply {
    reply.header("x-ms-request-id", "").header("server", "Kestrel")
}

fn not_found(call: &Call<'_>) -> ArmError {
    let id = id(call);
    ArmError::new(
        StatusCode::NOT_FOUND,
        "ResourceNotFound",
        format!(
            "The Resource 'Microsoft.Security/locations/{}/jitNetworkAccessPolicies/{}' under resource group '{}' was not found. For more details please go to https://aka.ms/ARMResourceNotFoundFix",
            call.target.rest.get(1).map_or("", String::as_str),
            resource_id::name(&id),
            call.target.group.as_deref().unwrap_or("<null>"),
        ),
    )
}
