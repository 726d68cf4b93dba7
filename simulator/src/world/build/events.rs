//! Building what the activity log tells of the past.

use http::{Method, StatusCode};
use jiff::Timestamp;

use crate::world::{Caller, Deed, HttpRequest, NewDeed, NewEvent, World, WorldError};

impl World {
    /// Lets the log tell something that was done before the world began.
    pub fn add_past_event(&mut self, new: &NewEvent) -> Result<(), WorldError> {
        let whose = || format!("an event of `{}`", new.vm);
        let unknown = |kind, name: &str| WorldError::Unknown { whose: whose(), kind, name: name.to_owned() };
        if policy_of(self, &new.vm).is_none() {
            return Err(unknown("the machine with a policy", &new.vm));
        }
        if self.person(&new.by).is_none() && self.app(&new.by).is_none() {
            return Err(unknown("the person or app", &new.by));
        }
        StatusCode::from_u16(new.status)
            .map_err(|error| WorldError::Invalid { whose: whose(), problem: error.to_string() })?;
        self.past_events.push(new.clone());
        Ok(())
    }
}

/// Writes something of the past into the log.
pub(in crate::world) fn past_event(world: &mut World, new: &NewEvent, now: Timestamp) {
    let Some(policy) = policy_of(world, &new.vm) else { return };
    let status = StatusCode::from_u16(new.status).unwrap_or_default();
    log(world, &policy, new.deed, &new.by, &new.address, now - new.ago, status);
}

/// Writes something that was done to a policy into the log; somebody unknown is a service.
pub(super) fn log(
    world: &mut World,
    policy: &str,
    deed: NewDeed,
    by: &str,
    address: &str,
    at: Timestamp,
    status: StatusCode,
) {
    let seed = format!("{policy} {at} {by}");
    let caller = match (world.person(by), world.app(by)) {
        (Some(person), _) => Caller::person(world, &person.object_id, &person.username, PORTAL),
        (None, Some(app)) => Caller::app(world, &app.object_id, &app.client_id),
        (None, None) => Caller::app(world, &id("service"), &id("application of the service")),
    };
    let refused = || format!(r#"{{"error":{{"code":"{}"}}}}"#, status.canonical_reason().unwrap_or_default());
    let method = match deed {
        NewDeed::Initiate => Method::POST,
        NewDeed::Write => Method::PUT,
        NewDeed::Delete => Method::DELETE,
    };
    world.activity.write(&Deed {
        at,
        correlation_id: crate::stable::uuid(&seed),
        caller,
        action: deed.action().to_owned(),
        resource: policy.to_owned(),
        request: Some(HttpRequest {
            client_request_id: id(&format!("call {seed}")),
            address: address.to_owned(),
            method,
            uri: format!("https://management.azure.com{policy}"),
            body: String::new(),
        }),
        status,
        message: (!status.is_success()).then(refused),
    });
}

/// The application that people at the portal act through.
const PORTAL: &str = "c44b4083-3bb0-49c1-b47d-974e53cbdf3c";

fn id(seed: &str) -> String {
    crate::stable::uuid(seed).to_string()
}

fn policy_of(world: &World, vm: &str) -> Option<String> {
    let vm = world.vm(vm)?;
    Some(world.policies_of(&vm.id).next()?.id.clone())
}
