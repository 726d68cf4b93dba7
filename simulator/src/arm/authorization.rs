//! Microsoft.Authorization: what the caller may do at a scope, and which policies are assigned to it.

mod policy_assignments;
mod policy_definitions;

use http::Method;
use serde_json::{Value, json};

use super::{call::Call, error::ArmError, reply::Reply};
use crate::{rbac, world::World};

pub(super) fn answer(call: &Call<'_>, world: &mut World) -> Result<Reply, ArmError> {
    match (&call.method, &call.target.lower()[..]) {
        (&Method::GET, ["permissions"]) => permissions(call, world),
        (&Method::GET, ["policydefinitions"]) => policy_definitions::list(call, world),
        (&Method::GET, ["policydefinitions", name]) => policy_definitions::get(call, world, name),
        (&Method::GET, ["policysetdefinitions"]) => policy_definitions::list_sets(call, world),
        (&Method::GET, ["policysetdefinitions", name]) => policy_definitions::get_set(call, world, name),
        (&Method::GET, ["policyassignments"]) => policy_assignments::list(call, world),
        (&Method::GET, ["policyassignments", _]) => policy_assignments::get(call, world),
        (&Method::PUT, ["policyassignments", _]) => policy_assignments::put(call, world),
        (&Method::DELETE, ["policyassignments", _]) => policy_assignments::delete(call, world),
        _ => Err(call.not_simulated()),
    }
}

/// One element for each role they have at or above the scope.
fn permissions(call: &Call<'_>, world: &World) -> Result<Reply, ArmError> {
    let scope = &call.target.scope;
    let roles = rbac::roles(world, &call.who, scope);
    if roles.is_empty() {
        return Err(ArmError::forbidden(&call.who, "Microsoft.Authorization/permissions/read", scope));
    }
    let permissions = roles.into_iter().map(|role| {
        json!({ "actions": role.actions, "notActions": role.not_actions, "dataActions": [], "notDataActions": [] })
    });
    Ok(Reply::ok(json!({ "value": permissions.collect::<Value>() })))
}
