//! What a month or a quarter was like, for those who may audit.

use std::pin::pin;

use futures_util::TryStreamExt;
use shared::report::Report;

use super::activity::ActivityFilter;
use super::{Jit, JitError};
use crate::azure::activity::KEPT;
use crate::report::{Hours, Period, Reach, Tally, Terms, WorkingHours};
use crate::session::CurrentUser;

/// What a report is wanted of.
#[derive(Debug, Clone)]
pub struct WantedReport {
    /// The month or the quarter.
    pub period: Period,
    /// The time zone and its name, if not the usual one.
    pub zone: Option<(jiff::tz::TimeZone, String)>,
    /// From when to when people work, if not as usual.
    pub between: Option<Hours>,
}

impl Jit {
    /// The report on what was done on machines whose audit trail the caller may read.
    pub async fn report(&self, by: &CurrentUser, wanted: WantedReport) -> Result<Report, JitError> {
        let usual = self.reports.hours.clone();
        let (zone, zone_name) = wanted.zone.unwrap_or((usual.zone, usual.zone_name));
        let between = wanted.between.unwrap_or(usual.between);
        let hours = WorkingHours { zone, zone_name, between, days: usual.days };
        let (since, until) = wanted.period.bounds(&hours.zone);
        let filter = ActivityFilter { since: Some(since), until: Some(until), ..ActivityFilter::default() };
        let stretches = self.all_activity(by, filter).await?;
        let as_of = self.clock.now();
        let list = self.inventory.snapshot().await?;
        let subscriptions = list.subscriptions.iter().map(|known| (known.id, known.name.clone())).collect();
        let networks = self.rules.now().of(by.who()).networks();
        let ticket = self.reports.ticket.clone();
        let mut tally = Tally::new(Terms { period: wanted.period, hours, ticket, networks, subscriptions });
        let mut missing = std::collections::BTreeMap::new();
        let mut stretches = pin!(stretches);
        while let Some(stretch) = stretches.try_next().await? {
            for item in &stretch.items {
                tally.take(item);
            }
            missing.extend(stretch.unreadable.into_iter().map(|told| (told.id, told)));
        }
        Ok(tally.finish(Reach {
            as_of,
            azure_since: as_of - KEPT,
            own_since: self.store.entries().begins().await?,
            unreadable: missing.into_values().collect(),
        }))
    }
}
