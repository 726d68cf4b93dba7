//! What Azure makes of each machine, and what is seen of it.

use std::collections::BTreeSet;

use shared::compliance::{AssignmentName, AssignmentScope, ComplianceFacets, ComplianceState, LiveState};
use shared::jit_list::Severity;
use shared::verb::Verb;
use shared::vm::SubscriptionName;

use super::{Book, Gap, OwnerTag, Told, Verdict};
use crate::azure::policy::PolicyAssignment;
use crate::inventory::{InventoryVm, Snapshot, Standing};
use crate::rules::RulesOf;

/// A machine, what Azure makes of it, and what is seen of it.
#[derive(Debug, Clone)]
pub struct Judged<'a> {
    /// The machine.
    pub entry: &'a InventoryVm,
    /// Who answers for it.
    pub owner: Option<&'a str>,
    /// What each assignment makes of it, the worst first.
    pub verdicts: Vec<Verdict>,
    /// What is seen of it.
    pub live: LiveState,
    /// How much it needs just-in-time access, where it has none that holds.
    pub severity: Option<Severity>,
}

/// The machines that those whom `rules` are about may comply on.
pub fn visible<'a>(
    snapshot: &'a Snapshot,
    book: &Book,
    rules: &RulesOf<'_>,
    tag: &OwnerTag,
) -> Vec<Judged<'a>> {
    let allowed = snapshot.vms().filter(|entry| rules.allow(Verb::Comply, snapshot.place(entry)));
    allowed.map(|entry| judged(snapshot, book, tag, entry)).collect()
}

/// All machines, whoever may comply on them.
pub fn all<'a>(snapshot: &'a Snapshot, book: &Book, tag: &OwnerTag) -> Vec<Judged<'a>> {
    snapshot.vms().map(|entry| judged(snapshot, book, tag, entry)).collect()
}

/// A machine, what Azure makes of it, and what is seen of it.
pub(super) fn judged<'a>(
    snapshot: &'a Snapshot,
    book: &Book,
    tag: &OwnerTag,
    entry: &'a InventoryVm,
) -> Judged<'a> {
    let told = book.get(&entry.vm.id.subscription());
    let mut verdicts = told.map(|told| told.verdicts(snapshot, entry)).unwrap_or_default();
    verdicts.sort_by(|a, b| (a.state, &a.assignment).cmp(&(b.state, &b.assignment)));
    let (live, severity) = seen(&entry.standing);
    Judged { entry, owner: tag.owner(&entry.tags), verdicts, live, severity }
}

impl Told {
    /// What assignments make of a machine. One that is about it and that Azure says nothing by has not
    /// started; where Azure could not be asked, nobody knows.
    fn verdicts(&self, snapshot: &Snapshot, entry: &InventoryVm) -> Vec<Verdict> {
        let mut verdicts = self.states.get(&entry.vm.id).cloned().unwrap_or_default();
        let state = if self.unread { ComplianceState::Unknown } else { ComplianceState::NotStarted };
        for assignment in self.assignments.iter().filter(|known| known.is_direct && known.reports()) {
            let is_known = verdicts.iter().any(|verdict| verdict.assignment == assignment.id);
            if !is_known && is_about(assignment, snapshot, entry) {
                let assignment = assignment.id.clone();
                verdicts.push(Verdict { assignment, state, at: None });
            }
        }
        verdicts
    }
}

impl PolicyAssignment {
    /// Whether Azure looks at machines by it.
    fn reports(&self) -> bool {
        !self.effect.as_deref().is_some_and(|effect| effect.eq_ignore_ascii_case("Disabled"))
    }
}

fn is_about(assignment: &PolicyAssignment, snapshot: &Snapshot, entry: &InventoryVm) -> bool {
    let id = &entry.vm.id;
    let covers = match &assignment.scope {
        AssignmentScope::ManagementGroup(group) => {
            snapshot.ancestry.of(id.subscription()).is_some_and(|groups| groups.contains(group))
        }
        AssignmentScope::Subscription(subscription) => *subscription == id.subscription(),
        AssignmentScope::ResourceGroup(subscription, group) => {
            *subscription == id.subscription() && group == id.resource_group()
        }
    };
    let leaves_out = || {
        let id = id.to_string().to_lowercase();
        let is_within = |scope: &String| {
            id.strip_prefix(scope.as_str()).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        assignment.not_scopes.iter().any(is_within)
    };
    covers && !leaves_out()
}

/// What is seen of a machine, and how much it needs just-in-time access.
fn seen(standing: &Standing) -> (LiveState, Option<Severity>) {
    match standing {
        Standing::Unknown => (LiveState::Unknown, None),
        Standing::Unsupported(_) => (LiveState::Unsupported, None),
        Standing::Configured(of) if of.unsupported.is_some() => (LiveState::Unsupported, None),
        Standing::Configured(of) if !of.risks.rules.is_empty() => (LiveState::Bypassed, Some(Severity::High)),
        Standing::Configured(_) => (LiveState::Protected, None),
        Standing::NotConfigured(need) => match need.severity {
            severity @ (Severity::High | Severity::Low) => (LiveState::Exposed, Some(severity)),
            Severity::Unknown => (LiveState::Unknown, Some(Severity::Unknown)),
            Severity::Healthy => (LiveState::NotNeeded, None),
        },
    }
}

impl Judged<'_> {
    /// What Azure makes of it: the worst of all assignments, or what one of them does.
    pub fn state(&self, assignment: Option<&str>) -> Option<ComplianceState> {
        let mut verdicts = self.verdicts.iter();
        verdicts
            .find(|verdict| assignment.is_none_or(|id| *verdict.assignment == *id))
            .map(|verdict| verdict.state)
    }

    /// Where Azure and what is seen differ.
    pub fn gap(&self) -> Option<Gap> {
        Gap::between(self.state(None), self.live, self.severity)
    }
}

/// What the filters can be set to.
pub fn facets(visible: &[Judged<'_>], book: &Book) -> ComplianceFacets {
    let mut assignments = BTreeSet::new();
    let (mut groups, mut owners, mut subscriptions) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
    for judged in visible {
        let vm = &judged.entry.vm;
        groups.insert(vm.id.resource_group());
        owners.extend(judged.owner);
        let id = vm.id.subscription();
        subscriptions.insert(SubscriptionName { name: vm.subscription_name.clone(), id });
        for verdict in &judged.verdicts {
            assignments.insert((verdict.assignment.clone(), id));
        }
    }
    let name = |(id, subscription): (std::sync::Arc<str>, _)| AssignmentName {
        name: book.get(&subscription).map(|told| told.name_of(&id)).unwrap_or_default(),
        id: id.to_string(),
    };
    let assignments: BTreeSet<AssignmentName> = assignments.into_iter().map(name).collect();
    ComplianceFacets {
        assignments: assignments.into_iter().collect(),
        groups: groups.into_iter().map(ToString::to_string).collect(),
        owners: owners.into_iter().map(str::to_owned).collect(),
        subscriptions: subscriptions.into_iter().collect(),
    }
}
