//! How the log tells an event.

use http::StatusCode;
use serde_json::{Map, Value, json};

use super::refused;
use crate::{
    arm::{error::ArmError, versions},
    resource_id, time,
    world::{Bodies, Event, Stage, World},
};

/// What `$select` may name. `caller` is not among it.
const SELECTABLE: [&str; 19] = [
    "authorization",
    "claims",
    "correlationId",
    "description",
    "eventDataId",
    "eventName",
    "eventTimestamp",
    "httpRequest",
    "level",
    "operationId",
    "operationName",
    "properties",
    "resourceGroupName",
    "resourceProviderName",
    "resourceId",
    "status",
    "submissionTimestamp",
    "subStatus",
    "subscriptionId",
];

/// The fields that `$select` names.
pub(super) fn fields(select: &str) -> Result<Vec<&str>, ArmError> {
    let fields: Vec<&str> = select.split(',').map(str::trim).collect();
    match fields.iter().find(|field| !SELECTABLE.contains(field)) {
        Some(unknown) => Err(refused(format!("The property '{unknown}' of $select is not supported."))),
        None => Ok(fields),
    }
}

/// An event; only `fields` of it if there are any.
pub(super) fn show(world: &World, event: &Event, fields: Option<&[&str]>) -> Value {
    let mut body = whole(world, event);
    if let (Some(fields), Some(members)) = (fields, body.as_object_mut()) {
        members.retain(|name, _| fields.contains(&name.as_str()));
    }
    body
}

fn whole(world: &World, event: &Event) -> Value {
    let provider = resource_id::after(&event.resource, "providers").unwrap_or_default();
    let provider = versions::spelling(&provider.to_ascii_lowercase()).to_owned();
    let (name, localized) = match event.stage {
        Stage::Begun => ("BeginRequest", "Begin request"),
        Stage::Ended(..) => ("EndRequest", "End request"),
    };
    let mut body = json!({
        "authorization": { "action": event.action, "scope": event.resource },
        "caller": event.caller.id,
        "channels": "Operation",
        "claims": event.caller.claims,
        "correlationId": event.correlation_id,
        "description": "",
        "eventDataId": event.id,
        "eventName": { "value": name, "localizedValue": localized },
        "category": both("Administrative"),
        "eventTimestamp": time::ticks(event.at),
        "id": format!("{}/events/{}/ticks/{}", event.resource, event.id, event.at.as_microsecond() * 10),
        "level": level(&event.stage),
        "operationId": event.operation_id,
        "operationName": { "value": event.action, "localizedValue": localized_action(&event.action) },
        "resourceGroupName": resource_id::group(&event.resource).unwrap_or_default(),
        "resourceProviderName": both(&provider),
        "resourceType": both(kind(&event.action)),
        "resourceId": event.resource,
        "status": both(status(&event.stage)),
        "subStatus": sub_status(&event.stage),
        "submissionTimestamp": time::seconds(event.submitted_at(world.behaviour.activity_delay)),
        "subscriptionId": resource_id::subscription(&event.resource).unwrap_or_default(),
        "tenantId": world.tenant.id,
        "properties": properties(world, event),
    });
    if let Some(request) = &event.request {
        body["httpRequest"] = json!({
            "clientRequestId": request.client_request_id,
            "clientIpAddress": request.address,
            "method": request.method.as_str(),
            "uri": request.uri,
        });
    }
    body
}

/// What the call was and what it was answered: the answer's words where it was refused, and its
/// own body only where this Azure tells those.
fn properties(world: &World, event: &Event) -> Value {
    let mut properties = Map::new();
    let mut put = |name: &str, value: String| properties.insert(name.to_owned(), value.into());
    if let Stage::Ended(status, message) = &event.stage {
        put("statusCode", word(*status));
        put("serviceRequestId", String::new());
        if let Some(message) = message {
            put("statusMessage", message.clone());
        }
    }
    let body = event.request.as_ref().filter(|_| world.behaviour.activity_bodies == Bodies::Shown);
    put("requestbody", body.map(|request| request.body.clone()).unwrap_or_default());
    put("eventCategory", "Administrative".to_owned());
    put("entity", event.resource.clone());
    Value::Object(properties)
}

fn both(text: &str) -> Value {
    json!({ "value": text, "localizedValue": text })
}

fn level(stage: &Stage) -> &'static str {
    match stage {
        Stage::Ended(status, _) if !status.is_success() => "Error",
        Stage::Begun | Stage::Ended(..) => "Informational",
    }
}

fn status(stage: &Stage) -> &'static str {
    match stage {
        Stage::Begun => "Started",
        Stage::Ended(StatusCode::ACCEPTED, _) => "Accepted",
        Stage::Ended(status, _) if status.is_success() => "Succeeded",
        Stage::Ended(..) => "Failed",
    }
}

fn sub_status(stage: &Stage) -> Value {
    match stage {
        Stage::Begun => both(""),
        Stage::Ended(status, _) => json!({
            "value": word(*status),
            "localizedValue": format!("{} (HTTP Status Code: {})", word(*status), status.as_u16()),
        }),
    }
}

/// A status in one word, such as `BadRequest`; `OK` as it is.
fn word(status: StatusCode) -> String {
    status.canonical_reason().unwrap_or("Unknown").replace(' ', "")
}

/// The type of what an action is done to.
fn kind(action: &str) -> &str {
    let kind = action.rsplit_once('/').map_or(action, |(kind, _)| kind);
    if action.ends_with("/action") { kind.rsplit_once('/').map_or(kind, |(kind, _)| kind) } else { kind }
}

fn localized_action(action: &str) -> &str {
    match action {
        "Microsoft.Security/locations/jitNetworkAccessPolicies/initiate/action" => {
            "Initiate JIT Network Access Policy"
        }
        "Microsoft.Security/locations/jitNetworkAccessPolicies/write" => "Update JIT Network Access Policy",
        "Microsoft.Security/locations/jitNetworkAccessPolicies/delete" => "Delete JIT Network Access Policy",
        "Microsoft.Network/networkSecurityGroups/write" => "Create or Update Network Security Group",
        "Microsoft.Network/networkSecurityGroups/securityRules/write" => "Create or Update Security Rule",
        "Microsoft.Network/networkSecurityGroups/securityRules/delete" => "Delete Security Rule",
        "Microsoft.Compute/virtualMachines/start/action" => "Start Virtual Machine",
        other => other,
    }
}
