//! What was done about just-in-time access, for those who may audit: Azure's log and our own trail.
//!
//! Both are read a stretch of time after the other, from the newest on, so that a page costs what
//! stands on it, and an export no more memory than a page.

mod azure;
mod filter;
mod outside;

use std::collections::BTreeMap;
use std::sync::Arc;

use futures_util::{Stream, stream};
use jiff::{SignedDuration, Timestamp};
use shared::activity::{Activity, ActivityPage};
use shared::verb::Verb;
use shared::vm::UnreadableSubscription;
use uuid::Uuid;

use super::{Jit, JitError};
use crate::activity::{self, APART, Row};
use crate::azure::activity::KEPT;
use crate::inventory::Snapshot;
use crate::rules::RulesOf;
use crate::session::CurrentUser;
use crate::store::Entry;

pub use filter::{ActivityFilter, Place};

/// How long the first stretch of time is; each after it is twice as long as the one before.
const STRETCH: SignedDuration = SignedDuration::from_hours(7 * 24);

/// How many stretches are looked through for one page: a page may be short, and go on.
const MOST_STRETCHES: usize = 12;

/// How many entries of our own are read at a time.
const MOST_ENTRIES: usize = 5_000;

/// Beginning and end of one call are told apart by less than this.
const TOGETHER: SignedDuration = SignedDuration::from_mins(1);

/// What was done in a stretch of time.
#[derive(Debug, Default)]
pub struct Stretch {
    /// Newest first.
    pub items: Vec<Activity>,
    /// The subscriptions of whose logs something is missing.
    pub unreadable: Vec<UnreadableSubscription>,
}

/// Where a stretch ends, and how far it goes back.
#[derive(Debug, Clone)]
struct Way {
    until: Place,
    width: SignedDuration,
    since: Timestamp,
}

impl Jit {
    /// What was done on machines whose audit trail the caller may read, newest first, as far as
    /// `filter` asks for it. A page may be shorter than `limit` although there is more.
    pub async fn activity(
        &self,
        by: &CurrentUser,
        filter: ActivityFilter,
        limit: usize,
    ) -> Result<ActivityPage, JitError> {
        let now = self.clock.now();
        self.may_audit_something(by, &filter).await?;
        let own_since = self.store.entries().begins().await?;
        let mut items = Vec::new();
        let mut unreadable = BTreeMap::new();
        let mut way = Some(self.way(&filter).await?);
        let mut stretches = 0;
        while let Some(going) = way.take_if(|_| items.len() <= limit && stretches < MOST_STRETCHES) {
            let (stretch, next) = self.stretch(by, &filter, going).await?;
            items.extend(stretch.items);
            unreadable.extend(stretch.unreadable.into_iter().map(|told| (told.id, told)));
            stretches += 1;
            way = next;
        }
        let next = match items.get(limit) {
            Some(_) => items.get(limit - 1).map(|last| Place::of(last).to_string()),
            None => way.map(|way| way.until.to_string()),
        };
        items.truncate(limit);
        Ok(ActivityPage {
            items,
            next,
            unreadable: unreadable.into_values().collect(),
            azure_since: now - KEPT,
            own_since,
            as_of: now,
        })
    }

    /// All of that, a stretch of time after the other.
    pub async fn all_activity(
        &self,
        by: &CurrentUser,
        filter: ActivityFilter,
    ) -> Result<impl Stream<Item = Result<Stretch, JitError>> + Send + use<>, JitError> {
        self.may_audit_something(by, &filter).await?;
        let way = self.way(&filter).await?;
        let (jit, by) = (self.clone(), by.clone());
        Ok(stream::try_unfold(Some(way), move |way| {
            let (jit, by, filter) = (jit.clone(), by.clone(), filter.clone());
            async move {
                let Some(way) = way else { return Ok(None) };
                // What goes on for long stays as long as it was at first, for the sake of memory.
                let (stretch, next) = jit.stretch(&by, &filter, way).await?;
                Ok(Some((stretch, next.map(|way| Way { width: STRETCH, ..way }))))
            }
        }))
    }

