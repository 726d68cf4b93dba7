//! Which machines ought to have just-in-time access and do not: what Azure Policy makes of them, and
//! what Postern sees. Pure functions of both and of the access rules.

mod assignments;
mod day;
mod filter;
mod gap;
mod judge;
mod owner;
mod remediation;
mod row;
mod sheet;

use std::collections::HashMap;
use std::sync::Arc;

use jiff::Timestamp;
use shared::compliance::{AssignmentScope, ComplianceState};
use shared::resource_id::VmId;
use uuid::Uuid;

use crate::azure::policy::{AssignmentId, PolicyAssignment, PolicyState};

pub use assignments::{assignments, name_of, scopes};
pub use day::{day_of, days, records};
pub use filter::{ComplianceFilter, Grouping, Matching, matching, page};
pub use gap::Gap;
pub use judge::{Judged, all, facets, visible};
pub use owner::OwnerTag;
pub use remediation::{AddressBook, Asker, Asking, Finding, NOBODY, WeekTime, Weekly, askings, one_line};
pub use row::{Enabled, row};
pub use sheet::sheet;

/// What Azure Policy says of one subscription.
#[derive(Debug, Default)]
pub struct Told {
    /// What it makes of machines.
    states: HashMap<VmId, Vec<Verdict>>,
    /// The assignments that are about our policy: by themselves, or through an initiative that some
    /// state names.
    assignments: Vec<Arc<PolicyAssignment>>,
    /// The initiatives that assignments come with, by name.
    initiatives: HashMap<AssignmentId, String>,
    /// Whether what it makes of machines could not be read.
    unread: bool,
    /// When it was asked.
    pub as_of: Timestamp,
    /// What could not be read, in a sentence for people.
    pub trouble: Option<String>,
}

/// What Azure Policy says, by subscription.
pub type Book = HashMap<Uuid, Arc<Told>>;

/// What one assignment makes of one machine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    /// The assignment.
    pub assignment: AssignmentId,
    /// What it makes of it.
    pub state: ComplianceState,
    /// When Azure looked.
    pub at: Option<Timestamp>,
}

impl Told {
    /// Puts together what was read; without states, where those could not be.
    pub fn new(
        states: Option<Vec<PolicyState>>,
        assignments: Vec<PolicyAssignment>,
        as_of: Timestamp,
        trouble: Option<String>,
    ) -> Self {
        let mut by_vm: HashMap<VmId, Vec<Verdict>> = HashMap::new();
        let mut initiatives: HashMap<AssignmentId, String> = HashMap::new();
        let mut named: HashMap<AssignmentId, AssignmentId> = HashMap::new();
        let unread = states.is_none();
        for PolicyState { vm, assignment, initiative, state, at } in states.unwrap_or_default() {
            // The same few ids stand in every record: they are kept once.
            let assignment = named.entry(assignment.clone()).or_insert(assignment).clone();
            if !initiative.is_empty() {
                initiatives.entry(assignment.clone()).or_insert(initiative);
            }
            let verdicts = by_vm.entry(vm).or_default();
            match verdicts.iter_mut().find(|known| known.assignment == assignment) {
                // An initiative can have the policy twice; the worse counts.
                Some(known) => {
                    known.state = known.state.min(state);
                    known.at = known.at.max(Some(at));
                }
                None => verdicts.push(Verdict { assignment, state, at: Some(at) }),
            }
        }
        let is_ours = |of: &PolicyAssignment| of.is_direct || named.contains_key(&of.id);
        let assignments = assignments.into_iter().filter(is_ours).map(Arc::new).collect();
        Self { states: by_vm, assignments, initiatives, unread, as_of, trouble }
    }

    /// Whether it is known what it makes of machines.
    pub fn is_read(&self) -> bool {
        !self.unread
    }

    /// What the policy's assignment to just this part of Azure is called, if there is one.
    pub fn assigned_to(&self, scope: &AssignmentScope) -> Option<&str> {
        let there = self.assignments.iter().find(|known| known.is_direct && known.scope == *scope);
        there.map(|known| known.display_name.as_str())
    }

    /// What assignments are called by people. One that could not be read is called by its id.
    fn name_of(&self, id: &str) -> String {
        let known = self.assignments.iter().find(|known| *known.id == *id);
        known.map_or_else(
            || id.rsplit('/').next().unwrap_or(id).to_owned(),
            |known| known.display_name.clone(),
        )
    }
}

#[cfg(test)]
mod tests;
