//! The activity log: what was done at the control plane, when, and by whom.

mod rules;

use std::collections::BTreeMap;

use http::{Method, StatusCode};
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use uuid::Uuid;

use super::World;

/// How long the log keeps an event.
pub const KEPT: SignedDuration = SignedDuration::from_hours(90 * 24);

/// The application that writes the rules of just-in-time: “Windows Azure Security Resource
/// Provider”. It is the caller of those events, by its application id.
pub const DEFENDER: &str = "8edd93e1-2103-40b4-bd70-6e34e586362d";

/// From something that was done until the log tells it: 3 to 20 minutes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(try_from = "SignedDuration")]
pub struct ActivityDelay(SignedDuration);

impl ActivityDelay {
    pub const SHORTEST: Self = Self(SignedDuration::from_mins(3));
    pub const LONGEST: Self = Self(SignedDuration::from_mins(20));
}

impl TryFrom<SignedDuration> for ActivityDelay {
    type Error = String;

    fn try_from(delay: SignedDuration) -> Result<Self, String> {
        if (Self::SHORTEST.0..=Self::LONGEST.0).contains(&delay) {
            return Ok(Self(delay));
        }
        Err(format!("the activity log is 3 to 20 minutes behind, not {delay:#}"))
    }
}

/// One event. What is done has two of them, which share the operation's id.
#[derive(Debug, Clone)]
pub struct Event {
    pub at: Timestamp,
    pub id: Uuid,
    pub operation_id: Uuid,
    /// What Resource Manager answered the caller with as its name for the call.
    pub correlation_id: Uuid,
    pub caller: Caller,
    /// As role definitions name it, such as `Microsoft.Compute/virtualMachines/start/action`.
    pub action: String,
    /// The id of what it was done to.
    pub resource: String,
    pub stage: Stage,
    /// Absent where nobody called over HTTP.
    pub request: Option<HttpRequest>,
    /// Which change of which rule it tells, if it is one of just-in-time's.
    rule: Option<rules::RuleChange>,
    /// Events of one instant are told in the order in which they were written.
    place: u64,
}

/// Who did it.
#[derive(Debug, Clone)]
pub struct Caller {
    /// Username of a person, object id of a service principal, application id of Azure's own.
    pub id: String,
    /// What stood in their token.
    pub claims: BTreeMap<&'static str, String>,
}

/// How far it has come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Stage {
    Begun,
    /// What the caller was answered; the message is the answer's body where it was a refusal.
    Ended(StatusCode, Option<String>),
}

/// The call as it came in.
#[derive(Debug, Clone)]
pub struct HttpRequest {
    /// The caller's own name for it.
    pub client_request_id: String,
    pub address: String,
    pub method: Method,
    pub uri: String,
    pub body: String,
}

/// Something that was done, of which two events tell.
#[derive(Debug, Clone)]
pub struct Deed {
    pub at: Timestamp,
    pub correlation_id: Uuid,
    pub caller: Caller,
    pub action: String,
    pub resource: String,
    pub request: Option<HttpRequest>,
    pub status: StatusCode,
    pub message: Option<String>,
}

/// All events, those to come among them.
#[derive(Debug, Clone, Default)]
pub struct ActivityLog {
    events: Vec<Event>,
    written: u64,
}

/// How often what is too old is thrown away.
const SWEEP_EVERY: usize = 1024;

impl ActivityLog {
    /// Writes down that something was done.
    pub fn write(&mut self, deed: &Deed) {
        self.write_as(deed, None);
    }

    fn write_as(&mut self, deed: &Deed, rule: Option<&rules::RuleChange>) {
        if self.events.len() % SWEEP_EVERY == SWEEP_EVERY - 1 {
            self.events.retain(|event| deed.at - KEPT <= event.at);
        }
        let operation_id = Uuid::new_v4();
        for stage in [Stage::Begun, Stage::Ended(deed.status, deed.message.clone())] {
            self.written += 1;
            self.events.push(Event {
                at: deed.at,
                id: Uuid::new_v4(),
                operation_id,
                correlation_id: deed.correlation_id,
                caller: deed.caller.clone(),
                action: deed.action.clone(),
                resource: deed.resource.clone(),
                stage,
                request: deed.request.clone(),
                rule: rule.cloned(),
                place: self.written,
            });
        }
    }

    /// What can be read of a subscription, newest first.
    pub(crate) fn read<'log>(
        &'log self,
        subscription: &str,
        delay: ActivityDelay,
        now: Timestamp,
    ) -> Vec<&'log Event> {
        let readable = |event: &&Event| {
            event.submitted_at(delay) <= now
                && now - KEPT <= event.at
                && crate::resource_id::is_within(&event.resource, &format!("/subscriptions/{subscription}"))
        };
        let mut events: Vec<&Event> = self.events.iter().filter(readable).collect();
        events.sort_by_key(|event| std::cmp::Reverse(event.order()));
        events
    }
}

impl Event {
    /// When it came to be readable.
    pub(crate) fn submitted_at(&self, delay: ActivityDelay) -> Timestamp {
        self.at + delay.0
    }

    /// What events are sorted by.
    pub(crate) fn order(&self) -> (Timestamp, u64) {
        (self.at, self.place)
    }
}

impl Caller {
    /// A person, by what their token says.
    pub(crate) fn person(world: &World, object_id: &str, username: &str, app: &str) -> Self {
        let mut claims = BTreeMap::from([
            ("appid", app.to_owned()),
            ("http://schemas.microsoft.com/identity/claims/objectidentifier", object_id.to_owned()),
            ("http://schemas.microsoft.com/identity/claims/tenantid", world.tenant.id.clone()),
            ("http://schemas.xmlsoap.org/ws/2005/05/identity/claims/upn", username.to_owned()),
        ]);
        if let Some(person) = world.person(object_id) {
            claims.insert("name", person.name.clone());
        }
        Self { id: username.to_owned(), claims }
    }

    /// An app that acts for itself.
    pub(crate) fn app(world: &World, object_id: &str, app: &str) -> Self {
        let claims = BTreeMap::from([
            ("appid", app.to_owned()),
            ("http://schemas.microsoft.com/identity/claims/objectidentifier", object_id.to_owned()),
            ("http://schemas.microsoft.com/identity/claims/tenantid", world.tenant.id.clone()),
        ]);
        Self { id: object_id.to_owned(), claims }
    }

    /// What writes the rules of just-in-time.
    fn defender() -> Self {
        Self { id: DEFENDER.to_owned(), claims: BTreeMap::from([("appid", DEFENDER.to_owned())]) }
    }
}
