//! Defender plans of a subscription; of the many, the one for servers is real.

use http::StatusCode;
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::{
    arm::{call::Call, error::ArmError, reply::Reply},
    time,
    world::{Plan, Subscription, World},
};

const READ: &str = "Microsoft.Security/pricings/read";

/// The plans Defender has, shortened.
const NAMES: [&str; 4] = ["VirtualMachines", "StorageAccounts", "KeyVaults", "CloudPosture"];

pub(super) fn list(call: &Call<'_>, world: &World) -> Result<Reply, ArmError> {
    let subscription = subscription(call, world, READ)?;
    // `name in (VirtualMachines,CloudPosture)`
    let wanted = call
        .query("$filter")
        .and_then(|filter| filter.split_once('('))
        .map(|(_, names)| names.trim_end_matches(')'));
    let names = NAMES.iter().filter(|name| {
        wanted.is_none_or(|wanted| {
            wanted.split(',').any(|wanted| wanted.trim().trim_matches('\'').eq_ignore_ascii_case(name))
        })
    });
    Ok(Reply::ok(json!({ "value": names.map(|name| show(subscription, name, call.now)).collect::<Value>() })))
}

pub(super) fn get(call: &Call<'_>, world: &World) -> Result<Reply, ArmError> {
    let subscription = subscription(call, world, READ)?;
    Ok(Reply::ok(show(subscription, name(call)?, call.now)))
}

#[derive(Deserialize)]
struct Body {
    properties: Properties,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Properties {
    pricing_tier: String,
    #[serde(default)]
    sub_plan: Option<String>,
}

/// Changes the plan. Without a sub-plan an earlier one stays, else it is the second.
pub(super) fn put(call: &Call<'_>, world: &mut World) -> Result<Reply, ArmError> {
    let before = subscription(call, world, "Microsoft.Security/pricings/write")?.clone();
    let name = name(call)?;
    let properties = call.json::<Body>()?.properties;
    if name != "VirtualMachines" {
        return Err(call.not_simulated());
    }
    let plan = match (properties.pricing_tier.as_str(), properties.sub_plan.as_deref()) {
        ("Free", _) => Plan::Free,
        ("Standard", Some("P1")) => Plan::P1,
        ("Standard", None) if before.plan == Plan::P1 => Plan::P1,
        ("Standard", None | Some("P2")) => Plan::P2,
        (tier, sub_plan) => {
            return Err(ArmError::bad_request(
                "BadRequest",
                format!(
                    "There is no pricing tier '{tier}' with sub-plan '{}'.",
                    sub_plan.unwrap_or_default()
                ),
            ));
        }
    };
    let now = call.now;
    let after = world.subscriptions.get_mut(&before.id).map(|subscription| {
        subscription.change_plan(plan, now);
        show(subscription, name, now)
    });
    let reply = after.map(Reply::ok).ok_or_else(|| call.not_found())?;
    Ok(reply.header("x-ms-ratelimit-remaining-subscription-resource-requests", "249").status(StatusCode::OK))
}

fn subscription<'world>(
    call: &Call<'_>,
    world: &'world World,
    action: &str,
) -> Result<&'world Subscription, ArmError> {
    call.require(world, action, &call.target.container())?;
    let id = call.target.subscription.as_deref().unwrap_or_default();
    world.subscription(id).ok_or_else(|| call.not_found())
}

fn name(call: &Call<'_>) -> Result<&'static str, ArmError> {
    let wanted = call.target.rest.get(1).map_or("", String::as_str);
    NAMES.iter().find(|name| name.eq_ignore_ascii_case(wanted)).copied().ok_or_else(|| call.not_found())
}

/// A plan as a resource; the API says `"True"` and `"False"` as text.
pub(in crate::arm) fn show(subscription: &Subscription, name: &str, now: Timestamp) -> Value {
    let plan = if name == "VirtualMachines" { subscription.plan_at(now) } else { Plan::Free };
    let mut properties = json!({
        "pricingTier": if plan == Plan::Free { "Free" } else { "Standard" },
        "freeTrialRemainingTime": as_days(subscription.trial_left(now)),
        "enforce": "False",
        "resourcesCoverageStatus": if plan == Plan::Free { "NotCovered" } else { "FullyCovered" },
    });
    put_sub_plan(&mut properties, plan);
    if let Some(since) = subscription.plan_since.filter(|_| plan != Plan::Free) {
        properties["enablementTime"] = time::seconds(since).into();
    }
    json!({
        "id": format!("{}/providers/Microsoft.Security/pricings/{name}", subscription.resource_id()),
        "name": name,
        "type": "Microsoft.Security/pricings",
        "properties": properties,
    })
}

/// The plan of a machine that has one of its own: the first, or none (`Microsoft.Security/pricings`
/// 2024-01-01, on the scope of a resource).
pub(in crate::arm) fn show_of_machine(vm: &str, plan: Plan) -> Value {
    let mut properties = json!({
        "pricingTier": if plan == Plan::Free { "Free" } else { "Standard" },
        "freeTrialRemainingTime": "PT0S",
        "inherited": "False",
    });
    put_sub_plan(&mut properties, plan);
    json!({
        "id": format!("{vm}/providers/Microsoft.Security/pricings/VirtualMachines"),
        "name": "VirtualMachines",
        "type": "Microsoft.Security/pricings",
        "properties": properties,
    })
}

fn put_sub_plan(properties: &mut Value, plan: Plan) {
    let sub_plan = match plan {
        Plan::Free => return,
        Plan::P1 => "P1",
        Plan::P2 => "P2",
    };
    properties["subPlan"] = sub_plan.into();
}

/// As .NET writes spans of time: days, and what is left of one.
fn as_days(left: SignedDuration) -> String {
    let seconds = left.as_secs();
    if seconds <= 0 {
        return "PT0S".to_owned();
    }
    let (days, rest) = (seconds / 86_400, seconds % 86_400);
    let time = if rest == 0 {
        String::new()
    } else {
        format!("T{}H{}M{}S", rest / 3600, rest % 3600 / 60, rest % 60)
    };
    format!("P{days}D{time}")
}
