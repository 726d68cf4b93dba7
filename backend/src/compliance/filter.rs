//! Which machines are wanted, in what order, and in which groups.

use std::cmp::Reverse;
use std::collections::HashMap;

use shared::compliance::{ComplianceGroup, ComplianceState, LiveState, StateCounts};
use shared::jit_list::Severity;
use shared::resource_id::{ArmName, VmId};
use uuid::Uuid;

use super::Judged;
use crate::jit_list::Start;

/// Which machines are wanted. An empty list of values does not restrict.
#[derive(Debug, Clone, Default)]
pub struct ComplianceFilter {
    /// The id of one assignment, in small letters: what the others make of machines does not count.
    pub assignment: Option<String>,
    /// What Azure makes of them; nothing for those that no assignment is about.
    pub states: Vec<Option<ComplianceState>>,
    /// What is seen of them.
    pub live: Vec<LiveState>,
    /// How much they need just-in-time access.
    pub severities: Vec<Severity>,
    /// Only those of which Azure and what is seen differ.
    pub differs: bool,
    /// Words that must all occur in the name, group, subscription, address or a tag.
    pub words: Vec<String>,
    /// Subscriptions.
    pub subscriptions: Vec<Uuid>,
    /// Resource groups.
    pub groups: Vec<String>,
    /// Owners; an empty one for those without.
    pub owners: Vec<String>,
    /// What they are grouped by.
    pub by: Grouping,
}

/// What machines are grouped by.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Grouping {
    /// Their resource group.
    #[default]
    Group,
    /// Who answers for them.
    Owner,
    /// Nothing.
    None,
}

/// The group of a machine. Owners that differ in case alone are one.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
enum Key {
    Group(ArmName, Uuid),
    Owner(Option<String>),
    All,
}

/// The machines that match, in order, and how many there are in each state and group.
#[derive(Debug)]
pub struct Matching<'j, 'a> {
    /// The machines.
    pub vms: Vec<&'j Judged<'a>>,
    /// How many match all but the state.
    pub counts: StateCounts,
    by: Grouping,
    groups: HashMap<Key, Group>,
}

#[derive(Debug, Default)]
struct Group {
    machines: u32,
    high: u32,
    worst: Option<Reverse<Severity>>,
}

/// Those of the machines that `filter` lets through, the most severe group first and in each the most
/// severe machine.
pub fn matching<'j, 'a>(visible: &'j [Judged<'a>], filter: &ComplianceFilter) -> Matching<'j, 'a> {
    let words: Vec<String> = filter.words.iter().map(|word| word.to_lowercase()).collect();
    let assignment = filter.assignment.as_deref();
    let mut counts = StateCounts::default();
    let mut groups: HashMap<Key, Group> = HashMap::new();
    let mut vms = Vec::new();
    for judged in visible.iter().filter(|judged| filter.lets_through(judged, &words)) {
        let state = judged.state(assignment);
        counts.add(state);
        if !among(&filter.states, |wanted| *wanted == state) {
            continue;
        }
        let group = groups.entry(filter.by.key(judged)).or_default();
        group.machines += 1;
        group.high += u32::from(judged.severity == Some(Severity::High));
        group.worst = group.worst.max(judged.severity.map(Reverse));
        vms.push(judged);
    }
    vms.sort_by_cached_key(|judged| {
        let key = filter.by.key(judged);
        let worst = Reverse(groups.get(&key).and_then(|group| group.worst));
        (worst, key, Reverse(judged.severity.map(Reverse)))
    });
    Matching { vms, counts, by: filter.by, groups }
}

/// The part of the list that begins at `start`, at most `limit` long, and where to go on.
pub fn page<'m, 'j, 'a>(
    matching: &'m Matching<'j, 'a>,
    start: &Start,
    limit: usize,
) -> (&'m [&'j Judged<'a>], Option<String>) {
    let vms = &matching.vms;
    let place = |id: &VmId| vms.iter().position(|judged| judged.entry.vm.id == *id);
    let known = start.after.as_ref().and_then(place);
    let begin = known.map_or(start.offset, |place| place + 1).min(vms.len());
    let end = (begin + limit).min(vms.len());
    let items = &vms[begin..end];
    let next = items.last().filter(|_| end < vms.len()).map(|last| format!("{end} {}", last.entry.vm.id));
    (items, next)
}

impl Matching<'_, '_> {
    /// The groups of these machines, in their order.
    pub fn groups_of(&self, items: &[&Judged<'_>]) -> Vec<ComplianceGroup> {
        let mut groups = Vec::new();
        let mut last = None;
        for judged in items {
            let key = self.by.key(judged);
            if key == Key::All || last.as_ref() == Some(&key) {
                continue;
            }
            let Some(group) = self.groups.get(&key) else { continue };
            groups.push(self.told(&key, group, judged));
            last = Some(key);
        }
        groups
    }

    fn told(&self, key: &Key, group: &Group, first: &Judged<'_>) -> ComplianceGroup {
        let Group { machines, high, .. } = *group;
        match key {
            Key::Group(name, _) => {
                let mut owners = self.vms.iter().filter(|other| self.by.key(other) == *key);
                let agree = owners.all(|other| other.owner == first.owner);
                ComplianceGroup {
                    name: Some(name.to_string()),
                    subscription_name: Some(first.entry.vm.subscription_name.clone()),
                    owner: first.owner.filter(|_| agree).map(str::to_owned),
                    machines,
                    high,
                }
            }
            Key::Owner(_) | Key::All => ComplianceGroup {
                name: first.owner.map(str::to_owned),
                subscription_name: None,
                owner: None,
                machines,
                high,
            },
        }
    }
}

impl Grouping {
    fn key(self, judged: &Judged<'_>) -> Key {
        let id = &judged.entry.vm.id;
        match self {
            Self::Group => Key::Group(id.resource_group().clone(), id.subscription()),
            Self::Owner => Key::Owner(judged.owner.map(str::to_lowercase)),
            Self::None => Key::All,
        }
    }
}

impl ComplianceFilter {
    /// All but the state, by which machines are counted.
    fn lets_through(&self, judged: &Judged<'_>, words: &[String]) -> bool {
        let vm = &judged.entry.vm;
        let group = vm.id.resource_group().as_str();
        let owner = judged.owner.unwrap_or_default();
        let assignment = self.assignment.as_deref();
        (assignment.is_none() || judged.state(assignment).is_some())
            && among(&self.live, |live| *live == judged.live)
            && among(&self.severities, |severity| Some(*severity) == judged.severity)
            && among(&self.subscriptions, |id| *id == vm.id.subscription())
            && among(&self.groups, |wanted| wanted.eq_ignore_ascii_case(group))
            && among(&self.owners, |wanted| wanted.eq_ignore_ascii_case(owner))
            && (!self.differs || judged.gap().is_some())
            && words.iter().all(|word| judged.entry.found_by.contains(word))
    }
}

fn among<T>(wanted: &[T], is: impl Fn(&T) -> bool) -> bool {
    wanted.is_empty() || wanted.iter().any(is)
}
