//! How compliance went over time. Azure tells how machines stand, and not how many stood how a month
//! ago: so Postern writes that down, once a day and whenever somebody looks.

use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp};
use shared::compliance::{AssignmentName, AssignmentScope, ComplianceHistory};
use shared::verb::Verb;
use uuid::Uuid;

use super::Sight;
use crate::compliance::{self, Book};
use crate::inventory::Snapshot;
use crate::jit::{Jit, JitError};
use crate::session::CurrentUser;
use crate::store::{DayRecord, StoreError};

/// When in a day it is written down what nobody looked at.
const AT: SignedDuration = SignedDuration::from_hours(3);

/// How long a replica has to itself what it writes down.
const TURN: SignedDuration = SignedDuration::from_mins(30);

/// For how long days are kept.
const KEPT: SignedDuration = SignedDuration::from_hours(2 * 366 * 24);

impl Jit {
    /// How many machines were in which state, for so many days, in the resource groups that the caller
    /// may comply on as a whole.
    pub async fn compliance_history(
        &self,
        by: &CurrentUser,
        assignment: &str,
        days: u16,
    ) -> Result<ComplianceHistory, JitError> {
        let sight = self.sight(by).await?;
        let since = compliance::day_of(sight.look.now)
            - SignedDuration::from_hours(24) * i32::from(days.saturating_sub(1));
        let records = self.store.compliance_days().of(assignment, since).await?;
        let told = sight.aside(move |sight, visible, rules| {
            let ancestry = &sight.look.snapshot.ancestry;
            let may = |record: &DayRecord| {
                let group = AssignmentScope::ResourceGroup(record.subscription, record.group.clone());
                rules.allow_at(Verb::Comply, &group, ancestry)
            };
            let is_hidden = |judged: &compliance::Judged<'_>| {
                let id = &judged.entry.vm.id;
                let group = AssignmentScope::ResourceGroup(id.subscription(), id.resource_group().clone());
                !rules.allow_at(Verb::Comply, &group, ancestry)
            };
            let facets = compliance::facets(visible, &sight.book);
            let assignments: BTreeSet<AssignmentName> = facets.assignments.into_iter().collect();
            ComplianceHistory {
                items: compliance::days(records.into_iter().filter(may)),
                assignments: assignments.into_iter().collect(),
                partial: visible.iter().any(is_hidden),
            }
        });
        told.await
    }

    /// Writes down how machines stand, as far as that was just asked.
    pub(super) async fn keep_days(&self, sight: &Sight) -> Result<(), JitError> {
        let now = sight.look.now;
        let fresh: Vec<Uuid> = self.compliance_states.take_unkept(&sight.book, compliance::day_of(now));
        if fresh.is_empty() {
            return Ok(());
        }
        let kept = sight.clone().aside(move |sight, _, _| {
            let of = |id: Uuid| {
                compliance::records(&sight.look.snapshot, &sight.book, id, now).map(|records| (id, records))
            };
            fresh.into_iter().filter_map(of).collect::<Vec<_>>()
        });
        Ok(self.put_days(now, kept.await?).await?)
    }

    async fn put_days(&self, now: Timestamp, days: Vec<(Uuid, Vec<DayRecord>)>) -> Result<(), StoreError> {
        for (subscription, records) in days {
            self.store.compliance_days().put(compliance::day_of(now), subscription, &records).await?;
        }
        Ok(())
    }

    /// Sees to it that every day is written down, until the service stops.
    pub fn keep_compliance(&self) {
        let jit = self.clone();
        self.watchers.track(async move {
            let holder = Uuid::now_v7();
            loop {
                let now = jit.clock.now();
                let today = compliance::day_of(now) + AT;
                let next = if now < today { today } else { today + SignedDuration::from_hours(24) };
                tokio::select! {
                    () = jit.clock.sleep_until(next) => {}
                    () = jit.watchers.stopping() => return,
                }
                if let Err(error) = jit.keep_today(holder).await {
                    let error = &error as &dyn std::error::Error;
                    tracing::warn!(error, "how machines comply could not be written down for today");
                }
            }
        });
    }

    async fn keep_today(&self, holder: Uuid) -> Result<(), JitError> {
        let rules = self.rules.now();
        if !rules.iter().any(|rule| rule.may.contains(&Verb::Comply)) {
            return Ok(());
        }
        let now = self.clock.now();
        // It is not given back: whoever comes a moment later would do the same again.
        if !self.store.leases().take("compliance-day", holder, now, now + TURN).await? {
            return Ok(());
        }
        let snapshot = self.inventory.snapshot().await?;
        for subscription in &snapshot.subscriptions {
            self.keep_subscription(&snapshot, subscription.id, now).await?;
        }
        let long_ago = now.saturating_sub(KEPT).unwrap_or(Timestamp::MIN);
        Ok(self.store.compliance_days().purge(long_ago).await?)
    }

    async fn keep_subscription(
        &self,
        snapshot: &Snapshot,
        id: Uuid,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let book: Book = [(id, self.told_of(id).await)].into();
        let records = compliance::records(snapshot, &book, id, now);
        self.put_days(now, records.map(|records| (id, records)).into_iter().collect()).await
    }
}
