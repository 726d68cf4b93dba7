//! Looking at machines when it is time to.

use std::collections::HashMap;

use jiff::Timestamp;

use super::{Compliance, State};
use crate::{
    defender, resource_id,
    world::{Effect, JUST_IN_TIME, Part, PolicyAssignment, Vm, World},
};

/// A look at machines.
#[derive(Debug)]
pub(super) struct Look {
    pub(super) at: Timestamp,
    whom: Whom,
}

#[derive(Debug)]
enum Whom {
    /// All machines of an assignment, by its id in lower case.
    Assignment(String),
    /// One machine, by its id in lower case.
    Machine(String),
    /// All machines of a scope, of which somebody asked for a scan.
    Scope(String),
}

/// What Defender said of machines, remembered for as long as nothing can have changed it.
#[derive(Debug)]
pub(super) struct Verdicts {
    constant_from: Timestamp,
    known: HashMap<String, bool>,
}

impl Verdicts {
    pub(super) fn new(constant_from: Timestamp) -> Self {
        Self { constant_from, known: HashMap::new() }
    }

    /// Whether the assessment a policy looks for is there and says what it must.
    fn is_well(&mut self, world: &World, vm: &Vm, part: Part, at: Timestamp) -> bool {
        let work_out = || {
            if part.definition == &JUST_IN_TIME {
                let verdict = defender::verdict(world, vm, at);
                verdict.is_some_and(|verdict| ["Healthy", "NotApplicable"].contains(&verdict.code.as_str()))
            } else {
                !defender::is_open(world, vm)
            }
        };
        if at < self.constant_from || world.defender.said(&vm.id, at).is_some() {
            return work_out();
        }
        let key = format!("{} {}", part.definition.name, vm.id);
        *self.known.entry(key).or_insert_with(work_out)
    }
}

impl Compliance {
    /// What is due until now; what would be forgotten already is left out.
    pub(super) fn due(&mut self, world: &World, since: Timestamp, now: Timestamp) -> Vec<Look> {
        let done = self.scans.iter().filter(|scan| since < scan.done_at && scan.done_at <= now);
        let mut due: Vec<Look> =
            done.map(|scan| Look { at: scan.done_at, whom: Whom::Scope(scan.scope.clone()) }).collect();
        let oldest = now - world.behaviour.states_kept;
        let every = world.behaviour.evaluation_every;
        for (id, found) in &mut self.found {
            while found.next <= now {
                if oldest <= found.next {
                    due.push(Look { at: found.next, whom: Whom::Assignment(id.clone()) });
                }
                found.next += every;
            }
        }
        while let Some(entry) = self.changed.first_entry().filter(|entry| *entry.key() <= now) {
            let (at, machines) = entry.remove_entry();
            due.extend(machines.into_iter().map(|id| Look { at, whom: Whom::Machine(id) }));
        }
        due
    }

    pub(super) fn look(&mut self, world: &World, look: &Look, verdicts: &mut Verdicts) {
        match &look.whom {
            Whom::Assignment(id) => {
                let Some(assignment) = world.policy_assignments.get(id) else { return };
                for vm in world.vms_below(&assignment.scope) {
                    self.look_at(world, assignment, vm, look.at, verdicts);
                }
            }
            Whom::Machine(id) => {
                let Some(vm) = world.vms.get(id) else { return };
                for assignment in over(world, vm) {
                    // Whoever wrote it a moment ago waits for the first look.
                    if assignment.saved_at + world.behaviour.first_evaluation <= look.at {
                        self.look_at(world, assignment, vm, look.at, verdicts);
                    }
                }
            }
            Whom::Scope(scope) => {
                for vm in world.vms_below(scope) {
                    for assignment in over(world, vm).filter(|assignment| assignment.saved_at <= look.at) {
                        self.look_at(world, assignment, vm, look.at, verdicts);
                    }
                }
            }
        }
    }

    /// Finds out what each policy of an assignment says of a machine.
    fn look_at(
        &mut self,
        world: &World,
        assignment: &PolicyAssignment,
        vm: &Vm,
        at: Timestamp,
        verdicts: &mut Verdicts,
    ) {
        let Some(found) = self.found.get_mut(&resource_id::key(&assignment.id)) else { return };
        let oldest = at - world.behaviour.states_kept;
        for (part, findings) in assignment.what.parts().into_iter().zip(&mut found.parts) {
            let state = state(world, assignment, part, vm, at, verdicts);
            let findings = findings.entry(resource_id::key(&vm.id)).or_default();
            if state.is_some() || findings.last().is_some_and(|(_, last)| last.is_some()) {
                findings.push((at, state));
            }
            if findings.first().is_some_and(|(at, _)| *at < oldest) {
                findings.retain(|(at, _)| oldest <= *at);
            }
        }
    }
}

/// The assignments that a machine is below of.
fn over<'world>(world: &'world World, vm: &Vm) -> impl Iterator<Item = &'world PolicyAssignment> {
    let id = vm.id.clone();
    world.policy_assignments.iter().filter(move |assignment| world.is_within(&id, &assignment.scope))
}

fn state(
    world: &World,
    assignment: &PolicyAssignment,
    part: Part,
    vm: &Vm,
    at: Timestamp,
    verdicts: &mut Verdicts,
) -> Option<State> {
    let is_left_out = assignment.not_scopes.iter().any(|scope| world.is_within(&vm.id, scope));
    if is_left_out || assignment.effect(part) == Effect::Disabled {
        return None;
    }
    if world.exemptions.iter().any(|exemption| exemption.covers(world, &assignment.id, &vm.id, at)) {
        return Some(State::Exempt);
    }
    let is_well = verdicts.is_well(world, vm, part, at);
    Some(if is_well { State::Compliant } else { State::NonCompliant })
}
