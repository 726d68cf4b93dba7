//! Whose access a request may end.
//!
//! Azure's documents do not say whether a newer request for a port ends that of somebody else.
//! Whoever asks for one has to accept that it may, access by access, or nothing is asked for.

use jiff::Timestamp;
use shared::access::{AccessRequest, Displaced, Ending, Status};
use shared::port::Port;
use shared::resource_id::VmId;

use super::{Asker, Jit, JitError};
use crate::audit::Book;
use crate::azure::security::{PolicyRequest, PortStatus};
use crate::guardrails::{InNameOf, belongs_to, named_in};
use crate::inventory::LiveVm;
use crate::store::{Filter, RequestRecord, StoreError};

/// What Azure has open, or is opening, on the ports of a machine that somebody asks for.
pub(super) struct Neighbours {
    vm: VmId,
    ports: Vec<Port>,
    entries: Vec<PolicyRequest>,
    /// Whether the one who asks may be told who the others are.
    named: bool,
    /// In whose name Postern asks.
    in_name_of: InNameOf,
}

/// Somebody else's access, and who they are.
struct Other {
    displaced: Displaced,
    who: Option<String>,
}

impl Neighbours {
    /// As the machine was seen just now.
    pub(super) fn of(
        machine: &LiveVm,
        ports: &[Port],
        named: bool,
        in_name_of: InNameOf,
        now: Timestamp,
    ) -> Self {
        let entries = machine.requests().filter(|entry| is_live(entry, now) && ports.contains(&entry.port));
        let entries = entries.cloned().collect();
        Self { vm: machine.vm.id.clone(), ports: ports.to_vec(), entries, named, in_name_of }
    }
}

/// Whether Azure says that the port is open for somebody, or about to be.
pub(super) fn is_live(entry: &PolicyRequest, now: Timestamp) -> bool {
    matches!(entry.status, PortStatus::Initiating | PortStatus::Initiated) && entry.ends_at > now
}

impl Jit {
    /// The request on record that an entry of a policy belongs to, if it is one of Postern's.
    pub(super) async fn record_of(&self, entry: &PolicyRequest) -> Result<Option<RequestRecord>, StoreError> {
        let Some(id) = named_in(entry) else { return Ok(None) };
        let record = self.store.requests().get(id).await?;
        Ok(record.filter(|record| belongs_to(entry, &record.request, self.in_name_of())))
    }
}

/// Whether Azure shows as open what is known to be closed: deleting a rule does not change what
/// the policy remembers.
pub(super) fn was_closed(request: &AccessRequest) -> bool {
    matches!(request.status, Status::Ended { how: Ending::Closed, .. })
}

/// What the request may end of others', all of which is in `accepted`; if not, nothing may be done.
///
/// Azure shows what came past Postern, and the store what Azure does not show yet. Nobody can add
/// to the latter while the book is open.
pub(super) async fn accepted_by(
    book: &mut Book,
    by: &Asker,
    accepted: &[Displaced],
    neighbours: Vec<Neighbours>,
    now: Timestamp,
) -> Result<Vec<Displaced>, JitError> {
    let mut others = Vec::new();
    for neighbours in neighbours {
        others.extend(others_of(book, by, neighbours, now).await?);
    }
    let told = |other: &Other| told_to(by, &other.displaced);
    let is_accepted = |other: &Other| accepted.iter().any(|named| named.is_same_as(&told(other)));
    if others.iter().all(is_accepted) {
        return Ok(others.into_iter().map(|other| other.displaced).collect());
    }
    let listed = others.iter().map(told).collect();
    for other in &mut others {
        other.displaced = told_to(by, &other.displaced);
    }
    Err(JitError::ReplacesOthers { listed, said: said_of(&others) })
}

/// Somebody else's access as it is told to whoever may end it. Where others come from is nothing for
/// somebody who was handed access, and may have no account.
fn told_to(by: &Asker, displaced: &Displaced) -> Displaced {
    let sources = if by.handed_over.is_some() { Vec::new() } else { displaced.sources.clone() };
    Displaced { sources, ..displaced.clone() }
}

async fn others_of(
    book: &mut Book,
    by: &Asker,
    Neighbours { vm, ports, entries, named, in_name_of }: Neighbours,
    now: Timestamp,
) -> Result<Vec<Other>, JitError> {
    let filter = Filter { vm: Some(vm.clone()), unfinished_only: true, ..Filter::default() };
    let records = book.requests(&filter, usize::MAX).await?;
    let mut others: Vec<Other> = Vec::new();
    for RequestRecord { request, requester, .. } in &records {
        let given_up = matches!(request.status, Status::Closing { .. });
        if *requester == by.key || given_up || request.ends_at <= now {
            continue;
        }
        let who = named.then(|| request.requested_by.username.clone());
        let theirs = request.ports.iter().filter(|port| ports.contains(port)).map(|port| Other {
            displaced: Displaced {
                vm: vm.clone(),
                port: *port,
                sources: vec![request.source],
                until: request.ends_at,
            },
            who: who.clone(),
        });
        others.extend(theirs);
    }
    for entry in entries {
        let is_its = |record: &RequestRecord| belongs_to(&entry, &record.request, in_name_of);
        if records.iter().any(is_its) {
            continue;
        }
        let record = match named_in(&entry) {
            Some(id) => book.request(id).await?.filter(is_its),
            None => None,
        };
        let is_mine = match &record {
            Some(record) => record.requester == by.key || was_closed(&record.request),
            // Past Postern, by the name that Azure knows them by.
            None => entry.requestor.eq_ignore_ascii_case(&by.person.username),
        };
        if !is_mine {
            let who = named.then(|| entry.requestor.clone()).filter(|who| !who.is_empty());
            let displaced =
                Displaced { vm: vm.clone(), port: entry.port, sources: entry.sources, until: entry.ends_at };
            others.push(Other { displaced, who });
        }
    }
    Ok(others)
}

/// Who would lose what, and what to do about it.
fn said_of(others: &[Other]) -> String {
    let said = others.iter().map(|Other { displaced, who }| {
        let sources: Vec<String> = displaced.sources.iter().map(ToString::to_string).collect();
        let sources = if sources.is_empty() { String::new() } else { format!(" ({})", sources.join(", ")) };
        format!(
            "port {} of {} is open for {}{sources} until {}",
            displaced.port,
            displaced.vm.name(),
            who.as_deref().unwrap_or("somebody else"),
            displaced.until,
        )
    });
    let said: Vec<String> = said.collect();
    format!(
        "{}, and Azure may end that when yours opens; if that is all right, send the request again with the list “replaces” of this answer",
        said.join("; ")
    )
}
