//! Azure's activity log and Postern's own trail, joined: a pure function of both.
//!
//! Azure knows Postern's calls as those of a service. Which of them was made for whom stands in the
//! trail, and what stands in no trail was made outside Postern. A correlation id alone proves
//! nothing, for whoever calls Azure can choose one: what was done, to which policy and when has to
//! fit as well.

mod call;
mod own;

use std::collections::{HashMap, HashSet};

use jiff::{SignedDuration, Timestamp};
use shared::activity::{Activity, ActivityStatus, Operation, Origin};
use uuid::Uuid;

use crate::audit::Outcome;
use crate::azure::activity::{KEPT, LATEST};
use crate::azure::security::PolicyId;

pub use call::{Call, calls};
pub use own::{Own, read};

/// How far apart in time the two records of one call can be.
pub const APART: SignedDuration = SignedDuration::from_mins(30);

/// Something that was done, and, where that is not known from the trail, the policy it was done to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// What is told.
    pub activity: Activity,
    /// The policy of a call that was made outside Postern.
    pub outside: Option<PolicyId>,
}

/// Joins what Azure tells with what is on record. `unread` are subscriptions whose log could not be
/// read.
pub fn join(calls: Vec<Call>, own: &[Own], unread: &[Uuid], now: Timestamp) -> Vec<Row> {
    let index = Index::of(own);
    let mut found: HashSet<usize> = HashSet::new();
    let mut rows = Vec::with_capacity(calls.len() + own.len());
    for call in calls {
        let places = index.of_call(&call, own);
        found.extend(&places);
        let made: Vec<&Own> = places.iter().map(|place| &own[*place]).collect();
        rows.push(if made.is_empty() { outside(call) } else { both(call, &made) });
    }
    let alone = own.iter().enumerate().filter(|(place, _)| !found.contains(place));
    rows.extend(alone.map(|(_, own)| Row { activity: alone_on_record(own, unread, now), outside: None }));
    rows
}

/// What is on record, by what a call is known by.
struct Index<'a> {
    by_correlation_id: HashMap<&'a str, Vec<usize>>,
    by_name: HashMap<Uuid, Vec<usize>>,
}

impl<'a> Index<'a> {
    fn of(own: &'a [Own]) -> Self {
        let mut index = Self { by_correlation_id: HashMap::new(), by_name: HashMap::new() };
        for (place, own) in own.iter().enumerate() {
            if let Some(id) = &own.correlation_id {
                index.by_correlation_id.entry(id).or_default().push(place);
            }
            for name in &own.names {
                index.by_name.entry(*name).or_default().push(place);
            }
        }
        index
    }

    /// What a call was made for. One call can be for several machines; of what else has its name, as
    /// access and its early end have, the nearest in time counts.
    fn of_call(&self, call: &Call, own: &[Own]) -> Vec<usize> {
        let fit = |places: Option<&Vec<usize>>| -> Vec<usize> {
            places.into_iter().flatten().copied().filter(|place| own[*place].fits(call)).collect()
        };
        let known = fit(call.correlation_id.as_deref().and_then(|id| self.by_correlation_id.get(id)));
        if !known.is_empty() {
            return known;
        }
        // An answer that was lost had the correlation id; Postern's own name for the call is left.
        let named = fit(call.client_request_id.and_then(|name| self.by_name.get(&name)));
        let nearest = named.iter().map(|place| own[*place].away(call)).min();
        named.into_iter().filter(|place| Some(own[*place].away(call)) == nearest).collect()
    }
}

fn outside(call: Call) -> Row {
    let activity = Activity {
        id: format!("z{}", call.operation),
        at: call.at,
        operation: call.deed,
        status: call.status,
        origin: Origin::Outside,
        name: call.name,
        account: call.caller,
        requested_for: None,
        address: call.address.map(|address| address.to_string()),
        vms: Vec::new(),
        policy: Some(call.policy.to_string()),
        ports: Vec::new(),
        source: None,
        until: None,
        reason: None,
        detail: call.message,
        request: None,
        correlation_id: call.correlation_id,
        subscription: call.policy.subscription(),
    };
    Row { activity, outside: Some(call.policy) }
}

/// The person is the one on record, and so is what they wanted; what came of it says Azure.
fn both(call: Call, made: &[&Own]) -> Row {
    let first = made[0];
    let is_close = first.operation == Operation::Close;
    let mut activity = Activity {
        id: format!("z{}", call.operation),
        at: call.at,
        operation: if is_close { Operation::Close } else { call.deed },
        status: call.status,
        origin: Origin::Both,
        policy: Some(call.policy.to_string()),
        detail: call.message.or_else(|| first.why()),
        correlation_id: call.correlation_id,
        ..told(first)
    };
    for other in &made[1..] {
        let news = other.vms.iter().filter(|vm| !activity.vms.contains(vm)).cloned().collect::<Vec<_>>();
        activity.vms.extend(news);
    }
    Row { activity, outside: None }
}

fn alone_on_record(own: &Own, unread: &[Uuid], now: Timestamp) -> Activity {
    let activity = told(own);
    let age = now.duration_since(own.at);
    let origin = if own.is_known_not_to_have_been_asked() {
        Origin::NotAsked
    } else if !own.is_of_the_log {
        Origin::OwnOnly
    } else if KEPT < age {
        Origin::TooOld
    } else if unread.contains(&activity.subscription) {
        Origin::NotRead
    } else if age < LATEST {
        Origin::NotYet
    } else {
        Origin::Missing
    };
    Activity { origin, ..activity }
}

/// What the trail says of it.
fn told(own: &Own) -> Activity {
    let status = match (&own.outcome, own.is_refusal) {
        (_, true) => ActivityStatus::Refused,
        (None, false) => ActivityStatus::Started,
        (Some(Outcome::Done { .. }), _) => match own.operation {
            Operation::Initiate | Operation::Close | Operation::Start => ActivityStatus::Accepted,
            Operation::Update | Operation::Delete | Operation::Link | Operation::Ask | Operation::Other => {
                ActivityStatus::Succeeded
            }
        },
        (Some(Outcome::Refused { .. } | Outcome::Failed { .. }), _) => ActivityStatus::Failed,
        (Some(Outcome::Unknown { .. }), _) => ActivityStatus::Unknown,
    };
    Activity {
        id: format!("p{}", own.seq),
        at: own.at,
        operation: own.operation,
        status,
        origin: Origin::NotAsked,
        name: own.name.clone(),
        account: own.account.clone(),
        requested_for: own.requested_for.clone(),
        address: own.address.clone(),
        vms: own.vms.clone(),
        policy: own.policy.clone(),
        ports: own.ports.clone(),
        source: own.source.clone(),
        until: own.until,
        reason: own.reason.clone(),
        detail: own.why(),
        request: own.request,
        correlation_id: own.correlation_id.clone(),
        subscription: own.subscription(),
    }
}

#[cfg(test)]
mod tests;
