//! What Defender saw when it looked, and when it will look again.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};

use super::look;
use crate::{
    resource_id, stable,
    world::{Assessment, World},
};

/// What it says of machines that it looks at by its own clock, or said of them before.
#[derive(Debug, Clone, Default)]
pub struct Defender {
    /// Up to when it has looked.
    settled_at: Option<Timestamp>,
    /// By the machine's id in lower case.
    seen: BTreeMap<String, Seen>,
    /// When the first of them is due.
    next: Option<Timestamp>,
    /// What it said until a moment, whatever was to be seen.
    before: BTreeMap<String, Vec<(Timestamp, Assessment)>>,
    /// Likewise of a world file, waiting to learn what time it is.
    past: Vec<(String, SignedDuration, Assessment)>,
}

#[derive(Debug, Clone)]
struct Seen {
    next: Timestamp,
    /// What it says from a moment on, oldest first; never without an element.
    said: Vec<(Timestamp, Option<Assessment>)>,
}

/// What it says at a moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said {
    pub verdict: Option<Assessment>,
    /// Since when, if that is known.
    pub since: Option<Timestamp>,
}

impl Defender {
    /// Lets it have said something of a machine until so long before the beginning.
    pub(crate) fn said_before(&mut self, vm: &str, ago: SignedDuration, said: Assessment) {
        self.past.push((resource_id::key(vm), ago, said));
    }

    pub(crate) fn begin(&mut self, now: Timestamp) {
        for (vm, ago, said) in std::mem::take(&mut self.past) {
            let before = self.before.entry(vm).or_default();
            before.push((now - ago, said));
            before.sort_by_key(|(until, _)| *until);
        }
    }

    /// What it says of a machine at a moment; nothing if it would look first.
    pub fn said(&self, vm: &str, at: Timestamp) -> Option<Said> {
        let key = resource_id::key(vm);
        let before = self.before.get(&key).map(Vec::as_slice).unwrap_or_default();
        let next = before.partition_point(|(until, _)| *until <= at);
        let since = next.checked_sub(1).map(|last| before[last].0);
        if let Some((_, said)) = before.get(next) {
            return Some(Said { verdict: Some(said.clone()), since });
        }
        let said = &self.seen.get(&key)?.said;
        // Before it looked first it said what it saw then.
        let last = said.partition_point(|(from, _)| *from <= at).saturating_sub(1);
        let (from, verdict) = said.get(last)?;
        let since = if last == 0 { since } else { Some(*from) };
        Some(Said { verdict: verdict.clone(), since })
    }

    /// Since when it says what it says at a moment, if that is known.
    pub fn changed_at(&self, vm: &str, at: Timestamp) -> Option<Timestamp> {
        match self.said(vm, at) {
            Some(said) => said.since,
            None => self.before.get(&resource_id::key(vm))?.last().map(|(until, _)| *until),
        }
    }

    /// Looks at what was due until now. Returns the machines of which it says something else, and since
    /// when.
    pub(crate) fn settle(&mut self, world: &World, now: Timestamp) -> Vec<(Timestamp, String)> {
        let is_first = self.settled_at.is_none();
        let since = self.settled_at.replace(now).unwrap_or(now);
        let every = world.behaviour.assessment_every;
        let untils = self.before.iter().flat_map(|(vm, before)| before.iter().map(move |(at, _)| (*at, vm)));
        let mut changes: Vec<(Timestamp, String)> =
            untils.filter(|(at, _)| since < *at && *at <= now).map(|(at, vm)| (at, vm.clone())).collect();
        if every.is_zero() {
            self.seen.clear();
            return changes;
        }
        if self.seen.len() == world.vms.len() && self.next.is_some_and(|next| now < next) {
            return changes;
        }
        self.seen.retain(|vm, _| world.vms.contains(vm));
        for vm in world.vms.iter() {
            let key = resource_id::key(&vm.id);
            let seen = self.seen.entry(key.clone()).or_insert_with(|| {
                // At the beginning each machine was looked at some time ago.
                let ago = if is_first { phase(&vm.id, every) } else { SignedDuration::ZERO };
                Seen { next: since - ago + every, said: vec![(since - ago, look(world, vm, since))] }
            });
            if now < seen.next {
                continue;
            }
            let missed = (now.duration_since(seen.next).as_secs() / every.as_secs().max(1)).max(0);
            let last = seen.next + every * i32::try_from(missed).unwrap_or(i32::MAX);
            // In between nothing can have changed but time.
            for at in [seen.next, last] {
                let verdict = look(world, vm, at);
                if seen.said.last().is_none_or(|(_, said)| *said != verdict) {
                    seen.said.push((at, verdict));
                    changes.push((at, key.clone()));
                }
            }
            seen.next = last + every;
        }
        self.next = self.seen.values().map(|seen| seen.next).min();
        changes
    }
}

/// How long before the beginning it looked at a machine.
fn phase(vm: &str, every: SignedDuration) -> SignedDuration {
    let seconds = i64::from(stable::number(vm)).rem_euclid(every.as_secs().max(1));
    SignedDuration::from_secs(seconds)
}
