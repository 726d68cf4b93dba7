//! All machines, and how they stand with just-in-time access, for somebody.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use jiff::Timestamp;
use shared::access::RequestId;
use shared::defender::SubscriptionPlan;
use shared::jit_list::{JitFacets, JitPage, JitRow, TabCounts};
use shared::verb::Verb;
use shared::vm::{UnreadableSubscription, VmPage};

use super::displaced::was_closed;
use super::{Jit, JitError};
use crate::azure::arm::ArmError;
use crate::guardrails::{belongs_to, named_in};
use crate::inventory::{InventoryVm, LastAccess, Snapshot, Standing};
use crate::jit_list::{self, Closed, JitFilter, Matching, Start};
use crate::rules::{Rules, RulesOf};
use crate::session::CurrentUser;
use crate::store::{RequestRecord, StoreError};
use crate::vms::{self, VmFilter};

/// One look at the list, by somebody. It goes to a thread of its own where it goes through all
/// machines.
#[derive(Clone)]
pub(super) struct Look {
    pub(super) snapshot: Arc<Snapshot>,
    pub(super) rules: Arc<Rules>,
    pub(super) by: CurrentUser,
    pub(super) now: Timestamp,
}

/// What is wanted of the list.
struct Found {
    items: Vec<Arc<InventoryVm>>,
    next: Option<String>,
    total: usize,
    counts: TabCounts,
    facets: Option<JitFacets>,
    plans: Vec<SubscriptionPlan>,
    unreadable: Vec<UnreadableSubscription>,
}

/// What is on record of requests that machines name.
type Records = HashMap<RequestId, RequestRecord>;

impl Jit {
    /// The machines that the caller may see.
    pub async fn vms(&self, by: &CurrentUser, filter: VmFilter) -> Result<VmPage, JitError> {
        let look = self.look(by).await?;
        look.aside(move |look, rules| vms::list(&look.snapshot, rules, &filter)).await
    }

    /// A page of the machines that the caller may see, by tab.
    pub async fn jit_list(
        &self,
        by: &CurrentUser,
        filter: JitFilter,
        start: Start,
        limit: usize,
        with_facets: bool,
    ) -> Result<JitPage, JitError> {
        let look = self.look(by).await?;
        let closed = self.closed_anywhere(&look, &filter).await?;
        let found = look.clone().aside(move |look, rules| {
            let visible = jit_list::visible(&look.snapshot, rules);
            let Matching { vms, counts } = jit_list::matching(&visible, &filter, look.now, &closed);
            let (items, next) = jit_list::page(&vms, &start, limit);
            Found {
                items: look.shared(items),
                next,
                total: vms.len(),
                counts,
                facets: with_facets.then(|| jit_list::facets(&visible)),
                plans: jit_list::plans(&look.snapshot, &visible, rules),
                unreadable: look.snapshot.unreadable_for(rules),
            }
        });
        let Found { items, next, total, counts, facets, plans, unreadable } = found.await?;
        let records = self.records_of(&look, &items).await?;
        Ok(JitPage {
            items: self.rows(&look, &items, &records),
            next,
            total: u32::try_from(total).unwrap_or(u32::MAX),
            counts,
            as_of: look.snapshot.as_of,
            unreadable,
            facets,
            plans,
        })
    }

    /// All machines of a tab that match, as comma-separated values.
    pub async fn jit_sheet(&self, by: &CurrentUser, filter: JitFilter) -> Result<String, JitError> {
        let look = self.look(by).await?;
        let closed = self.closed_anywhere(&look, &filter).await?;
        let items = look.clone().aside(move |look, rules| {
            let visible = jit_list::visible(&look.snapshot, rules);
            look.shared(&jit_list::matching(&visible, &filter, look.now, &closed).vms)
        });
        let items = items.await?;
        let records = self.records_of(&look, &items).await?;
        let jit = self.clone();
        look.aside(move |look, _| jit_list::sheet(&jit.rows(look, &items, &records))).await
    }

    pub(super) async fn look(&self, by: &CurrentUser) -> Result<Look, JitError> {
        let snapshot = self.inventory.snapshot().await?;
        Ok(Look { snapshot, rules: self.rules.now(), by: by.clone(), now: self.clock.now() })
    }

