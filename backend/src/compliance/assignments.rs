//! Where the policy is assigned, and where somebody may assign it.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use shared::compliance::{AssignableScope, Assignment, AssignmentScope, StateCounts};
use shared::resource_id::VmId;
use shared::verb::Verb;
use uuid::Uuid;

use super::{Book, Judged, Told};
use crate::azure::policy::{AssignmentId, PolicyAssignment};
use crate::inventory::Snapshot;
use crate::rules::RulesOf;

/// How many resource groups are offered to assign it to; the API takes any.
const MOST_GROUPS: usize = 1_000;

/// The assignments that are about something that those whom `rules` are about may comply on, by name.
pub fn assignments(
    snapshot: &Snapshot,
    book: &Book,
    rules: &RulesOf<'_>,
    visible: &[Judged<'_>],
) -> Vec<Assignment> {
    let mut known: HashMap<&AssignmentId, (&Told, &Arc<PolicyAssignment>)> = HashMap::new();
    for told in book.values() {
        known.extend(told.assignments.iter().map(|of| (&of.id, (&**told, of))));
    }
    let mut seen: HashMap<&AssignmentId, Assignment> = HashMap::new();
    for (id, (told, of)) in &known {
        seen.insert(id, told_of(snapshot, told, of, rules));
    }
    for judged in visible {
        for verdict in &judged.verdicts {
            let Some(assignment) = seen.get_mut(&verdict.assignment) else { continue };
            assignment.counts.add(Some(verdict.state));
            assignment.evaluated_at = assignment.evaluated_at.max(verdict.at);
        }
    }
    // Of what is about none of their machines they are told only where they may assign it themselves.
    let mut told: Vec<Assignment> = seen
        .into_iter()
        .filter(|(id, of)| {
            of.counts.covered() > 0 || rules.allow_at(Verb::Comply, &known[*id].1.scope, &snapshot.ancestry)
        })
        .map(|(_, of)| of)
        .collect();
    told.sort_by(|a, b| (&a.display_name, &a.id).cmp(&(&b.display_name, &b.id)));
    told
}

fn told_of(snapshot: &Snapshot, told: &Told, of: &PolicyAssignment, rules: &RulesOf<'_>) -> Assignment {
    Assignment {
        id: of.id.to_string(),
        display_name: of.display_name.clone(),
        scope: of.scope.to_string(),
        scope_name: name_of(snapshot, &of.scope),
        initiative: told.initiatives.get(&of.id).cloned(),
        effect: of.effect.clone().filter(|_| of.is_direct),
        enforced: of.enforced,
        counts: StateCounts::default(),
        evaluated_at: None,
        may_remove: of.is_own && rules.allow_at(Verb::Comply, &of.scope, &snapshot.ancestry),
    }
}

/// Where they may assign it: management groups, subscriptions and resource groups with machines.
pub fn scopes(snapshot: &Snapshot, rules: &RulesOf<'_>) -> Vec<AssignableScope> {
    let mut scopes = BTreeSet::new();
    for subscription in &snapshot.subscriptions {
        scopes.insert(AssignmentScope::Subscription(subscription.id));
        let above = snapshot.ancestry.of(subscription.id).into_iter().flat_map(|groups| groups.iter());
        scopes.extend(above.cloned().map(AssignmentScope::ManagementGroup));
    }
    let group = |id: &VmId| AssignmentScope::ResourceGroup(id.subscription(), id.resource_group().clone());
    let groups: BTreeSet<AssignmentScope> = snapshot.vms().map(|entry| group(&entry.vm.id)).collect();
    let may = |scope: &AssignmentScope| rules.allow_at(Verb::Comply, scope, &snapshot.ancestry);
    let groups = groups.into_iter().filter(|scope| may(scope)).take(MOST_GROUPS);
    let mut told: Vec<AssignableScope> = scopes
        .into_iter()
        .filter(|scope| may(scope))
        .chain(groups)
        .map(|scope| AssignableScope { kind: scope.kind(), name: name_of(snapshot, &scope), scope })
        .collect();
    told.sort();
    told
}

/// What people call a part of Azure.
pub fn name_of(snapshot: &Snapshot, scope: &AssignmentScope) -> String {
    let subscription = |id: Uuid| {
        let known = snapshot.subscriptions.iter().find(|known| known.id == id);
        known.map_or_else(|| id.to_string(), |known| known.name.clone())
    };
    match scope {
        AssignmentScope::ManagementGroup(group) => snapshot.ancestry.called(group).to_owned(),
        AssignmentScope::Subscription(id) => subscription(*id),
        AssignmentScope::ResourceGroup(id, group) => format!("{group} in {}", subscription(*id)),
    }
}
