//! The list of machines as one person may see it: a pure function of inventory, rules and filter.

use std::collections::{BTreeMap, BTreeSet};

use shared::page::Page;
use shared::resource_id::{ArmName, VmId};
use shared::vm::{Facets, JitState, Os, PowerState, SubscriptionName, Vm, VmPage};
use uuid::Uuid;

use crate::inventory::{InventoryVm, Snapshot};
use crate::rules::RulesOf;

/// Which machines are wanted. An empty list of values does not restrict.
#[derive(Debug, Clone, Default)]
pub struct VmFilter {
    /// Words that must all occur in the name, group, subscription, address or a tag.
    pub words: Vec<String>,
    /// Subscriptions.
    pub subscriptions: Vec<Uuid>,
    /// Regions.
    pub locations: Vec<String>,
    /// Operating systems.
    pub os: Vec<Os>,
    /// Power states.
    pub power: Vec<PowerState>,
    /// States of just-in-time access, by their name on the wire.
    pub jit: Vec<JitFilter>,
    /// The last machine of the page before.
    pub after: Option<VmId>,
    /// How many at most.
    pub limit: usize,
}

/// A state of just-in-time access, without what belongs to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum JitFilter {
    /// A policy names the machine.
    Configured,
    /// None does.
    NotConfigured,
    /// Policies could not be read.
    Unknown,
}

/// The page of machines that those whom `rules` are about may see and `filter` lets through, in
/// the order of the snapshot; those whose name is what is looked for go first.
pub fn list(snapshot: &Snapshot, rules: &RulesOf<'_>, filter: &VmFilter) -> VmPage {
    let visible: Vec<&InventoryVm> =
        snapshot.vms().filter(|entry| rules.may_see(snapshot.place(entry))).collect();
    let facets = facets(&visible);
    let words: Vec<String> = filter.words.iter().map(|word| word.to_lowercase()).collect();
    let mut matching: Vec<&InventoryVm> =
        visible.into_iter().filter(|entry| filter.lets_through(entry, &words)).collect();
    if !words.is_empty() {
        matching.sort_by_cached_key(|entry| Closeness::of(&entry.vm.id, &words));
    }
    let total = u32::try_from(matching.len()).unwrap_or(u32::MAX);
    let after = filter.after.as_ref().map(|after| order(after, &words));
    let rest = matching
        .into_iter()
        .skip_while(|entry| after.as_ref().is_some_and(|after| order(&entry.vm.id, &words) <= *after));
    let items = rest.take(filter.limit + 1).map(|entry| entry.vm.clone()).collect();
    let Page { items, next } = Page::first(items, filter.limit, |vm: &Vm| vm.id.to_string());
    let unreadable = snapshot.unreadable_for(rules);
    VmPage { items, next, total, as_of: snapshot.as_of, unreadable, facets }
}

/// How close a machine's name comes to what is looked for; the closest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Closeness {
    /// It is one of the words.
    Same,
    /// It begins with one.
    Begins,
    /// One is in it.
    Within,
    /// What is looked for is elsewhere, such as in a group's name.
    Elsewhere,
}

impl Closeness {
    fn of(vm: &VmId, words: &[String]) -> Self {
        let name = vm.name().as_str().to_lowercase();
        let closeness = |word: &String| match name.find(word.as_str()) {
            Some(0) if name.len() == word.len() => Self::Same,
            Some(0) => Self::Begins,
            Some(_) => Self::Within,
            None => Self::Elsewhere,
        };
        words.iter().map(closeness).min().unwrap_or(Self::Elsewhere)
    }
}

fn order<'a>(vm: &'a VmId, words: &[String]) -> (Closeness, &'a ArmName, &'a VmId) {
    (Closeness::of(vm, words), vm.name(), vm)
}

fn facets(visible: &[&InventoryVm]) -> Facets {
    let names: BTreeMap<Uuid, &str> = visible
        .iter()
        .map(|entry| (entry.vm.id.subscription(), entry.vm.subscription_name.as_str()))
        .collect();
    let subscriptions: BTreeSet<SubscriptionName> =
        names.into_iter().map(|(id, name)| SubscriptionName { name: name.to_owned(), id }).collect();
    let locations: BTreeSet<&str> = visible.iter().map(|entry| entry.vm.location.as_str()).collect();
    Facets {
        subscriptions: subscriptions.into_iter().collect(),
        locations: locations.into_iter().map(str::to_owned).collect(),
    }
}

impl VmFilter {
    fn lets_through(&self, entry: &InventoryVm, words: &[String]) -> bool {
        let vm = &entry.vm;
        among(&self.subscriptions, |id| *id == vm.id.subscription())
            && among(&self.locations, |location| location.eq_ignore_ascii_case(&vm.location))
            && among(&self.os, |os| *os == vm.os)
            && among(&self.power, |power| *power == vm.power)
            && among(&self.jit, |jit| jit.is(&vm.jit))
            && words.iter().all(|word| entry.found_by.contains(word))
    }
}

impl JitFilter {
    fn is(self, state: &JitState) -> bool {
        match state {
            JitState::Configured { .. } => self == Self::Configured,
            JitState::NotConfigured => self == Self::NotConfigured,
            JitState::Unknown => self == Self::Unknown,
        }
    }
}

fn among<T>(wanted: &[T], is: impl Fn(&T) -> bool) -> bool {
    wanted.is_empty() || wanted.iter().any(is)
}
