//! Calls as Azure tells them, each by one event when it began and another when it ended.

use std::collections::BTreeMap;
use std::net::IpAddr;

use jiff::Timestamp;
use shared::activity::{ActivityStatus, Operation};
use uuid::Uuid;

use crate::azure::activity::{Deed, Event, EventStatus};
use crate::azure::security::PolicyId;

/// Something that was done to a just-in-time policy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Call {
    /// When it began.
    pub at: Timestamp,
    /// Azure's name for what was done.
    pub operation: String,
    /// What was done.
    pub deed: Operation,
    /// What came of it.
    pub status: ActivityStatus,
    /// The policy.
    pub policy: PolicyId,
    /// Who did it, as Azure knows them.
    pub caller: Option<String>,
    /// The name in their token.
    pub name: Option<String>,
    /// Where they called Azure from.
    pub address: Option<IpAddr>,
    /// What Azure answered with as its name for the call.
    pub correlation_id: Option<String>,
    /// The caller's own name for it.
    pub client_request_id: Option<Uuid>,
    /// What Azure said, where it refused.
    pub message: Option<String>,
}

/// The calls that events tell of. Beginning and end are one.
pub fn calls(events: Vec<Event>) -> Vec<Call> {
    let mut calls: BTreeMap<(String, String), Call> = BTreeMap::new();
    for event in events {
        let key = (event.operation.clone(), event.policy.to_string().to_lowercase());
        let call = Call::from(event);
        match calls.get_mut(&key) {
            Some(known) => known.add(call),
            None => {
                calls.insert(key, call);
            }
        }
    }
    calls.into_values().collect()
}

impl Call {
    fn add(&mut self, other: Self) {
        self.at = self.at.min(other.at);
        if rank(self.status) < rank(other.status) {
            self.status = other.status;
        }
        if self.deed == Operation::Other {
            self.deed = other.deed;
        }
        let Self { caller, name, address, correlation_id, client_request_id, message, .. } = other;
        self.caller = self.caller.take().or(caller);
        self.name = self.name.take().or(name);
        self.address = self.address.or(address);
        self.correlation_id = self.correlation_id.take().or(correlation_id);
        self.client_request_id = self.client_request_id.or(client_request_id);
        self.message = self.message.take().or(message);
    }
}

/// What says more of how something ended counts more.
fn rank(status: ActivityStatus) -> u8 {
    match status {
        ActivityStatus::Unknown => 0,
        ActivityStatus::Started => 1,
        ActivityStatus::Accepted => 2,
        ActivityStatus::Succeeded | ActivityStatus::Refused => 3,
        ActivityStatus::Failed => 4,
    }
}

impl From<Event> for Call {
    fn from(event: Event) -> Self {
        Self {
            at: event.at,
            operation: event.operation,
            deed: match event.deed {
                Deed::Initiate => Operation::Initiate,
                Deed::Write => Operation::Update,
                Deed::Delete => Operation::Delete,
                Deed::Other => Operation::Other,
            },
            status: match event.status {
                EventStatus::Started => ActivityStatus::Started,
                EventStatus::Accepted => ActivityStatus::Accepted,
                EventStatus::Succeeded => ActivityStatus::Succeeded,
                EventStatus::Failed => ActivityStatus::Failed,
                EventStatus::Other(_) => ActivityStatus::Unknown,
            },
            policy: event.policy,
            caller: event.caller,
            name: event.name,
            address: event.address,
            correlation_id: event.correlation_id,
            client_request_id: event.client_request_id,
            message: event.message,
        }
    }
}
