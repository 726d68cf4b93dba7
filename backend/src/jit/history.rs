//! Looking back at requests: one's own, and those on machines whose audit trail one may read.

mod rules_seen;
mod steps;

use std::sync::Arc;

use shared::access::{AccessRequest, RequestId};
use shared::history::{OutsideRequest, OutsideRequests, Timeline};
use shared::page::Page;
use shared::resource_id::VmId;
use shared::verb::Verb;

use super::{Caller, Jit, JitError};
use crate::audit::Actor;
use crate::azure::security::{PolicyRequest, PortStatus};
use crate::guardrails::named_in;
use crate::inventory::Snapshot;
use crate::rules::RulesOf;
use crate::session::CurrentUser;
use crate::store::{RequestRecord, Search};

pub(super) use rules_seen::RulesReader;

/// How many requests are read from the store at a time.
const AT_ONCE: usize = 500;

/// How many are looked through at most for one page: a page may be short, and go on.
const LOOKED_THROUGH: usize = 5_000;

impl Jit {
    /// The requests that the caller made, and those on machines whose audit trail they may read,
    /// newest first, as far as `search` asks for them. A page may be shorter than `limit` although
    /// there is more.
    pub async fn history(
        &self,
        by: &CurrentUser,
        mut search: Search,
        limit: usize,
    ) -> Result<Page<AccessRequest>, JitError> {
        let rules = self.rules.now();
        let rules = rules.of(by.who());
        if !rules.verbs().contains(&Verb::Audit) {
            search.requester = Some(by.key.clone());
        }
        let mut items = Vec::new();
        let mut looked_through = 0;
        loop {
            let records = self.store.requests().search(&search, AT_ONCE).await?;
            let is_last = records.len() < AT_ONCE;
            looked_through += records.len();
            search.before = records.last().map(|record| record.request.id).or(search.before);
            let may = self.may_look_back(by, &rules, &records).await?;
            let allowed = records.into_iter().zip(may).filter(|(_, may)| *may);
            items.extend(allowed.map(|(record, _)| record.request));
            if is_last || items.len() > limit {
                return Ok(Page::first(items, limit, |request| request.id.to_string()));
            }
            if looked_through >= LOOKED_THROUGH {
                return Ok(Page { items, next: search.before.map(|id| id.to_string()) });
            }
        }
    }

    /// Whether there is, or was, a request of this name.
    pub async fn is_on_record(&self, id: RequestId) -> Result<bool, JitError> {
        Ok(self.store.requests().get(id).await?.is_some())
    }

    /// What happened to a request, from its beginning to its end.
    pub async fn timeline(&self, by: &CurrentUser, id: RequestId) -> Result<Timeline, JitError> {
        let request = self.past_request(by, id).await?;
        let entries = self.store.entries().about(id).await?;
        let rules = self.store.rules_seen().of(id).await?;
        let may_audit = self.may_audit(by, &request.vm).await?;
        let whence =
            |actor: &Actor| may_audit || matches!(actor, Actor::Person { key, .. } if *key == by.key);
        let steps = steps::steps(&request, entries, &whence);
        Ok(Timeline { request, steps, rules })
    }

    /// What Azure remembers of requests for a machine that were made past Postern.
    pub async fn outside_requests(&self, by: &Caller, vm: &VmId) -> Result<OutsideRequests, JitError> {
        let rules = self.rules.now();
        let rules = rules.of(by.user.who());
        let machine = self.visible(&rules, vm).await?;
        if !rules.allow(Verb::Audit, machine.place()) {
            let done = Verb::Audit.done_to(vm.name().as_str());
            return Err(JitError::Forbidden(format!("no access rule lets you {done}")));
        }
        let mut items = Vec::new();
        for entry in machine.requests() {
            if self.record_of(entry).await?.is_none() {
                items.push(outside(entry));
            }
        }
        items.sort_by_key(|item| std::cmp::Reverse(item.requested_at));
        Ok(OutsideRequests { items, as_of: machine.as_of })
    }

    /// A request of the caller's, or on a machine whose audit trail they may read. Any other is
    /// answered like one that does not exist.
    async fn past_request(&self, by: &CurrentUser, id: RequestId) -> Result<AccessRequest, JitError> {
        let record = self.store.requests().get(id).await?.ok_or(JitError::NotFound)?;
        let rules = self.rules.now();
        let may = self.may_look_back(by, &rules.of(by.who()), std::slice::from_ref(&record)).await?;
        if may == [true] { Ok(record.request) } else { Err(JitError::NotFound) }
    }

    /// Whether somebody may read the audit trail of a machine, which may be gone.
    async fn may_audit(&self, by: &CurrentUser, vm: &VmId) -> Result<bool, JitError> {
        let rules = self.rules.now();
        let rules = rules.of(by.who());
        let list = self.list_for(&rules).await?;
        Ok(rules.allow(Verb::Audit, Self::place_in(list.as_deref(), vm)))
    }

    /// The list of machines, if `rules` go by anything that stands in no id.
    pub(super) async fn list_for(&self, rules: &RulesOf<'_>) -> Result<Option<Arc<Snapshot>>, JitError> {
        if rules.hold_on_ids_alone() { Ok(None) } else { Ok(Some(self.inventory.snapshot().await?)) }
    }

    /// Which of these requests somebody may look back at.
    ///
    /// A machine that is gone has no tags any more: rules on tags do not hold on it.
    async fn may_look_back(
        &self,
        by: &CurrentUser,
        rules: &RulesOf<'_>,
        records: &[RequestRecord],
    ) -> Result<Vec<bool>, JitError> {
        if records.iter().all(|record| record.requester == by.key) {
            return Ok(vec![true; records.len()]);
        }
        let list = self.list_for(rules).await?;
        let may = |record: &RequestRecord| {
            record.requester == by.key
                || rules.allow(Verb::Audit, Self::place_in(list.as_deref(), &record.request.vm))
        };
        Ok(records.iter().map(may).collect())
    }
}

fn outside(entry: &PolicyRequest) -> OutsideRequest {
    let state = match entry.status {
        PortStatus::Initiating => "opening",
        PortStatus::Initiated => "open",
        PortStatus::Revoked(_) | PortStatus::Other(_) => "ended",
    };
    OutsideRequest {
        port: entry.port,
        sources: entry.sources.clone(),
        requestor: Some(entry.requestor.clone()).filter(|name| !name.is_empty()),
        reason: entry.justification.clone().filter(|reason| !reason.is_empty()),
        names: named_in(entry),
        requested_at: entry.started_at,
        ends_at: entry.ends_at,
        state: state.to_owned(),
    }
}
