//! Microsoft.Insights: the activity log of a subscription.

mod filter;
mod record;
mod show;

use http::Method;
use jiff::Timestamp;
use serde_json::{Value, json};

use self::filter::Filter;
pub(super) use self::record::record;
use super::{call::Call, error::ArmError, paging, reply::Reply};
use crate::world::{Event, World};

const READ: &str = "Microsoft.Insights/eventtypes/values/read";

pub(super) fn answer(call: &Call<'_>, world: &World) -> Result<Reply, ArmError> {
    match (&call.method, &call.target.lower()[..]) {
        (&Method::GET, ["eventtypes", "management", "values"]) if call.target.group.is_none() => {
            list(call, world)
        }
        _ => Err(call.not_simulated()),
    }
}

/// One page of what the filter lets through, newest first.
fn list(call: &Call<'_>, world: &World) -> Result<Reply, ArmError> {
    let subscription = call.target.subscription.as_deref().unwrap_or_default();
    call.require(world, READ, &call.target.container())?;
    if let Some(unknown) = call.unknown_option(&["$filter", "$select", "$skiptoken"]) {
        return Err(refused(format!("The query option '{unknown}' is not supported.")));
    }
    let filter = Filter::parse(call.query("$filter"), call.now)?;
    let fields = call.query("$select").map(show::fields).transpose()?;
    let after = call.query("$skiptoken").map(position).transpose()?;
    let size = world.behaviour.page_size.max(1);
    let delay = world.behaviour.activity_delay;
    let events = world.activity.read(subscription, delay, call.now);
    let mut events = events
        .into_iter()
        .filter(|event| filter.lets_through(event))
        .filter(|event| after.is_none_or(|after| event.order() < after));
    let page: Vec<&Event> = events.by_ref().take(size).collect();
    let shown = page.iter().map(|event| show::show(world, event, fields.as_deref()));
    let mut body = json!({ "value": shown.collect::<Value>() });
    if let Some(last) = page.last().filter(|_| events.next().is_some()) {
        let (at, place) = last.order();
        body["nextLink"] = paging::link(call, "$skiptoken", &format!("{at} {place}")).into();
    }
    Ok(Reply::ok(body))
}

/// Where the page before ended.
fn position(token: &str) -> Result<(Timestamp, u64), ArmError> {
    let text = paging::decode(token)?;
    let position = text.split_once(' ').and_then(|(at, place)| Some((at.parse().ok()?, place.parse().ok()?)));
    position.ok_or_else(|| refused("The skip token is not valid."))
}

/// 400 in the flat shape that this service's specification has for errors.
fn refused(message: impl Into<String>) -> ArmError {
    ArmError::bad_request("BadRequest", message).flat()
}
