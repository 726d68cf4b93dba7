//! Long-running operations, which one asks about until they are done.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

use http::StatusCode;
use jiff::Timestamp;
use serde_json::json;
use uuid::Uuid;

use super::{call::Call, error::ArmError, reply::Reply};
use crate::time;

/// The operations that were begun, by id.
#[derive(Debug, Default)]
pub(crate) struct Operations {
    begun: Mutex<HashMap<String, Operation>>,
}

#[derive(Debug, Clone, Copy)]
struct Operation {
    began_at: Timestamp,
    done_at: Timestamp,
}

/// 202 with the header that says where to ask.
pub(super) fn accepted(call: &Call<'_>, provider: &str, location: &str, done_at: Timestamp) -> Reply {
    let id = Uuid::new_v4().to_string();
    let operation = Operation { began_at: call.now, done_at };
    call.azure.operations.begun.lock().unwrap_or_else(PoisonError::into_inner).insert(id.clone(), operation);
    let subscription = call.target.subscription.as_deref().unwrap_or_default();
    let url = |kind: &str| {
        format!(
            "{}/subscriptions/{subscription}/providers/{provider}/locations/{location}/{kind}/{id}?api-version={}",
            call.base,
            call.query("api-version").unwrap_or_default()
        )
    };
    Reply::empty(StatusCode::ACCEPTED)
        .header("azure-asyncoperation", url("operations"))
        .header("location", url("operationResults"))
        .header("retry-after", "10")
}

/// 202 with nothing but the URL whose status is 202 until the end.
pub(super) fn located(call: &Call<'_>, provider: &str, location: &str, done_at: Timestamp) -> Reply {
    let mut reply = accepted(call, provider, location, done_at);
    reply.headers.retain(|(name, _)| *name != "azure-asyncoperation");
    reply
}

/// `GET …/locations/{location}/operations/{id}`: where it stands.
pub(super) fn status(call: &Call<'_>, id: &str) -> Result<Reply, ArmError> {
    let operation = find(call, id)?;
    let mut body =
        json!({ "name": id, "startTime": time::ticks(operation.began_at), "status": "InProgress" });
    if operation.done_at <= call.now {
        body["status"] = "Succeeded".into();
        body["endTime"] = time::ticks(operation.done_at).into();
        return Ok(Reply::ok(body));
    }
    Ok(Reply::ok(body).header("retry-after", "10"))
}

/// `GET …/locations/{location}/operationResults/{id}`: 202 until it is done.
pub(super) fn result(call: &Call<'_>, id: &str) -> Result<Reply, ArmError> {
    let operation = find(call, id)?;
    if operation.done_at <= call.now {
        return Ok(Reply::empty(StatusCode::OK));
    }
    Ok(Reply::empty(StatusCode::ACCEPTED)
        .header("location", format!("{}{}", call.base, call.target.path))
        .header("retry-after", "10"))
}

fn find(call: &Call<'_>, id: &str) -> Result<Operation, ArmError> {
    let begun = call.azure.operations.begun.lock().unwrap_or_else(PoisonError::into_inner);
    begun.get(&id.to_ascii_lowercase()).copied().ok_or_else(|| {
        ArmError::new(
            StatusCode::NOT_FOUND,
            "NotFound",
            format!("The entity was not found in this Azure location: '{id}'."),
        )
    })
}
