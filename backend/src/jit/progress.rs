//! What Azure's policy says about a request: a pure function of both.
//!
//! Azure has no id for a request. Postern writes its own into the justification, and finds the
//! request again by that.

mod closing;

use jiff::Timestamp;
use shared::access::{AccessRequest, Ending, InvalidTransition, Status};
use shared::port::Port;

use crate::azure::security::{Policy, PolicyRequest, PortStatus, RevokedReason};
use crate::guardrails::is_justification_of;

pub use closing::{closing, still_open};

/// The request as it stands now, if that is not how it stood.
///
/// `policy` is `None` where Azure says that there is no such policy any more. What is being closed
/// is for [`closing()`] to tell.
pub fn moved_on(request: &AccessRequest, policy: Option<&Policy>, now: Timestamp) -> Option<AccessRequest> {
    let status = progress(request, policy, now);
    let shut = shut(request, policy.into_iter().flat_map(|policy| &policy.requests));
    // Where all are closed, the status says so.
    let shut = if shut.len() < request.ports.len() { shut } else { Vec::new() };
    let has_moved = status.is_some() || shut != request.shut;
    let status = status.unwrap_or_else(|| request.status.clone());
    let opened_at = match status {
        Status::Open { since } => request.opened_at.or(Some(since)),
        _ => request.opened_at,
    };
    has_moved.then(|| AccessRequest { status, shut, opened_at, ..request.clone() })
}

fn progress(request: &AccessRequest, policy: Option<&Policy>, now: Timestamp) -> Option<Status> {
    let status = request.status.clone();
    if matches!(status, Status::Closing { .. }) {
        return None;
    }
    let next = match (seen(request, policy, now), &request.status) {
        (Seen::Opening, Status::Requesting) => status.accepted(now),
        (Seen::Open, Status::Requesting) => status.accepted(now).and_then(|accepted| accepted.opened(now)),
        (Seen::Open, Status::Opening { .. }) => status.opened(now),
        (Seen::Gone(how, at), Status::Requesting) => {
            status.accepted(at).and_then(|accepted| accepted.ended(at, how))
        }
        (Seen::Gone(how, at), Status::Opening { .. } | Status::Open { .. }) => status.ended(at, how),
        (Seen::Nothing, _) => nothing_seen(request, now)?,
        (Seen::Opening | Seen::Open | Seen::Gone(..), _) => return None,
    };
    next.ok()
}

/// What the policy shows of a request.
enum Seen {
    Nothing,
    Opening,
    Open,
    Gone(Ending, Timestamp),
}

fn seen(request: &AccessRequest, policy: Option<&Policy>, now: Timestamp) -> Seen {
    let entries: Vec<&PolicyRequest> =
        policy.iter().flat_map(|policy| &policy.requests).filter(|entry| is_of(entry, request)).collect();
    if entries.is_empty() {
        return Seen::Nothing;
    }
    let mut gone = entries.iter().map(|entry| ending(&entry.status));
    if let Some(how) = gone.clone().next().flatten()
        && gone.all(|ending| ending.is_some())
    {
        let at = if how == Ending::Expired { request.ends_at.min(now) } else { now };
        return Seen::Gone(how, at);
    }
    // A port of several that is closed already does not make the others less open.
    let all_there = request.ports.iter().all(|port| entries.iter().any(|entry| entry.port == *port));
    let pending = entries.iter().any(|entry| match &entry.status {
        PortStatus::Initiating | PortStatus::Other(_) => true,
        PortStatus::Initiated | PortStatus::Revoked(_) => false,
    });
    if all_there && !pending { Seen::Open } else { Seen::Opening }
}

/// Which ports of the request Azure has closed, among these entries of its policy. Where it shows
/// nothing of the request, that is as it was.
pub fn shut<'a>(request: &AccessRequest, entries: impl Iterator<Item = &'a PolicyRequest>) -> Vec<Port> {
    let own: Vec<&PolicyRequest> = entries.filter(|entry| is_of(entry, request)).collect();
    if own.is_empty() {
        return request.shut.clone();
    }
    let is_shut = |port: &Port| {
        let mut of_port = own.iter().filter(|entry| entry.port == *port).peekable();
        of_port.peek().is_some() && of_port.all(|entry| ending(&entry.status).is_some())
    };
    request.ports.iter().copied().filter(is_shut).collect()
}

/// Whether an entry is the request as it was made. A name alone says little: whoever may call Azure
/// can copy it, for another address.
fn is_of(entry: &PolicyRequest, request: &AccessRequest) -> bool {
    let is_named = match entry.justification.as_deref() {
        Some(text) => is_justification_of(text, request.id),
        // Where the justification got lost on the way, everything else must fit.
        None => entry.ends_at.as_second() == request.ends_at.as_second(),
    };
    is_named && is_for_the_same(entry, request)
}

/// Whether an entry is for the machine, a port and the source of the request.
fn is_for_the_same(entry: &PolicyRequest, request: &AccessRequest) -> bool {
    entry.vm == request.vm && request.ports.contains(&entry.port) && entry.sources == [request.source]
}

fn ending(status: &PortStatus) -> Option<Ending> {
    match status {
        PortStatus::Initiating | PortStatus::Initiated | PortStatus::Other(_) => None,
        PortStatus::Revoked(RevokedReason::Expired) => Some(Ending::Expired),
        PortStatus::Revoked(RevokedReason::NewerRequestInitiated) => Some(Ending::Replaced),
        PortStatus::Revoked(RevokedReason::UserRequested) => Some(Ending::Closed),
        PortStatus::Revoked(RevokedReason::Other(_)) => Some(Ending::Withdrawn),
    }
}

/// Whether the policy shows nothing of a request that is not over.
///
/// That alone ends nothing: a list that came back empty by mistake, or in a form of tomorrow, would
/// write off every port that is open. See [`super::watch`] for what does.
pub fn is_missing(request: &AccessRequest, policy: Option<&Policy>, now: Timestamp) -> bool {
    !request.status.is_final() && matches!(seen(request, policy, now), Seen::Nothing)
}

/// Where a request stands that has been missing for a while and whose source is kept out.
pub fn given_up(request: &AccessRequest, now: Timestamp) -> Option<Status> {
    let next = match request.status.clone() {
        status @ Status::Requesting => status.failed(now, NOT_OPENED.to_owned()),
        status => status.ended(now, Ending::Withdrawn),
    };
    next.ok()
}

/// Azure shows no trace of the request. Until its end that means little; after it, nothing is open.
fn nothing_seen(request: &AccessRequest, now: Timestamp) -> Option<Result<Status, InvalidTransition>> {
    if now < request.ends_at {
        return None;
    }
    match request.status.clone() {
        status @ Status::Requesting => Some(status.failed(request.ends_at, NEVER_SEEN.to_owned())),
        status @ (Status::Opening { .. } | Status::Open { .. }) => {
            Some(status.ended(request.ends_at, Ending::Expired))
        }
        Status::Closing { .. } | Status::Refused { .. } | Status::Failed { .. } | Status::Ended { .. } => {
            None
        }
    }
}

/// What became of a request that Azure did not answer, and that is not open.
const NOT_OPENED: &str = "Azure gave no answer, its policy shows no trace of the request, and the network rules keep the address out. Nothing was opened; you can ask again.";

/// What became of a request that Azure neither answered nor showed.
const NEVER_SEEN: &str =
    "Azure gave no answer, and its policy never showed this request; most likely nothing was opened.";

#[cfg(test)]
mod tests;
