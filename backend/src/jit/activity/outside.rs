//! What more is known of calls that were made outside Postern.
//!
//! Azure's log names the policy. The machine, the ports and the time stand in the requests that the
//! policy remembers, for as long as it does.

use std::collections::{HashMap, HashSet};

use futures_util::{StreamExt, stream};
use jiff::SignedDuration;
use shared::activity::{Activity, Operation};
use shared::resource_id::VmId;
use uuid::Uuid;

use crate::activity::Row;
use crate::azure::security::{Policy, PolicyId, PolicyRequest};
use crate::inventory::Snapshot;
use crate::jit::Jit;

/// How many subscriptions are asked about at a time.
const AT_ONCE: usize = 8;

/// How much later than a call began Azure may have accepted it; it takes a few seconds.
const ACCEPTED_WITHIN: SignedDuration = SignedDuration::from_secs(30);

impl Jit {
    /// Finds the machines of calls that were made outside Postern, and what was asked for.
    pub(super) async fn find_machines(&self, list: &Snapshot, rows: &mut [Row]) {
        if rows.iter().all(|row| row.outside.is_none()) {
            return;
        }
        let guarded = guarded(list, rows);
        let policies = self.policies_of(rows).await;
        for row in rows {
            let Some(id) = &row.outside else { continue };
            let policy = policies.get(id);
            let asked = policy.map(|policy| asked_for(policy, &row.activity)).unwrap_or_default();
            if asked.is_empty() {
                row.activity.vms = guarded.get(id).cloned().unwrap_or_default();
            } else {
                tell(&mut row.activity, &asked);
            }
        }
    }

    /// The policies that were asked, as far as they are there and can be read.
    async fn policies_of(&self, rows: &[Row]) -> HashMap<PolicyId, Policy> {
        let asked = rows.iter().filter(|row| row.activity.operation == Operation::Initiate);
        let subscriptions: HashSet<Uuid> =
            asked.filter_map(|row| row.outside.as_ref()).map(PolicyId::subscription).collect();
        let reads = stream::iter(subscriptions).map(async |id| self.azure.security.policies(id).await);
        let read: Vec<_> = reads.buffer_unordered(AT_ONCE).collect().await;
        // What cannot be read is not told; the call stands in the list all the same.
        read.into_iter().flatten().flatten().map(|policy| (policy.id.clone(), policy)).collect()
    }
}

/// The machines of the policies that rows are about.
fn guarded(list: &Snapshot, rows: &[Row]) -> HashMap<PolicyId, Vec<VmId>> {
    let mut guarded: HashMap<PolicyId, Vec<VmId>> =
        rows.iter().filter_map(|row| row.outside.clone()).map(|id| (id, Vec::new())).collect();
    for entry in list.vms() {
        if let Some(vms) = entry.policy.as_deref().and_then(|policy| guarded.get_mut(policy)) {
            vms.push(entry.vm.id.clone());
        }
    }
    guarded
}

/// What was asked for by a call: what the policy accepted from the same caller right after.
fn asked_for<'a>(policy: &'a Policy, call: &Activity) -> Vec<&'a PolicyRequest> {
    // Of a service the policy knows no name; Postern itself may be one.
    let account = call.account.as_deref().unwrap_or_default();
    let is_by_caller = |request: &PolicyRequest| match request.requestor.as_str() {
        "" => !account.contains('@'),
        requestor => account.eq_ignore_ascii_case(requestor),
    };
    let after = |request: &PolicyRequest| request.started_at.duration_since(call.at);
    let near: Vec<_> = policy
        .requests
        .iter()
        .filter(|request| call.operation == Operation::Initiate && is_by_caller(request))
        .filter(|request| after(request).abs() <= ACCEPTED_WITHIN)
        .collect();
    let nearest = near.iter().map(|request| after(request).abs()).min();
    near.into_iter().filter(|request| Some(after(request).abs()) == nearest).collect()
}

fn tell(call: &mut Activity, asked: &[&PolicyRequest]) {
    for request in asked {
        if !call.vms.contains(&request.vm) {
            call.vms.push(request.vm.clone());
        }
        if !call.ports.contains(&request.port) {
            call.ports.push(request.port);
        }
    }
    call.ports.sort_unstable();
    let mut sources: Vec<String> =
        asked.iter().flat_map(|request| &request.sources).map(ToString::to_string).collect();
    sources.sort_unstable();
    sources.dedup();
    call.source = Some(sources.join(", ")).filter(|sources| !sources.is_empty());
    call.until = asked.iter().map(|request| request.ends_at).max();
    call.reason =
        asked.iter().find_map(|request| request.justification.clone()).filter(|why| !why.is_empty());
}

/// A machine in whose place a policy without machines is judged: one of its name in its group, for
/// policies are often named after their only machine.
pub(super) fn stand_in(policy: &PolicyId) -> VmId {
    VmId::new(policy.subscription(), policy.resource_group().clone(), policy.name().clone())
}
