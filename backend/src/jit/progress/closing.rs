//! What Azure's policy says about a request that is being closed early.

use jiff::{SignedDuration, Timestamp};
use shared::access::{AccessRequest, Ending, Status, Technique};

use super::{ending, is_for_the_same, is_of};
use crate::azure::security::{Policy, PolicyRequest};
use crate::guardrails::request_closed_by;

/// The request as it stands now, if that is not where it stood: closed, agreed to be closed, or
/// open as before. `showing` is how long Azure may take to show what it was asked for.
///
/// Whoever has a rule deleted sees nothing of that in the policy, which goes on listing the request
/// as open; only that it is over can be learned here.
pub fn closing(
    request: &AccessRequest,
    policy: Option<&Policy>,
    showing: SignedDuration,
    now: Timestamp,
) -> Option<AccessRequest> {
    let Status::Closing { since, until, technique, .. } = request.status else { return None };
    let entries = || policy.iter().flat_map(|policy| &policy.requests);
    let own: Vec<_> =
        entries().filter(|entry| is_of(entry, request) && !is_closing(entry, request)).collect();
    let newer: Vec<_> = entries().filter(|entry| is_closing(entry, request)).collect();
    let is_over = |entry: &&PolicyRequest| ending(&entry.status).is_some();
    let closes_at = newer.iter().map(|entry| entry.ends_at).max();
    if own.iter().chain(&newer).all(is_over) {
        let how = own.first().and_then(|entry| ending(&entry.status));
        return match (closes_at, how) {
            (Some(end), _) => ended(request, end.min(now), Ending::Closed),
            (None, Some(Ending::Expired)) => ended(request, request.ends_at.min(now), Ending::Expired),
            (None, Some(how)) => ended(request, now, how),
            (None, None) if now >= request.ends_at => ended(request, request.ends_at, Ending::Expired),
            (None, None) => None,
        };
    }
    if let Some(end) = closes_at.filter(|_| !newer.iter().all(is_over)) {
        let agreed = request.status.clone().closing_by(end).ok().filter(|_| until.is_none())?;
        return Some(AccessRequest { status: agreed, ..request.clone() });
    }
    let due = closes_at.unwrap_or(since).saturating_add(showing).unwrap_or(Timestamp::MAX);
    if technique == Technique::RemoveRule || now < due {
        return None;
    }
    still_open(request)
}

/// A request that was to be closed and is open as before.
pub fn still_open(request: &AccessRequest) -> Option<AccessRequest> {
    let Status::Closing { until, technique, .. } = request.status else { return None };
    let why = match (technique, until) {
        (Technique::Shorten, None) => {
            "Azure gave no answer, and its policy shows no trace of a shorter request."
        }
        (Technique::Shorten, Some(_)) => "Azure agreed, but its policy goes on showing this access as open.",
        (Technique::RemoveRule, _) => "The rule that lets your address through is still there.",
    };
    let status = request.status.clone().not_closed().ok()?;
    Some(AccessRequest { status, not_closed: Some(why.to_owned()), ..request.clone() })
}

fn ended(request: &AccessRequest, at: Timestamp, how: Ending) -> Option<AccessRequest> {
    let status = request.status.clone().ended(at, how).ok()?;
    Some(AccessRequest { status, ..request.clone() })
}

/// Whether the entry is the same request once more, with an end that is near.
fn is_closing(entry: &PolicyRequest, request: &AccessRequest) -> bool {
    let until = if let Status::Closing { until, .. } = request.status { until } else { None };
    let fits = || {
        until.is_some_and(|until| until.as_second() == entry.ends_at.as_second())
            && until != Some(request.ends_at)
    };
    let closes = match entry.justification.as_deref() {
        Some(text) => request_closed_by(text) == Some(request.id),
        None => fits(),
    };
    closes && is_for_the_same(entry, request)
}

#[cfg(test)]
mod tests;
