//! What a month or a quarter was like: a pure function of what was done in it.
//!
//! [`Tally`] takes what was done in any order and as a stream, and remembers of it only what the
//! report shows, so that a year of entries takes no more memory than a day.

mod best;
mod csv;
mod hours;
mod period;
mod shares;

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use jiff::civil::Date;
use regex::Regex;
use shared::access::RequestId;
use shared::activity::{Activity, ActivityStatus, Operation, Origin};
use shared::report::{Day, Listing, Report, Totals};
use shared::source::Source;
use shared::vm::{Network, UnreadableSubscription};
use uuid::Uuid;

use best::{Best, Newest};
use shares::Shares;

pub use csv::lines;
pub use hours::{Hours, Weekdays, WorkingHours, time_of_day, zone};
pub use period::{Period, WrongPeriod};

/// How many grants are shown as the longest, and as the broadest.
const MOST_EXTREME: usize = 10;

/// How many shares are shown of what is spread over people, machines, groups or networks.
const MOST_SHARES: usize = 50;

/// How many are listed of what stands out.
const MOST_LISTED: usize = 100;

/// What a report goes by.
#[derive(Debug, Clone)]
pub struct Terms {
    /// The month or the quarter.
    pub period: Period,
    /// When people work, and in which time zone.
    pub hours: WorkingHours,
    /// What a ticket looks like within a reason.
    pub ticket: Regex,
    /// Networks that have a name.
    pub networks: Vec<Network>,
    /// What subscriptions are called.
    pub subscriptions: BTreeMap<Uuid, String>,
}

/// How far what it is made of reaches.
#[derive(Debug, Clone)]
pub struct Reach {
    /// When it was read.
    pub as_of: Timestamp,
    /// How far back Azure's log goes.
    pub azure_since: Timestamp,
    /// When Postern's own trail begins.
    pub own_since: Option<Timestamp>,
    /// Of which subscriptions something is missing.
    pub unreadable: Vec<UnreadableSubscription>,
}

/// What was done so far as it was taken.
#[derive(Debug)]
pub struct Tally {
    terms: Terms,
    begins: Timestamp,
    ends: Timestamp,
    totals: Totals,
    closed_early: BTreeSet<RequestId>,
    days: BTreeMap<Date, Day>,
    people: Shares,
    machines: Shares,
    groups: Shares,
    networks: Shares,
    longest: Best<i64>,
    broadest: Best<u8>,
    out_of_hours: Newest,
    without_ticket: Newest,
    refused: Newest,
    outside: Newest,
}

impl Tally {
    /// Nothing yet.
    pub fn new(terms: Terms) -> Self {
        let (begins, ends) = terms.period.bounds(&terms.hours.zone);
        Self {
            terms,
            begins,
            ends,
            totals: Totals::default(),
            closed_early: BTreeSet::new(),
            days: BTreeMap::new(),
            people: Shares::default(),
            machines: Shares::default(),
            groups: Shares::default(),
            networks: Shares::default(),
            longest: Best::of(MOST_EXTREME),
            broadest: Best::of(MOST_EXTREME),
            out_of_hours: Newest::of(MOST_LISTED),
            without_ticket: Newest::of(MOST_LISTED),
            refused: Newest::of(MOST_LISTED),
            outside: Newest::of(MOST_LISTED),
        }
    }

    /// Takes something that was done. What was done at another time counts for nothing.
    pub fn take(&mut self, item: &Activity) {
        if !(self.begins <= item.at && item.at < self.ends) {
            return;
        }
        if item.origin == Origin::Outside {
            self.outside.take(item);
        }
        match item.operation {
            Operation::Initiate if is_refused(item) => self.take_refusal(item),
            Operation::Initiate => self.take_grant(item),
            Operation::Close if !is_refused(item) => self.closed_early.extend(item.request),
            Operation::Close
            | Operation::Update
            | Operation::Delete
            | Operation::Start
            | Operation::Link
            | Operation::Ask
            | Operation::Other => {}
        }
    }

    fn take_refusal(&mut self, item: &Activity) {
        self.refused.take(item);
        self.day(item).refused += 1;
        self.share(item, |share| share.refused += 1);
    }

