//! What Azure Policy found when it looked at machines.
//!
//! Nothing runs in the background: whoever takes hold of the world first has done in it what was due
//! since it was held last. In between nothing can have changed but time.

mod evaluate;
mod scan;

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

pub use self::scan::Scan;
use crate::{
    resource_id,
    world::{Assignable, Policy, PolicyAssignment, World},
};

/// What it says of a machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum State {
    Compliant,
    NonCompliant,
    Exempt,
}

impl State {
    pub fn name(self) -> &'static str {
        match self {
            Self::Compliant => "Compliant",
            Self::NonCompliant => "NonCompliant",
            Self::Exempt => "Exempt",
        }
    }
}

/// All that was found, and when it will look again.
#[derive(Debug, Clone, Default)]
pub struct Compliance {
    /// Up to when everything is done.
    settled_at: Option<Timestamp>,
    /// By the assignment's id in lower case.
    found: BTreeMap<String, Found>,
    /// Machines whose policies were written since, by id in lower case.
    touched: BTreeSet<String>,
    /// Machines to look at, and when.
    changed: BTreeMap<Timestamp, BTreeSet<String>>,
    /// Those that somebody asked for.
    scans: Vec<Scan>,
}

/// What was found for one assignment.
#[derive(Debug, Clone)]
struct Found {
    what: Assignable,
    saved_at: Timestamp,
    /// When it looks at all machines next.
    next: Timestamp,
    /// For each policy of it, by the machine's id in lower case.
    parts: Vec<BTreeMap<String, Vec<Finding>>>,
}

/// What it said from a moment on; nothing where the policy does not concern the machine.
type Finding = (Timestamp, Option<State>);

/// Does what was due until now: Defender first, whose verdicts Azure Policy reads.
pub fn settle(world: &mut World, now: Timestamp) {
    let mut defender = std::mem::take(&mut world.defender);
    let changes = defender.settle(world, now);
    world.defender = defender;
    let mut compliance = std::mem::take(&mut world.compliance);
    compliance.settle(world, changes, now);
    world.compliance = compliance;
}

impl Compliance {
    /// What was built until now is what there always was.
    pub fn begin(&mut self, now: Timestamp) {
        self.settled_at = Some(now);
        self.touched.clear();
    }

    /// The machines of these just-in-time policies have changed.
    pub fn touch<'world>(&mut self, policies: impl IntoIterator<Item = &'world Policy>) {
        let machines = policies.into_iter().flat_map(|policy| &policy.machines);
        self.touched.extend(machines.map(|machine| resource_id::key(&machine.id)));
    }

    /// What was found about one policy of an assignment: by machine, oldest first.
    pub fn of(&self, assignment: &PolicyAssignment, part: usize) -> Option<&BTreeMap<String, Vec<Finding>>> {
        self.found.get(&resource_id::key(&assignment.id))?.parts.get(part)
    }

    /// `changes` are the machines whose verdict changed, and when.
    fn settle(&mut self, world: &World, changes: Vec<(Timestamp, String)>, now: Timestamp) {
        let since = *self.settled_at.get_or_insert(now);
        // Where Defender looks by its own clock, what was written does not matter until it did.
        if !world.behaviour.assessment_every.is_zero() {
            self.touched.clear();
        }
        if world.policy_assignments.is_empty() && self.found.is_empty() {
            self.touched.clear();
            self.settled_at = Some(now);
            return;
        }
        self.meet_assignments(world);
        if !self.touched.is_empty() {
            let due = since + world.behaviour.changed_evaluation;
            self.changed.entry(due).or_default().append(&mut self.touched);
        }
        for (at, machine) in changes {
            self.changed.entry(at + world.behaviour.changed_evaluation).or_default().insert(machine);
        }
        let mut due = self.due(world, since, now);
        due.sort_by_key(|look| look.at);
        let mut verdicts = evaluate::Verdicts::new(since + world.behaviour.update_delay);
        for look in due {
            self.look(world, &look, &mut verdicts);
        }
        self.settled_at = Some(now);
    }

    /// Forgets assignments that are gone, and plans the first look for those that were written.
    fn meet_assignments(&mut self, world: &World) {
        self.found.retain(|id, _| world.policy_assignments.contains(id));
        for assignment in world.policy_assignments.iter() {
            let first = assignment.saved_at + world.behaviour.first_evaluation;
            let found = self.found.entry(resource_id::key(&assignment.id)).or_insert_with(|| Found {
                what: assignment.what,
                saved_at: assignment.saved_at,
                next: first,
                parts: vec![BTreeMap::new(); assignment.what.parts().len()],
            });
            if found.saved_at != assignment.saved_at {
                (found.saved_at, found.next) = (assignment.saved_at, first);
            }
            if found.what != assignment.what {
                found.what = assignment.what;
                found.parts = vec![BTreeMap::new(); assignment.what.parts().len()];
            }
        }
    }
}