    /// What is known to be closed on any machine that the caller may see, where that decides which of
    /// them are shown; it is looked up for those alone otherwise.
    async fn closed_anywhere(&self, look: &Look, filter: &JitFilter) -> Result<Closed, JitError> {
        let ids = if filter.open_now {
            let named = |look: &Look, rules: &RulesOf<'_>| {
                let visible = jit_list::visible(&look.snapshot, rules);
                jit_list::said_to_be_open(visible.into_iter(), look.now)
            };
            look.clone().aside(named).await?
        } else {
            HashSet::new()
        };
        Ok(self.closed(&self.on_record(ids).await?))
    }

    fn closed(&self, records: &Records) -> Closed {
        let closed = records.values().map(|record| &record.request).filter(|request| was_closed(request));
        let requests = closed.map(|request| (request.id, request.clone())).collect();
        Closed { requests, in_name_of: self.in_name_of() }
    }

    /// What is on record of the requests that these machines name.
    async fn records_of(&self, look: &Look, items: &[Arc<InventoryVm>]) -> Result<Records, JitError> {
        let machines = || items.iter().map(Arc::as_ref);
        let mut ids = jit_list::said_to_be_open(machines(), look.now);
        ids.extend(machines().filter_map(|entry| named_in(last(entry)?.named.as_deref()?)));
        Ok(self.on_record(ids).await?)
    }

    async fn on_record(&self, ids: HashSet<RequestId>) -> Result<Records, StoreError> {
        let ids: Vec<RequestId> = ids.into_iter().collect();
        let records = self.store.requests().all_of(&ids).await?;
        Ok(records.into_iter().map(|record| (record.request.id, record)).collect())
    }

    fn rows(&self, look: &Look, items: &[Arc<InventoryVm>], records: &Records) -> Vec<JitRow> {
        let closed = self.closed(records);
        let rules = look.rules.of(look.by.who());
        let row = |entry: &Arc<InventoryVm>| {
            let who = last(entry).and_then(|last| self.last_user(look, &rules, entry, last, records));
            jit_list::row(&look.snapshot, &rules, entry, who, look.now, &closed)
        };
        items.iter().filter_map(row).collect()
    }

    /// Who made the latest request, if the caller may know. Of Postern's own requests Azure knows only
    /// that they are Postern's; the record has who asked.
    fn last_user(
        &self,
        look: &Look,
        rules: &RulesOf<'_>,
        entry: &InventoryVm,
        last: &LastAccess,
        records: &Records,
    ) -> Option<String> {
        let by = &look.by;
        let record = last.named.as_deref().and_then(|named| {
            let record = records.get(&named_in(named)?)?;
            belongs_to(named, &record.request, self.in_name_of()).then_some(record)
        });
        let who = record.map_or(&*last.requestor, |record| &record.request.requested_by.username);
        let is_theirs = record.map_or_else(
            || who.eq_ignore_ascii_case(&by.person.username),
            |record| record.requester == by.key,
        );
        let may_know = is_theirs || rules.allow(Verb::Audit, look.snapshot.place(entry));
        Some(who.to_owned()).filter(|who| may_know && !who.is_empty())
    }
}

impl Look {
    /// Goes through all machines on a thread of its own, of which others need not wait.
    pub(super) async fn aside<T: Send + 'static>(
        self,
        work: impl FnOnce(&Self, &RulesOf<'_>) -> T + Send + 'static,
    ) -> Result<T, JitError> {
        let work = move || {
            let rules = self.rules.of(self.by.who());
            work(&self, &rules)
        };
        tokio::task::spawn_blocking(work).await.map_err(|error| JitError::Azure(ArmError::unexpected(error)))
    }

    fn shared(&self, items: &[&InventoryVm]) -> Vec<Arc<InventoryVm>> {
        items.iter().filter_map(|entry| self.snapshot.vm(&entry.vm.id).cloned()).collect()
    }
}

fn last(entry: &InventoryVm) -> Option<&LastAccess> {
    match &entry.standing {
        Standing::Configured(configured) => configured.last.as_deref(),
        Standing::Unknown | Standing::NotConfigured(_) | Standing::Unsupported(_) => None,
    }
}