    /// Refuses those who may audit nothing of what is asked for.
    async fn may_audit_something(&self, by: &CurrentUser, filter: &ActivityFilter) -> Result<(), JitError> {
        let rules = self.rules.now();
        let rules = rules.of(by.who());
        let Some(vm) = &filter.vm else {
            let why = "no access rule lets you see who had access to any machine";
            return if rules.verbs().contains(&Verb::Audit) {
                Ok(())
            } else {
                Err(JitError::Forbidden(why.to_owned()))
            };
        };
        let list = self.list_for(&rules).await?;
        let place = Self::place_in(list.as_deref(), vm);
        if rules.allow(Verb::Audit, place) {
            return Ok(());
        }
        if rules.may_see(place) {
            let done = Verb::Audit.done_to(vm.name().as_str());
            return Err(JitError::Forbidden(format!("no access rule lets you {done}")));
        }
        Err(JitError::NotFound)
    }

    async fn way(&self, filter: &ActivityFilter) -> Result<Way, JitError> {
        let now = self.clock.now();
        let since = match filter.since {
            Some(since) => since,
            None => self.store.entries().begins().await?.unwrap_or(now).min(now - KEPT),
        };
        // Clocks may differ: what is a little ahead of us is shown as well.
        let newest = now.saturating_add(APART).unwrap_or(Timestamp::MAX);
        let until = filter.after.clone().unwrap_or_else(|| Place::before(filter.until.unwrap_or(newest)));
        Ok(Way { until, width: STRETCH, since })
    }

    /// What was done in one stretch of time, and where to go on.
    async fn stretch(
        &self,
        by: &CurrentUser,
        filter: &ActivityFilter,
        way: Way,
    ) -> Result<(Stretch, Option<Way>), JitError> {
        let Way { until, width, since: floor } = way;
        let now = self.clock.now();
        let end = until.end();
        let begin = floor.max(end.saturating_sub(width).unwrap_or(Timestamp::MIN));
        if end <= begin {
            return Ok((Stretch::default(), None));
        }
        let rules = self.rules.now();
        let rules = rules.of(by.who()).letting(Verb::Audit);
        let list = self.inventory.snapshot().await?;
        let around = |at: Timestamp, by: SignedDuration| at.saturating_add(by).unwrap_or(Timestamp::MAX);
        let (told, entries) = futures_util::future::join(
            self.told_by_azure(&rules, &list, filter, around(begin, -APART), around(end, APART)),
            self.store.entries().between(around(begin, -APART), around(end, APART), MOST_ENTRIES),
        )
        .await;
        let entries = entries?;
        let reaches = reach(&entries).into_iter().chain(told.whole_since).fold(begin, Timestamp::max);
        // Where so much happened at once that it cannot be told apart, the rest is given up.
        let reaches = if reaches < end { reaches } else { begin };
        let own = activity::read(entries);
        let (unread, calls) = (told.unread(), activity::calls(told.events));
        let mut rows = activity::join(calls, &own, &unread, now);
        rows.retain(|row| reaches <= row.activity.at && Place::of(&row.activity) < until);
        self.find_machines(&list, &mut rows).await;
        let mut items = Self::allowed(&rules, &list, filter, rows);
        items.sort_by_key(|item| std::cmp::Reverse(Place::of(item)));
        let next = (floor < reaches).then(|| Way {
            until: Place::before(reaches),
            width: width.saturating_mul(2),
            since: floor,
        });
        Ok((Stretch { items, unreadable: told.unreadable }, next))
    }

    /// What of it they may know, and asked for.
    fn allowed(
        rules: &RulesOf<'_>,
        list: &Arc<Snapshot>,
        filter: &ActivityFilter,
        rows: Vec<Row>,
    ) -> Vec<Activity> {
        let may = |vm: &_| rules.allow(Verb::Audit, Self::place_in(Some(list), vm));
        let mut items = Vec::new();
        for Row { mut activity, outside } in rows {
            let is_of_no_machine = activity.vms.is_empty();
            activity.vms.retain(may);
            let may_know = match &outside {
                // The policy is gone, or its machines are: it counts as one of that name beside them.
                Some(policy) if is_of_no_machine => may(&outside::stand_in(policy)),
                Some(_) | None => !activity.vms.is_empty(),
            };
            if may_know && filter.lets_through(&activity) {
                items.push(activity);
            }
        }
        items
    }
}

/// From when on the entries that were read are all there are; nothing if they are all there are anyway.
fn reach(entries: &[Entry]) -> Option<Timestamp> {
    let oldest = entries.last().filter(|_| MOST_ENTRIES <= entries.len())?;
    oldest.content.at.saturating_add(APART).ok()
}

/// The name of a subscription, or its id.
fn name_of(list: &Snapshot, subscription: Uuid) -> String {
    let known = list.subscriptions.iter().find(|known| known.id == subscription);
    known.map_or_else(|| subscription.to_string(), |known| known.name.clone())
}
