//! Which entries of a policy are Postern's own.
//!
//! Whoever may call Azure can copy a justification, so that the id in it alone says nothing.

use shared::access::{AccessRequest, RequestId};

use super::{request_closed_by, request_named_in};
use crate::azure::security::PolicyRequest;

/// In whose name Azure is asked for access, and so whom the entries of its policies name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InNameOf {
    /// Postern's, which Azure knows as a service and gives no person's name.
    Postern,
    /// That of whoever asks, by the name that Azure knows them by.
    Callers,
}

/// The request that an entry says it belongs to: as it was made, or as what closes it early.
pub fn named_in(entry: &PolicyRequest) -> Option<RequestId> {
    let text = entry.justification.as_deref()?;
    request_named_in(text).or_else(|| request_closed_by(text))
}

/// Whether an entry is of this request: it names it, and is for the same machine, port and source,
/// as long as was granted, from before the request was over, and by nobody else.
pub fn belongs_to(entry: &PolicyRequest, request: &AccessRequest, in_name_of: InNameOf) -> bool {
    let Some(text) = entry.justification.as_deref() else { return false };
    let fits = entry.vm == request.vm
        && request.ports.contains(&entry.port)
        && entry.sources == [request.source]
        && entry.started_at <= request.over_at();
    let (ends_at, granted_until) = (entry.ends_at.as_second(), request.ends_at.as_second());
    let is_named = (request_named_in(text) == Some(request.id) && ends_at == granted_until)
        || (request_closed_by(text) == Some(request.id) && ends_at <= granted_until);
    fits && is_named && may_be_ours(entry, request, in_name_of)
}

/// Whether an entry closes early what one of these was made for, of the same machine.
pub fn closes_one_of(entry: &PolicyRequest, entries: &[&PolicyRequest]) -> bool {
    let Some(closed) = entry.justification.as_deref().and_then(request_closed_by) else { return false };
    entries.iter().any(|made| {
        made.justification.as_deref().and_then(request_named_in) == Some(closed)
            && (made.port, &made.sources) == (entry.port, &entry.sources)
            && made.started_at <= entry.started_at
            && entry.ends_at <= made.ends_at
    })
}

/// Whether whom Azure names can have asked as Postern. A service has no name of a person; one that
/// is there may be from when Azure was asked in the name of whoever made the request.
fn may_be_ours(entry: &PolicyRequest, request: &AccessRequest, in_name_of: InNameOf) -> bool {
    let preparer = request.handed_over.as_ref().map(|handed_over| &handed_over.by);
    let mut theirs = [Some(&request.requested_by), preparer].into_iter().flatten();
    in_name_of == InNameOf::Callers
        || !entry.requestor.contains('@')
        || theirs.any(|person| person.username.eq_ignore_ascii_case(&entry.requestor))
}

#[cfg(test)]
mod tests;
