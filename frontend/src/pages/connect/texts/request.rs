//! The sentences about a request.

use shared::access::{AccessRequest, Ending, Status};
use shared::moment;
use shared::port::Port;

use super::sentence;
use crate::components::standing::{refused, standing};

/// Where a request stands, in a few words.
pub fn status(status: &Status) -> String {
    match status {
        Status::Requesting => "Requesting access…".to_owned(),
        Status::Opening { .. } => "Access approved. Opening the port…".to_owned(),
        Status::Open { .. } => "Access granted. The port is open.".to_owned(),
        Status::Closing { .. } => "Closing the port…".to_owned(),
        Status::Refused { reason, .. } => refused(reason),
        Status::Failed { reason, .. } => format!("Failed: {}", sentence(reason)),
        Status::Ended { how, .. } => ended(*how).to_owned(),
    }
}

/// The same in a column of a table.
pub fn brief(status: &Status) -> String {
    match status {
        Status::Refused { .. } | Status::Failed { .. } => self::status(status),
        _ => standing(status).1.to_owned(),
    }
}

/// What helps somebody who looks into a request that got stuck.
pub fn report(request: &AccessRequest) -> String {
    let ports: Vec<String> = request.ports.iter().map(Port::to_string).collect();
    let correlation = request.correlation_id.as_deref().unwrap_or("unknown");
    format!(
        "Access request {}\nVM: {}\nPorts: {}\nSource: {}\nRequested: {} by {}\nEnds: {}\nState: {}\nAzure correlation id: {correlation}",
        request.id,
        request.vm,
        ports.join(", "),
        request.source,
        moment::text(request.requested_at),
        request.requested_by.username,
        moment::text(request.ends_at),
        request.status.name()
    )
}

/// How access came to its end.
pub fn ended(how: Ending) -> &'static str {
    match how {
        Ending::Expired => "Access ended: its time was over.",
        Ending::Replaced => "Access ended: a newer request for the same port took its place.",
        Ending::Extended => "Access extended: a newer request took its place.",
        Ending::Closed => "Access ended: it was closed early.",
        Ending::Withdrawn => "Access ended: Azure's policy no longer lists it.",
    }
}
