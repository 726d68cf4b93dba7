//! A machine as the page shows it, and what is open on it.

use shared::access::{AccessRequest, RequestId, Status};
use shared::port::Port;
use shared::verb::Verb;
use shared::vm::{Grant, VmDetails};

use super::displaced::{is_live, was_closed};
use super::{Jit, JitError};
use crate::azure::security::{PolicyRequest, PortStatus};
use crate::guardrails::belongs_to;
use crate::inventory::LiveVm;
use crate::rules::RulesOf;
use crate::session::CurrentUser;

impl Jit {
    /// What is open, or opening, whoever asked for it; who others are is for auditors alone.
    pub(super) async fn grants(
        &self,
        by: &CurrentUser,
        rules: &RulesOf<'_>,
        machine: &LiveVm,
    ) -> Result<Vec<Grant>, JitError> {
        let now = self.clock.now();
        let named = rules.allow(Verb::Audit, machine.place());
        let mut grants = Vec::new();
        for entry in machine.requests().filter(|entry| is_live(entry, now)) {
            let record = self.record_of(entry).await?;
            if record.as_ref().is_some_and(|record| was_closed(&record.request)) {
                continue;
            }
            let is_mine = record.as_ref().is_some_and(|record| record.requester == by.key);
            let who =
                record.as_ref().map_or(&entry.requestor, |record| &record.request.requested_by.username);
            let who = Some(who.clone()).filter(|who| (named || is_mine) && !who.is_empty());
            let mine = record.filter(|record| is_mine && !record.request.status.is_final());
            grants.push(grant(entry, mine.map(|record| record.request.id), who));
        }
        Ok(grants)
    }

    /// The ports among `grants` on which what the person who looks has open is being closed.
    pub(super) async fn closing(&self, grants: &[Grant]) -> Result<Vec<Port>, JitError> {
        let mine: Vec<RequestId> = grants.iter().filter_map(|grant| grant.mine).collect();
        let records = if mine.is_empty() { Vec::new() } else { self.store.requests().all_of(&mine).await? };
        let closing = records.into_iter().map(|record| record.request);
        let closing = closing.filter(|request| matches!(request.status, Status::Closing { .. }));
        Ok(closing.flat_map(|request| request.ports).collect())
    }

    /// What is open, or opening, seen by whoever has this request alone.
    pub(super) fn grants_of(&self, request: &AccessRequest, machine: &LiveVm) -> Vec<Grant> {
        let now = self.clock.now();
        let live = machine.requests().filter(|entry| is_live(entry, now));
        let is_its = |entry: &PolicyRequest| belongs_to(entry, request, self.in_name_of());
        live.map(|entry| grant(entry, is_its(entry).then_some(request.id), None)).collect()
    }
}

fn grant(entry: &PolicyRequest, mine: Option<RequestId>, requested_by: Option<String>) -> Grant {
    Grant {
        port: entry.port,
        sources: entry.sources.clone(),
        until: entry.ends_at,
        open: entry.status == PortStatus::Initiated,
        mapped_port: entry.mapped_port,
        mine,
        requested_by,
    }
}

/// The machine as `rules` show it.
pub(super) fn details(rules: &RulesOf<'_>, machine: &LiveVm, grants: Vec<Grant>) -> VmDetails {
    VmDetails {
        vm: machine.vm.clone(),
        public_ipv6: machine.public_ipv6,
        private_ipv6: machine.private_ipv6(),
        admin_username: machine.admin_username.clone(),
        computer_name: machine.computer_name.clone(),
        entra_sign_in: machine.entra_sign_in,
        firewall_address: machine.firewall_address(),
        unsupported: machine.unsupported().or_else(|| machine.uncovered()).cloned(),
        policy: machine.policy().map(|(_, policy)| policy.clone()),
        grants,
        may: rules.may(machine.place()),
        as_of: machine.as_of,
    }
}
