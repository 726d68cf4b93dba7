//! Azure Resource Graph: requests, pages, quota. Queries are run by [`crate::kql`].

mod quota;
mod rows;
mod snapshots;
mod tables;

use std::sync::Arc;

use http::{Method, StatusCode};
use serde::Deserialize;
use serde_json::{Map, Value, json};

pub(crate) use self::snapshots::Snapshots;
use self::tables::GraphTables;
use super::{call::Call, error::ArmError, reply::Reply};
use crate::{
    kql, rbac,
    world::{World, management_group_id},
};

/// Rows on a page if the query says nothing.
const DEFAULT_TOP: usize = 100;
/// Rows on a page at most.
const MOST: usize = 1000;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Body {
    #[serde(default)]
    subscriptions: Option<Vec<String>>,
    #[serde(default)]
    management_groups: Option<Vec<String>>,
    query: String,
    #[serde(default)]
    options: Options,
    #[serde(default)]
    facets: Option<Vec<Value>>,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Options {
    #[serde(rename = "$top")]
    top: Option<usize>,
    #[serde(rename = "$skip")]
    skip: Option<usize>,
    #[serde(rename = "$skipToken")]
    skip_token: Option<String>,
    result_format: Option<String>,
}

pub(super) fn answer(call: &Call<'_>, world: &World) -> Result<Reply, ArmError> {
    if (&call.method, &call.target.lower()[..]) != (&Method::POST, &["resources"]) {
        return Err(call.not_simulated());
    }
    let quota = if world.behaviour.throttling {
        call.azure.snapshots.quota.take(&call.who, call.now)?
    } else {
        Vec::new()
    };
    let body: Body = call.json()?;
    let mut reply = resources(call, world, &body)?;
    reply.headers.extend(quota);
    Ok(reply)
}

fn resources(call: &Call<'_>, world: &World, body: &Body) -> Result<Reply, ArmError> {
    let top = body.options.top.unwrap_or(DEFAULT_TOP);
    if !(1..=MOST).contains(&top) {
        return Err(bad_query(
            json!({ "code": "InvalidTop", "message": format!("$top must be from 1 to {MOST}.") }),
        ));
    }
    if body.facets.as_ref().is_some_and(|facets| !facets.is_empty()) {
        return Err(call.not_simulated());
    }
    let kept = &call.azure.snapshots;
    let (start, snapshot) = match &body.options.skip_token {
        Some(token) => kept.resume(token, &call.who, &body.query)?,
        None => (body.options.skip.unwrap_or_default(), None),
    };
    let snapshot = match snapshot {
        Some(rows) => rows,
        None => Arc::new(run(call, world, body)?),
    };
    let rows = snapshot.get(start..).unwrap_or_default();
    let page = &rows[..rows.len().min(top)];
    let mut answer = json!({
        "totalRecords": snapshot.len(),
        "count": page.len(),
        "resultTruncated": "false",
        "facets": [],
    });
    if page.len() < rows.len() {
        // Pages are only for queries whose rows can be told apart.
        if page.iter().all(|row| row.contains_key("id")) {
            let next = kept.keep(&call.who, &body.query, start + page.len(), &snapshot);
            answer["$skipToken"] = next.into();
        } else {
            answer["resultTruncated"] = "true".into();
        }
    }
    answer["data"] = format_rows(page, body.options.result_format.as_deref());
    Ok(Reply::ok(answer))
}

fn run(call: &Call<'_>, world: &World, body: &Body) -> Result<Vec<Map<String, Value>>, ArmError> {
    let as_of = call.now - world.behaviour.graph_lag;
    let tables = GraphTables::new(world, &call.who, subscriptions(call, world, body)?, as_of);
    kql::run(&body.query, &tables).map_err(|error| bad_query(error.detail()))
}

/// The subscriptions to query: those asked for that they see, else all they see.
fn subscriptions(call: &Call<'_>, world: &World, body: &Body) -> Result<Vec<String>, ArmError> {
    let seen = |id: &String| rbac::sees(world, &call.who, &format!("/subscriptions/{id}"));
    let all = || world.subscriptions.keys().filter(|id| seen(id)).cloned().collect::<Vec<_>>();
    let found: Vec<String> = match (&body.subscriptions, &body.management_groups) {
        (Some(asked), _) if !asked.is_empty() => {
            if let Some(mistaken) = asked.iter().find(|id| id.parse::<uuid::Uuid>().is_err()) {
                return Err(bad_query(json!({
                    "code": "InvalidSubscriptionId",
                    "message": format!("The subscription id '{mistaken}' is not a GUID."),
                })));
            }
            let asked = asked.iter().map(|id| id.to_ascii_lowercase());
            asked.filter(|id| world.subscriptions.contains_key(id) && seen(id)).collect()
        }
        (_, Some(groups)) if !groups.is_empty() => {
            let is_in = |id: &String, group: &String| {
                world.is_within(&format!("/subscriptions/{id}"), &management_group_id(group))
            };
            all().into_iter().filter(|id| groups.iter().any(|group| is_in(id, group))).collect()
        }
        _ => return Ok(all()),
    };
    if found.is_empty() {
        return Err(ArmError::new(StatusCode::FORBIDDEN, "Forbidden", "Access to the requested scopes is denied.").detail(
            json!({ "code": "AccessDenied", "message": "None of the requested subscriptions or management groups can be read by the caller." }),
        ));
    }
    Ok(found)
}

/// `objectArray`, or `table` with columns and rows.
fn format_rows(page: &[Map<String, Value>], format: Option<&str>) -> Value {
    if !format.is_some_and(|format| format.eq_ignore_ascii_case("table")) {
        return json!(page);
    }
    let names: Vec<&String> = page.first().into_iter().flat_map(|row| row.keys()).collect();
    let kind = |name: &str| match page.first().and_then(|row| row.get(name)) {
        Some(Value::String(_)) => "string",
        Some(Value::Number(_)) => "integer",
        Some(Value::Bool(_)) => "boolean",
        _ => "object",
    };
    let cells = |row: &Map<String, Value>| {
        names.iter().map(|name| row.get(*name).cloned().unwrap_or_default()).collect::<Value>()
    };
    json!({
        "columns": names.iter().map(|name| json!({ "name": name, "type": kind(name) })).collect::<Value>(),
        "rows": page.iter().map(cells).collect::<Value>(),
    })
}

/// 400 in the envelope of Resource Graph: the cause stands among the details.
fn bad_query(detail: Value) -> ArmError {
    ArmError::bad_request(
        "BadRequest",
        "Please provide below info when asking for support: timestamp, correlationId.",
    )
    .detail(detail)
}