    fn take_grant(&mut self, item: &Activity) {
        let minutes = minutes(item);
        let is_out_of_hours = !self.terms.hours.cover(item.at);
        self.totals.grants += 1;
        self.totals.minutes = self.totals.minutes.saturating_add(minutes);
        let day = self.day(item);
        day.grants += 1;
        day.out_of_hours += u32::from(is_out_of_hours);
        self.share(item, |share| {
            share.grants += 1;
            share.minutes = share.minutes.saturating_add(minutes);
            share.out_of_hours += u32::from(is_out_of_hours);
        });
        if let Some(until) = item.until {
            self.longest.take(until.duration_since(item.at).as_secs(), item);
        }
        let breadth = sources(item).iter().map(breadth).max().unwrap_or_default();
        if breadth > 0 {
            self.broadest.take(breadth, item);
        }
        if is_out_of_hours {
            self.out_of_hours.take(item);
        }
        let has_ticket = item.reason.as_deref().is_some_and(|reason| self.terms.ticket.is_match(reason));
        if item.origin != Origin::Outside && !has_ticket {
            self.without_ticket.take(item);
        }
    }

    fn day(&mut self, item: &Activity) -> &mut Day {
        let date = item.at.to_zoned(self.terms.hours.zone.clone()).date();
        self.days.entry(date).or_insert_with(|| empty_day(date))
    }

    /// Counts something for whoever it belongs to: once for the person, and once for each machine,
    /// group and network.
    fn share(&mut self, item: &Activity, count: impl Fn(&mut shared::report::Share)) {
        count(self.people.of_person(item));
        for vm in &item.vms {
            count(self.machines.of_machine(vm));
        }
        let mut groups: Vec<_> = item.vms.iter().map(|vm| (vm.subscription(), vm.resource_group())).collect();
        groups.sort_unstable();
        groups.dedup();
        for (subscription, group) in groups {
            let name = self.terms.subscriptions.get(&subscription).cloned();
            count(self.groups.of_group(group, &name.unwrap_or_else(|| subscription.to_string())));
        }
        let mut networks: Vec<String> =
            sources(item).iter().map(|source| shares::network(&self.terms.networks, source)).collect();
        networks.sort_unstable();
        networks.dedup();
        for network in networks {
            count(self.networks.of_network(network));
        }
    }

    /// The report.
    pub fn finish(self, reach: Reach) -> Report {
        let hours = &self.terms.hours;
        let days = self.terms.period.days().into_iter();
        let days = days.map(|date| self.days.get(&date).cloned().unwrap_or_else(|| empty_day(date)));
        let listing = |newest: Newest| -> Listing { newest.into() };
        Report {
            period: self.terms.period.to_string(),
            begins: self.begins,
            ends: self.ends,
            zone: hours.zone_name.clone(),
            hours: hours.in_words(),
            weekdays: hours.days.names(),
            as_of: reach.as_of,
            azure_since: reach.azure_since,
            own_since: reach.own_since,
            unreadable: reach.unreadable,
            totals: Totals {
                closed_early: u32::try_from(self.closed_early.len()).unwrap_or(u32::MAX),
                ..self.totals
            },
            days: days.collect(),
            people: self.people.ranking(MOST_SHARES),
            machines: self.machines.ranking(MOST_SHARES),
            groups: self.groups.ranking(MOST_SHARES),
            networks: self.networks.ranking(MOST_SHARES),
            longest: self.longest.into_items(),
            broadest: self.broadest.into_items(),
            out_of_hours: listing(self.out_of_hours),
            without_ticket: listing(self.without_ticket),
            refused: listing(self.refused),
            outside: listing(self.outside),
        }
    }
}

/// Whether nothing was opened, as far as is known.
fn is_refused(item: &Activity) -> bool {
    matches!(item.status, ActivityStatus::Refused | ActivityStatus::Failed)
}

/// How long a grant was for, the begun minute included.
fn minutes(item: &Activity) -> u32 {
    let seconds = item.until.map_or(0, |until| until.duration_since(item.at).as_secs());
    u32::try_from(seconds).map_or(0, |seconds| seconds.div_ceil(60))
}

/// For whose addresses; what is no address, as a tag of Azure's, is left out.
fn sources(item: &Activity) -> Vec<Source> {
    let texts = item.source.iter().flat_map(|sources| sources.split(','));
    texts.filter_map(|text| text.trim().parse().ok()).collect()
}

/// How many addresses a source lets in, as powers of two; more for anywhere than for anything else.
/// Those of IPv6 count as those of IPv4 do: a /128 is one address, and a /64 one network.
fn breadth(source: &Source) -> u8 {
    match source.size_bits() {
        None => u8::MAX,
        Some(_) if source.is_anywhere() => u8::MAX,
        Some(bits) => bits,
    }
}

fn empty_day(date: Date) -> Day {
    Day { date: date.to_string(), grants: 0, out_of_hours: 0, refused: 0 }
}

#[cfg(test)]
mod tests;
