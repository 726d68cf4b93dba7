//! Assignments of policies at management groups, subscriptions and resource groups.

mod filter;
mod put;

use http::StatusCode;
use serde_json::{Map, Value, json};

use self::filter::Filter;
pub(super) use self::put::put;
use crate::{
    arm::{call::Call, error::ArmError, paging, reply::Reply},
    resource_id,
    world::{PolicyAssignment, World},
};

const KIND: &str = "Microsoft.Authorization/policyAssignments";
const READ: &str = "Microsoft.Authorization/policyAssignments/read";
const WRITE: &str = "Microsoft.Authorization/policyAssignments/write";
const DELETE: &str = "Microsoft.Authorization/policyAssignments/delete";

/// What applies to a scope: its own, those of what it lies in, and below a subscription or a resource
/// group those of what lies in it, as far as the filter does not leave them out.
pub(super) fn list(call: &Call<'_>, world: &World) -> Result<Reply, ArmError> {
    call.only_options(&["$filter", "$top", "$skiptoken"])?;
    let scope = &call.target.scope;
    call.require(world, READ, scope)?;
    check_scope(call, world)?;
    let filter = Filter::parse(call.query("$filter"), scope)?;
    let rows: Vec<Value> = world
        .policy_assignments
        .iter()
        .filter(|assignment| filter.lets_through(world, assignment, scope))
        .map(show)
        .collect();
    let size = call.number("$top")?.unwrap_or(usize::MAX).min(world.behaviour.page_size);
    paging::short(call, &rows, size, "$skiptoken")
}

/// One by its own scope; at another it is not there, even where it applies.
pub(super) fn get(call: &Call<'_>, world: &World) -> Result<Reply, ArmError> {
    call.only_options(&[])?;
    call.require(world, READ, &call.target.resource())?;
    check_scope(call, world)?;
    let found = world.policy_assignments.get(&call.target.resource());
    found.map(|assignment| Reply::ok(show(assignment))).ok_or_else(|| not_found(call))
}

/// 200 with what it was, or 204 if it was not there.
pub(super) fn delete(call: &Call<'_>, world: &mut World) -> Result<Reply, ArmError> {
    call.require(world, DELETE, &call.target.resource())?;
    check_scope(call, world)?;
    Ok(match world.policy_assignments.remove(&call.target.resource()) {
        Some(gone) => Reply::ok(show(&gone)),
        None => Reply::empty(StatusCode::NO_CONTENT),
    })
}

/// Refuses a scope that is no management group, subscription or resource group, and a group that is not
/// there. Of subscriptions and resource groups that was seen to.
fn check_scope(call: &Call<'_>, world: &World) -> Result<(), ArmError> {
    let scope = &call.target.scope;
    if let Some(name) = resource_id::management_group(scope) {
        return if world.groups_from(name).is_empty() {
            Err(ArmError::no_management_group(name))
        } else {
            Ok(())
        };
    }
    if scope == "/"
        || call.target.subscription.is_none()
        || !resource_id::same(scope, &call.target.container())
    {
        // Resources may have assignments of their own; nobody makes any here.
        return Err(call.not_simulated());
    }
    Ok(())
}

fn not_found(call: &Call<'_>) -> ArmError {
    let name = call.target.rest.get(1).map_or("", String::as_str);
    ArmError::new(
        StatusCode::NOT_FOUND,
        "PolicyAssignmentNotFound",
        format!("The policy assignment '{name}' is not found."),
    )
}

fn show(assignment: &PolicyAssignment) -> Value {
    let version = assignment.what.version();
    let major = version.split('.').next().unwrap_or(version);
    let parameters: Map<String, Value> =
        assignment.parameters.iter().map(|(name, value)| (name.clone(), json!({ "value": value }))).collect();
    let mut properties = json!({
        "policyDefinitionId": assignment.definition,
        "definitionVersion": format!("{major}.*.*"),
        "scope": assignment.scope,
        "notScopes": assignment.not_scopes,
        "parameters": parameters,
        "metadata": assignment.metadata,
        "enforcementMode": assignment.enforcement,
    });
    if let Some(name) = &assignment.display_name {
        properties["displayName"] = name.as_str().into();
    }
    if let Some(description) = &assignment.description {
        properties["description"] = description.as_str().into();
    }
    if !assignment.messages.is_empty() {
        properties["nonComplianceMessages"] = json!(assignment.messages);
    }
    json!({ "id": assignment.id, "type": KIND, "name": assignment.name, "properties": properties })
}
