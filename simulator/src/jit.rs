//! What just-in-time access does over time: statuses of grants, and rules in security groups.
//!
//! A grant is stored with its instants only; everything else follows from those and from now.

mod initiate;
mod rules;

use jiff::Timestamp;

pub use self::{
    initiate::{Refusal, Wanted, WantedMachine, WantedPort, initiate},
    rules::{PREFIX, groups_written, rules_at},
};
use crate::world::{Behaviour, Grant, Policy, Request};

/// `Initiating`, `Initiated` or `Revoked`.
pub fn status(grant: &Grant, now: Timestamp) -> &'static str {
    if ended_at(grant) <= now {
        "Revoked"
    } else if now < grant.ready_at {
        // Not in the contract's enumeration, but what the service answers.
        "Initiating"
    } else {
        "Initiated"
    }
}

/// Why the grant has the status it has.
pub fn status_reason(grant: &Grant, now: Timestamp) -> &'static str {
    match &grant.cut {
        Some(cut) if cut.at <= now => cut.reason,
        Some(_) | None if grant.ends_at <= now => "Expired",
        Some(_) | None => "UserRequested",
    }
}

/// When the grant ends or ended.
pub fn ended_at(grant: &Grant) -> Timestamp {
    grant.cut.as_ref().map_or(grant.ends_at, |cut| cut.at.min(grant.ends_at))
}

/// Whether the grant's allow rule stands.
pub fn rule_stands(grant: &Grant, now: Timestamp) -> bool {
    grant.ready_at <= now && now < rule_until(grant)
}

/// When the grant's allow rule goes.
pub fn rule_until(grant: &Grant) -> Timestamp {
    grant.cut.as_ref().map_or(grant.ends_at, |cut| cut.rule_at.min(grant.ends_at))
}

/// The requests a policy still remembers.
pub fn history<'world>(
    policy: &'world Policy,
    behaviour: &Behaviour,
    now: Timestamp,
) -> impl Iterator<Item = &'world Request> {
    let forgotten = now - behaviour.history;
    policy.requests.iter().filter(move |request| is_remembered(request, forgotten))
}

fn is_remembered(request: &Request, forgotten: Timestamp) -> bool {
    request.machines.iter().flat_map(|machine| &machine.ports).any(|grant| forgotten < ended_at(grant))
}

/// `Updating` for a while after a save, then `Succeeded`.
pub fn provisioning_state(policy: &Policy, behaviour: &Behaviour, now: Timestamp) -> &'static str {
    if now < policy.saved_at + behaviour.update_delay { "Updating" } else { "Succeeded" }
}
