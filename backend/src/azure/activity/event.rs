//! Events as the log of version 2015-04-01 spells them.

use std::collections::HashMap;
use std::net::IpAddr;

use jiff::Timestamp;
use serde::Deserialize;
use uuid::Uuid;

use crate::azure::security::PolicyId;
use crate::azure::wire::{if_understood, utc};

/// Something that was done to a just-in-time policy, or the beginning of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// When.
    pub at: Timestamp,
    /// What beginning and end have in common.
    pub operation: String,
    /// What was done.
    pub deed: Deed,
    /// How far it had come.
    pub status: EventStatus,
    /// The policy.
    pub policy: PolicyId,
    /// Who did it, as Azure knows them: a username, or the object id of a service.
    pub caller: Option<String>,
    /// The name in their token.
    pub name: Option<String>,
    /// Where they called Azure from.
    pub address: Option<IpAddr>,
    /// What Azure answered them with as its name for the call.
    pub correlation_id: Option<String>,
    /// Their own name for it.
    pub client_request_id: Option<Uuid>,
    /// What Azure said, where it refused.
    pub message: Option<String>,
}

/// What can be done to a just-in-time policy.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Deed {
    /// Ports were asked for.
    Initiate,
    /// It was made or changed.
    Write,
    /// It was deleted.
    Delete,
    /// Something that we do not know.
    Other,
}

/// How far something has come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EventStatus {
    /// It has begun.
    Started,
    /// Azure has taken it on.
    Accepted,
    /// It is done.
    Succeeded,
    /// It was refused, or went wrong.
    Failed,
    /// A word we do not know.
    Other(String),
}

/// Everything that Azure may leave out is optional, and what is of another kind than expected
/// counts as left out.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct WireEvent {
    #[serde(deserialize_with = "utc")]
    pub(super) event_timestamp: Timestamp,
    #[serde(default, deserialize_with = "if_understood")]
    event_data_id: Option<String>,
    #[serde(default, deserialize_with = "if_understood")]
    operation_id: Option<String>,
    #[serde(default, deserialize_with = "if_understood")]
    operation_name: Option<WireText>,
    #[serde(default, deserialize_with = "if_understood")]
    status: Option<WireText>,
    #[serde(default, deserialize_with = "if_understood")]
    resource_id: Option<String>,
    #[serde(default, deserialize_with = "if_understood")]
    caller: Option<String>,
    #[serde(default, deserialize_with = "if_understood")]
    claims: Option<HashMap<String, String>>,
    #[serde(default, deserialize_with = "if_understood")]
    correlation_id: Option<String>,
    #[serde(default, deserialize_with = "if_understood")]
    http_request: Option<WireHttp>,
    #[serde(default, deserialize_with = "if_understood")]
    properties: Option<WireProperties>,
}

/// A word and its translation.
#[derive(Deserialize)]
struct WireText {
    #[serde(default, deserialize_with = "if_understood")]
    value: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct WireHttp {
    #[serde(default, deserialize_with = "if_understood")]
    client_request_id: Option<Uuid>,
    #[serde(default, deserialize_with = "if_understood")]
    client_ip_address: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct WireProperties {
    #[serde(default, deserialize_with = "if_understood")]
    status_message: Option<String>,
}

impl WireEvent {
    /// The event, if it is about a just-in-time policy of the subscription.
    pub(super) fn read(self, subscription: Uuid) -> Option<Event> {
        let word = |text: Option<WireText>| text.and_then(|text| text.value).unwrap_or_default();
        let name = word(self.operation_name);
        let policy = self.resource_id.as_deref().and_then(policy_of)?;
        if policy.subscription() != subscription {
            return None;
        }
        let mut claims = self.claims.unwrap_or_default();
        let (client_request_id, address) = self.http_request.map_or((None, None), |http| {
            (http.client_request_id, http.client_ip_address.as_deref().and_then(address))
        });
        let message = self.properties.and_then(|properties| properties.status_message);
        Some(Event {
            at: self.event_timestamp,
            operation: self.operation_id.or(self.event_data_id).unwrap_or_default(),
            deed: Deed::of(&name),
            status: EventStatus::of(word(self.status)),
            policy,
            caller: self.caller.filter(|caller| !caller.is_empty()),
            name: claims.remove("name").filter(|name| !name.is_empty()),
            address,
            correlation_id: self.correlation_id.filter(|id| !id.is_empty()),
            client_request_id,
            message: message.as_deref().and_then(sentence),
        })
    }
}

/// The policy that an id names, or something below it does.
fn policy_of(id: &str) -> Option<PolicyId> {
    let end = id.match_indices('/').nth(11).map_or(id.len(), |(end, _)| end);
    id[..end].parse().ok()
}

/// An address, to which some services add the port.
fn address(text: &str) -> Option<IpAddr> {
    text.parse().ok().or_else(|| text.parse().ok().map(|at: std::net::SocketAddr| at.ip()))
}

/// What a refusal says, which is JSON in text most of the time.
fn sentence(text: &str) -> Option<String> {
    #[derive(Default, Deserialize)]
    struct Wire {
        error: Option<Box<Wire>>,
        code: Option<String>,
        message: Option<String>,
    }
    let mut wire: Wire = serde_json::from_str(text).unwrap_or_default();
    if let Some(error) = wire.error.take() {
        wire = *error;
    }
    let said = wire.message.or(wire.code).unwrap_or_else(|| text.to_owned());
    Some(said).filter(|said| !said.is_empty())
}

impl Deed {
    fn of(operation: &str) -> Self {
        let operation = operation.to_ascii_lowercase();
        match operation.strip_prefix("microsoft.security/locations/jitnetworkaccesspolicies/") {
            Some("initiate/action") => Self::Initiate,
            Some("write") => Self::Write,
            Some("delete") => Self::Delete,
            Some(_) | None => Self::Other,
        }
    }
}

impl EventStatus {
    fn of(word: String) -> Self {
        match word.to_ascii_lowercase().as_str() {
            "started" => Self::Started,
            "accepted" => Self::Accepted,
            "succeeded" => Self::Succeeded,
            "failed" => Self::Failed,
            _ => Self::Other(word),
        }
    }
}

#[cfg(test)]
mod tests;
