//! Subscriptions, tenants and resource groups: the calls without a provider.

use http::{Method, StatusCode};
use serde_json::{Value, json};

use super::{call::Call, error::ArmError, reply::Reply, versions};
use crate::{
    rbac, resource_id,
    world::{Subscription, World},
};

const READ_GROUP: &str = "Microsoft.Resources/subscriptions/resourceGroups/read";

pub(super) fn answer(call: &Call<'_>, world: &World) -> Result<Reply, ArmError> {
    if call.method != Method::GET {
        return Err(call.not_simulated());
    }
    let lower = call.target.path.to_ascii_lowercase();
    let segments: Vec<&str> = lower.split('/').filter(|segment| !segment.is_empty()).collect();
    match segments[..] {
        ["subscriptions" | "tenants"] | ["subscriptions", ..] => {
            versions::check_resources(call.query("api-version"))?;
        }
        _ => return Err(call.not_simulated()),
    }
    match segments[..] {
        ["tenants"] => Ok(tenants(world)),
        ["subscriptions"] => Ok(list(call, world)),
        ["subscriptions", id] => get(call, world, id),
        ["subscriptions", id, "locations"] => locations(call, world, id),
        ["subscriptions", id, "resourcegroups"] => groups(call, world, id),
        ["subscriptions", _, "resourcegroups", _] => group(call, world),
        _ => Err(call.not_simulated()),
    }
}

fn tenants(world: &World) -> Reply {
    let tenant = &world.tenant;
    Reply::ok(json!({ "value": [{
        "id": format!("/tenants/{}", tenant.id),
        "tenantId": tenant.id,
        "displayName": tenant.name,
        "defaultDomain": tenant.domain,
        "domains": [tenant.domain],
        "tenantCategory": "Home",
        "tenantType": "AAD",
    }] }))
}

/// Only what the caller has any role on, at or below.
fn list(call: &Call<'_>, world: &World) -> Reply {
    let seen: Vec<Value> = world
        .subscriptions
        .values()
        .filter(|subscription| rbac::sees(world, &call.who, &subscription.resource_id()))
        .map(|subscription| show(world, subscription))
        .collect();
    Reply::ok(json!({ "count": { "type": "Total", "value": seen.len() }, "value": seen }))
}

fn get(call: &Call<'_>, world: &World, id: &str) -> Result<Reply, ArmError> {
    let subscription = seen(call, world, id)?;
    Ok(Reply::ok(show(world, subscription)))
}

fn locations(call: &Call<'_>, world: &World, id: &str) -> Result<Reply, ArmError> {
    let subscription = seen(call, world, id)?;
    let mut names: Vec<&str> =
        world.vms.within(&subscription.resource_id(), None).map(|(_, vm)| vm.location.as_str()).collect();
    names.push("westeurope");
    names.sort_unstable();
    names.dedup();
    let locations = names.into_iter().map(|name| {
        json!({ "id": format!("{}/locations/{name}", subscription.resource_id()), "name": name, "type": "Region" })
    });
    Ok(Reply::ok(json!({ "value": locations.collect::<Value>() })))
}

fn groups(call: &Call<'_>, world: &World, id: &str) -> Result<Reply, ArmError> {
    let subscription = seen(call, world, id)?;
    let groups = world.groups(&subscription.resource_id());
    let seen = groups.iter().filter(|(group, _)| rbac::allows(world, &call.who, READ_GROUP, group));
    let seen = seen.map(|(group, location)| show_group(world, group, location));
    Ok(Reply::ok(json!({ "value": seen.collect::<Value>() })))
}

fn group(call: &Call<'_>, world: &World) -> Result<Reply, ArmError> {
    let id = call.target.container();
    call.require(world, READ_GROUP, &id)?;
    call.check_group(world)?;
    let groups = world.groups(&id);
    let (id, location) = groups.first().ok_or_else(|| call.not_found())?;
    Ok(Reply::ok(show_group(world, id, location)))
}

fn seen<'world>(call: &Call<'_>, world: &'world World, id: &str) -> Result<&'world Subscription, ArmError> {
    let subscription = world.subscriptions.get(id).ok_or_else(|| {
        ArmError::new(
            StatusCode::NOT_FOUND,
            "SubscriptionNotFound",
            format!("The subscription '{id}' could not be found."),
        )
    })?;
    if !rbac::sees(world, &call.who, &subscription.resource_id()) {
        return Err(ArmError::forbidden(
            &call.who,
            "Microsoft.Resources/subscriptions/read",
            &subscription.resource_id(),
        ));
    }
    Ok(subscription)
}

fn show(world: &World, subscription: &Subscription) -> Value {
    json!({
        "id": subscription.resource_id(),
        "authorizationSource": "RoleBased",
        "managedByTenants": [],
        "subscriptionId": subscription.id,
        "tenantId": world.tenant.id,
        "displayName": subscription.name,
        "state": subscription.state,
        "subscriptionPolicies": {
            "locationPlacementId": "Public_2014-09-01",
            "quotaId": "PayAsYouGo_2014-09-01",
            "spendingLimit": "Off",
        },
    })
}

fn show_group(world: &World, id: &str, location: &str) -> Value {
    let mut group = json!({
        "id": id,
        "name": resource_id::name(id),
        "type": "Microsoft.Resources/resourceGroups",
        "location": location,
        "properties": { "provisioningState": "Succeeded" },
    });
    if let Some(tags) = world.group_tags.get(&resource_id::key(id)) {
        group["tags"] = json!(tags);
    }
    group
}
