//! How all machines stand with just-in-time access, for somebody.

use std::collections::HashMap;

use futures_util::{StreamExt, TryStreamExt, stream};
use jiff::Timestamp;
use shared::access::RequestId;
use shared::jit_list::{JitPage, JitRow};
use shared::verb::Verb;

use super::displaced::was_closed;
use super::{Jit, JitError};
use crate::inventory::{InventoryVm, LastAccess, Snapshot, Standing};
use crate::jit_list::{self, Closed, JitFilter, Matching, Start};
use crate::rules::RulesOf;
use crate::session::CurrentUser;
use crate::store::{RequestRecord, StoreError};

/// How many requests are looked up at a time.
const AT_ONCE: usize = 8;

/// One look at the list.
struct Look<'a> {
    snapshot: &'a Snapshot,
    rules: &'a RulesOf<'a>,
    now: Timestamp,
    closed: Closed,
}

impl Jit {
    /// A page of the machines that the caller may see, by tab.
    pub async fn jit_list(
        &self,
        by: &CurrentUser,
        filter: &JitFilter,
        start: &Start,
        limit: usize,
        with_facets: bool,
    ) -> Result<JitPage, JitError> {
        let snapshot = self.inventory.snapshot().await?;
        let rules = self.rules.now();
        let rules = rules.of(by.who());
        let visible = jit_list::visible(&snapshot, &rules);
        let look = self.look(&snapshot, &rules, &visible).await?;
        let Matching { vms, counts } = jit_list::matching(&visible, filter, look.now, &look.closed);
        let (items, next) = jit_list::page(&vms, start, limit);
        Ok(JitPage {
            items: self.rows(by, &look, items).await?,
            next,
            total: u32::try_from(vms.len()).unwrap_or(u32::MAX),
            counts,
            as_of: snapshot.as_of,
            unreadable: if rules.is_empty() { Vec::new() } else { snapshot.unreadable.clone() },
            facets: with_facets.then(|| jit_list::facets(&visible)),
            plans: jit_list::plans(&snapshot, &visible),
        })
    }

    /// All machines of a tab that match, as comma-separated values.
    pub async fn jit_sheet(&self, by: &CurrentUser, filter: &JitFilter) -> Result<String, JitError> {
        let snapshot = self.inventory.snapshot().await?;
        let rules = self.rules.now();
        let rules = rules.of(by.who());
        let visible = jit_list::visible(&snapshot, &rules);
        let look = self.look(&snapshot, &rules, &visible).await?;
        let Matching { vms, .. } = jit_list::matching(&visible, filter, look.now, &look.closed);
        Ok(jit_list::sheet(&self.rows(by, &look, &vms).await?))
    }

    async fn look<'a>(
        &self,
        snapshot: &'a Snapshot,
        rules: &'a RulesOf<'a>,
        visible: &[&InventoryVm],
    ) -> Result<Look<'a>, JitError> {
        let now = self.clock.now();
        let open = self.on_record(jit_list::said_to_be_open(visible, now)).await?;
        let closed = open.into_iter().filter(|(_, record)| was_closed(&record.request));
        Ok(Look { snapshot, rules, now, closed: Closed(closed.map(|(id, _)| id).collect()) })
    }

    async fn rows(
        &self,
        by: &CurrentUser,
        look: &Look<'_>,
        entries: &[&InventoryVm],
    ) -> Result<Vec<JitRow>, JitError> {
        let requests = entries.iter().filter_map(|entry| last(entry)?.request);
        let records = self.on_record(requests.collect()).await?;
        let row = |entry: &&InventoryVm| {
            let who = last(entry).and_then(|last| last_user(by, look, entry, last, &records));
            jit_list::row(look.snapshot, look.rules, entry, who, look.now, &look.closed)
        };
        Ok(entries.iter().filter_map(row).collect())
    }

    async fn on_record(&self, ids: Vec<RequestId>) -> Result<HashMap<RequestId, RequestRecord>, StoreError> {
        let requests = self.store.requests();
        let found = stream::iter(ids).map(|id| async move { requests.get(id).await });
        let found: Vec<Option<RequestRecord>> = found.buffer_unordered(AT_ONCE).try_collect().await?;
        Ok(found.into_iter().flatten().map(|record| (record.request.id, record)).collect())
    }
}

fn last(entry: &InventoryVm) -> Option<&LastAccess> {
    match &entry.standing {
        Standing::Configured(configured) => configured.last.as_deref(),
        Standing::Unknown | Standing::NotConfigured(_) | Standing::Unsupported(_) => None,
    }
}

/// Who made the latest request, if the caller may know. Of Postern's own requests Azure knows only
/// that they are Postern's; the record has who asked.
fn last_user(
    by: &CurrentUser,
    look: &Look<'_>,
    entry: &InventoryVm,
    last: &LastAccess,
    records: &HashMap<RequestId, RequestRecord>,
) -> Option<String> {
    let record = last.request.and_then(|id| records.get(&id));
    let record = record.filter(|record| record.request.vm == entry.vm.id);
    let who = record.map_or(&*last.requestor, |record| &record.request.requested_by.username);
    let is_theirs = record
        .map_or_else(|| who.eq_ignore_ascii_case(&by.person.username), |record| record.requester == by.key);
    let may_know = is_theirs || look.rules.allow(Verb::Audit, look.snapshot.place(entry));
    Some(who.to_owned()).filter(|who| may_know && !who.is_empty())
}
