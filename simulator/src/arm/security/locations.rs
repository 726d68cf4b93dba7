//! Where Defender for Cloud keeps a subscription's data.

use serde_json::{Value, json};

use crate::{
    arm::{call::Call, error::ArmError, reply::Reply},
    world::{Subscription, World},
};

const READ: &str = "Microsoft.Security/locations/read";

/// Each subscription has one.
pub(super) fn list(call: &Call<'_>, world: &World) -> Result<Reply, ArmError> {
    let subscription = subscription(call, world)?;
    Ok(Reply::ok(json!({ "value": [show(subscription)] })))
}

pub(super) fn get(call: &Call<'_>, world: &World) -> Result<Reply, ArmError> {
    let subscription = subscription(call, world)?;
    let wanted = call.target.rest.get(1).map_or("", String::as_str);
    if wanted.eq_ignore_ascii_case(&subscription.defender_location) {
        return Ok(Reply::ok(show(subscription)));
    }
    Err(call.not_found())
}

fn subscription<'world>(call: &Call<'_>, world: &'world World) -> Result<&'world Subscription, ArmError> {
    call.require(world, READ, &call.target.container())?;
    let id = call.target.subscription.as_deref().unwrap_or_default();
    world.subscription(id).ok_or_else(|| call.not_found())
}

fn show(subscription: &Subscription) -> Value {
    let location = &subscription.defender_location;
    json!({
        "id": format!("{}/providers/Microsoft.Security/locations/{location}", subscription.resource_id()),
        "name": location,
        "type": "Microsoft.Security/locations",
        "properties": { "homeRegionName": location },
    })
}
