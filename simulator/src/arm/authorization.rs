//! Microsoft.Authorization: what the caller may do at a scope.

use http::Method;
use serde_json::{Value, json};

use super::{call::Call, error::ArmError, reply::Reply};
use crate::{rbac, world::World};

pub(super) fn answer(call: &Call<'_>, world: &World) -> Result<Reply, ArmError> {
    match (&call.method, &call.target.lower()[..]) {
        (&Method::GET, ["permissions"]) => permissions(call, world),
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
