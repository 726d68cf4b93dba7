//! Scans that one may ask for, at a subscription or a resource group, and what became of them.

use http::StatusCode;
use serde_json::json;

use crate::{
    arm::{call::Call, error::ArmError, reply::Reply},
    resource_id,
    world::World,
};

const TRIGGER: &str = "Microsoft.PolicyInsights/policyStates/triggerEvaluation/action";
const READ: &str = "Microsoft.PolicyInsights/asyncOperationResults/read";

/// 202, with where to ask. While one is under way at the scope that is the one.
pub(super) fn trigger(call: &Call<'_>, world: &mut World) -> Result<Reply, ArmError> {
    call.only_options(&[])?;
    let scope = call.target.container();
    if call.target.subscription.is_none() || !resource_id::same(&scope, &call.target.scope) {
        return Err(call.not_simulated());
    }
    call.require(world, TRIGGER, &scope)?;
    let takes = world.behaviour.scan_time;
    let id = world.compliance.scan(&scope, call.now, takes).id.to_string();
    Ok(accepted(call, &id))
}

/// 202 until it is done.
pub(super) fn result(call: &Call<'_>, world: &World, id: &str) -> Result<Reply, ArmError> {
    call.only_options(&[])?;
    let subscription = call.target.subscription.as_deref().unwrap_or_default();
    if subscription.is_empty() || call.target.group.is_some() {
        return Err(call.not_simulated());
    }
    call.require(world, READ, &call.target.container())?;
    let scan = world.compliance.find_scan(subscription, id).ok_or_else(|| {
        let message = format!("The async operation result '{id}' could not be found.");
        ArmError::new(StatusCode::NOT_FOUND, "AsyncOperationResultNotFound", message)
    })?;
    if scan.done_at <= call.now {
        return Ok(Reply::ok(json!({ "status": "Succeeded" })));
    }
    Ok(accepted(call, id))
}

fn accepted(call: &Call<'_>, id: &str) -> Reply {
    let location = format!(
        "{}/subscriptions/{}/providers/Microsoft.PolicyInsights/asyncOperationResults/{id}?api-version={}",
        call.base,
        call.target.subscription.as_deref().unwrap_or_default(),
        call.query("api-version").unwrap_or_default()
    );
    Reply::empty(StatusCode::ACCEPTED).header("location", location).header("retry-after", "30")
}
