//! How machines stand on a day, to be kept: Azure keeps no such thing.

use std::collections::HashMap;

use jiff::{SignedDuration, Timestamp};
use shared::compliance::{ComplianceDay, StateCounts};
use uuid::Uuid;

use super::{Book, OwnerTag, judge};
use crate::inventory::Snapshot;
use crate::store::DayRecord;

/// How long a day is.
const DAY: SignedDuration = SignedDuration::from_hours(24);

/// When the day began that this moment is in, in UTC.
pub fn day_of(moment: Timestamp) -> Timestamp {
    let begun = moment.as_second().div_euclid(DAY.as_secs()) * DAY.as_secs();
    Timestamp::from_second(begun).unwrap_or(moment)
}

/// How the machines of a subscription stand, by resource group and assignment. Nothing of it counts
/// where not all could be read.
pub fn records(
    snapshot: &Snapshot,
    book: &Book,
    subscription: Uuid,
    now: Timestamp,
) -> Option<Vec<DayRecord>> {
    let told = book.get(&subscription).filter(|told| told.trouble.is_none())?;
    let (day, tag) = (day_of(now), OwnerTag::default());
    let mut records: HashMap<(String, String), DayRecord> = HashMap::new();
    for entry in snapshot.vms().filter(|entry| entry.vm.id.subscription() == subscription) {
        let judged = judge::judged(snapshot, book, &tag, entry);
        let group = entry.vm.id.resource_group();
        let each = judged.verdicts.iter().map(|verdict| (&*verdict.assignment, Some(verdict.state)));
        for (assignment, state) in each.chain([("", judged.state(None))]) {
            let key = (group.as_str().to_lowercase(), assignment.to_owned());
            let record = records.entry(key).or_insert_with(|| DayRecord {
                day,
                subscription,
                group: group.clone(),
                assignment: assignment.to_owned(),
                name: if assignment.is_empty() { String::new() } else { told.name_of(assignment) },
                counts: StateCounts::default(),
            });
            record.counts.add(state);
        }
    }
    Some(records.into_values().collect())
}

/// What is known of several groups, put together by day.
pub fn days(records: impl Iterator<Item = DayRecord>) -> Vec<ComplianceDay> {
    let mut days: Vec<ComplianceDay> = Vec::new();
    for DayRecord { day, counts, .. } in records {
        match days.last_mut() {
            Some(last) if last.day == day => last.counts.add_all(counts),
            _ => days.push(ComplianceDay { day, counts }),
        }
    }
    days
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_begins_at_midnight_in_utc() {
        let at = |text: &str| text.parse::<Timestamp>().unwrap();
        assert_eq!(day_of(at("2030-01-09T23:59:59.9Z")), at("2030-01-09T00:00:00Z"));
        assert_eq!(day_of(at("2030-01-10T00:00:00Z")), at("2030-01-10T00:00:00Z"));
    }

    #[test]
    fn groups_of_one_day_are_added_up() {
        let record = |day: &str, non_compliant| DayRecord {
            day: day.parse().unwrap(),
            subscription: Uuid::nil(),
            group: "web-rg".parse().unwrap(),
            assignment: String::new(),
            name: String::new(),
            counts: StateCounts { non_compliant, compliant: 1, ..StateCounts::default() },
        };
        let first = "2030-01-09T00:00:00Z";
        let told = days([record(first, 1), record(first, 2), record("2030-01-10T00:00:00Z", 4)].into_iter());
        let counts: Vec<_> =
            told.iter().map(|day| (day.counts.non_compliant, day.counts.compliant)).collect();
        assert_eq!(counts, [(3, 2), (4, 1)]);
    }
}
