//! How the machines of a policy were used lately, from what the policy remembers.

use std::collections::HashMap;
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use shared::jit_list::OpenPort;
use shared::resource_id::VmId;

use crate::azure::security::{PolicyRequest, PortStatus};
use crate::guardrails::{closes_one_of, named_in};
use crate::inventory::standing::{LastAccess, Open};

/// How far back it is looked, as the page of Defender for Cloud does.
const LATELY: SignedDuration = SignedDuration::from_hours(7 * 24);

/// How a machine was used lately.
#[derive(Debug, Default)]
pub(super) struct Usage {
    /// How many requests were approved.
    pub(super) approved: u32,
    pub(super) last: Option<LastAccess>,
    /// What is open, or opening.
    pub(super) open: Vec<Open>,
}

impl Usage {
    /// That of all machines that a policy has requests for.
    pub(super) fn by_machine(requests: &[PolicyRequest], now: Timestamp) -> HashMap<VmId, Self> {
        let mut machines: HashMap<&VmId, Vec<&PolicyRequest>> = HashMap::new();
        for entry in requests {
            machines.entry(&entry.vm).or_default().push(entry);
        }
        machines.into_iter().map(|(vm, entries)| (vm.clone(), Self::of(&entries, now))).collect()
    }

    /// An entry is about one port: what was asked for at the same moment by the same is one request.
    fn of(entries: &[&PolicyRequest], now: Timestamp) -> Self {
        let since = now - LATELY;
        let mut lately: Vec<&PolicyRequest> =
            entries.iter().copied().filter(|entry| entry.started_at >= since).collect();
        lately.sort_by_key(|entry| (entry.started_at, &entry.requestor, &entry.justification));
        lately.dedup_by_key(|entry| (entry.started_at, &entry.requestor, &entry.justification));
        // What closes access early is none that somebody asked for.
        lately.retain(|entry| !closes_one_of(entry, entries));
        let last = lately.last().map(|entry| LastAccess {
            at: entry.started_at,
            requestor: Arc::from(entry.requestor.as_str()),
            named: named(entry),
        });
        let is_live = |entry: &&&PolicyRequest| {
            matches!(entry.status, PortStatus::Initiating | PortStatus::Initiated) && entry.ends_at > now
        };
        let open = |entry: &&PolicyRequest| {
            let port = OpenPort { port: entry.port, until: entry.ends_at };
            Open { port, named: named(entry) }
        };
        let mut open: Vec<Open> = entries.iter().filter(is_live).map(open).collect();
        open.sort_by_key(|open| (open.port.port, open.port.until));
        Self { approved: u32::try_from(lately.len()).unwrap_or(u32::MAX), last, open }
    }
}

/// The entry, to be compared with the request on record that it names, if it names one.
fn named(entry: &PolicyRequest) -> Option<Arc<PolicyRequest>> {
    named_in(entry).map(|_| Arc::new(entry.clone()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::azure::security::RevokedReason;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    const NOW: &str = "2030-01-08T12:00:00Z";

    fn entry(started_at: &str, port: u16, why: &str) -> PolicyRequest {
        PolicyRequest {
            started_at: at(started_at),
            requestor: "operator@contoso.com".to_owned(),
            justification: Some(why.to_owned()),
            vm: "/subscriptions/11111111-2222-3333-4444-555555555555/resourceGroups/rg/providers/Microsoft.Compute/virtualMachines/a".parse().unwrap(),
            port: port.try_into().unwrap(),
            sources: Vec::new(),
            ends_at: at(started_at) + SignedDuration::from_hours(1),
            status: PortStatus::Initiated,
            mapped_port: None,
        }
    }

    fn used(entries: &[PolicyRequest]) -> Usage {
        Usage::by_machine(entries, at(NOW)).into_values().next().unwrap()
    }

    #[test]
    fn a_request_for_several_ports_is_one_and_one_of_last_month_none() {
        let entries = [
            entry("2030-01-08T11:30:00Z", 22, "one"),
            entry("2030-01-08T11:30:00Z", 3389, "one"),
            entry("2030-01-02T11:00:00Z", 22, "two"),
            entry("2029-12-31T11:00:00Z", 22, "long ago"),
        ];
        let usage = used(&entries);
        assert_eq!(usage.approved, 2);
        assert_eq!(usage.last.unwrap().at, at("2030-01-08T11:30:00Z"));
        assert_eq!(usage.open.len(), 2);
    }

    #[test]
    fn what_is_closed_or_past_its_time_is_not_open() {
        let closed = PolicyRequest {
            status: PortStatus::Revoked(RevokedReason::Expired),
            ..entry("2030-01-08T11:30:00Z", 22, "one")
        };
        let over = entry("2030-01-08T10:30:00Z", 22, "two");
        let usage = used(&[closed, over]);
        assert_eq!((usage.approved, usage.open.len()), (2, 0));
    }

    #[test]
    fn a_text_that_ends_like_a_closing_hides_no_request() {
        let id = "00000000-0000-0000-0000-000000000007";
        let made =
            entry("2030-01-08T11:30:00Z", 22, &format!("why (requested by x through Postern, request {id})"));
        let closing = |started_at: &str, port: u16| {
            let ends_at = at(started_at) + SignedDuration::from_mins(5);
            let text = format!("closed early by x through Postern (closing request {id})");
            PolicyRequest { ends_at, ..entry(started_at, port, &text) }
        };
        let real = closing("2030-01-08T11:40:00Z", 22);
        assert_eq!(used(&[made.clone(), real]).approved, 1);
        let usage = used(&[made, closing("2030-01-08T11:50:00Z", 3389)]);
        assert_eq!((usage.approved, usage.last.unwrap().at), (2, at("2030-01-08T11:50:00Z")));
    }
}
