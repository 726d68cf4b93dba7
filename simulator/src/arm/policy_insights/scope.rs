//! What a query is over: a place, and perhaps one assignment or one definition.

use jiff::{SignedDuration, Timestamp};

use super::columns::Record;
use crate::{
    arm::{call::Call, error::ArmError},
    odata::Fault,
    resource_id,
    world::{PolicyAssignment, World, management_group_id},
};

pub(super) struct Scope {
    /// Where the machines are.
    pub(super) place: String,
    only: Option<Only>,
}

enum Only {
    Assignment(String),
    Definition(String),
    Initiative(String),
}

/// A stretch of time.
#[derive(Debug, Clone, Copy)]
pub(super) struct Range {
    pub(super) from: Timestamp,
    pub(super) to: Timestamp,
}

impl Scope {
    /// Reads what stands before `/providers/Microsoft.PolicyInsights`, and asks for the right to it.
    pub(super) fn parse(call: &Call<'_>, world: &World, action: &str) -> Result<Self, ArmError> {
        const OF_POLICY: &str = "/providers/microsoft.authorization/";
        let path = &call.target.scope;
        let at = path.to_ascii_lowercase().find(OF_POLICY);
        let scope = match at {
            None => Self { place: path.clone(), only: None },
            Some(at) => {
                let (place, rest) = (path[..at].to_owned(), &path[at + OF_POLICY.len()..]);
                let Some((kind, name)) = rest.split_once('/').filter(|(_, name)| !name.contains('/')) else {
                    return Err(call.not_simulated());
                };
                let is_subscription = call.target.group.is_none();
                let only = match kind.to_ascii_lowercase().as_str() {
                    "policyassignments" => Only::Assignment(path.clone()),
                    "policydefinitions" if is_subscription => Only::Definition(name.to_owned()),
                    "policysetdefinitions" if is_subscription => Only::Initiative(name.to_owned()),
                    _ => return Err(call.not_simulated()),
                };
                Self { place, only: Some(only) }
            }
        };
        let is_group = resource_id::management_group(&scope.place)
            .is_some_and(|name| resource_id::same(&scope.place, &management_group_id(name)));
        // What is asked for at a management group is asked for at the group itself.
        if (!is_group && call.target.subscription.is_none()) || (is_group && scope.only.is_some()) {
            return Err(call.not_simulated());
        }
        call.require(world, action, &scope.place)?;
        if is_group && world.groups_over(&scope.place).is_empty() {
            return Err(ArmError::no_management_group(resource_id::name(&scope.place)));
        }
        Ok(scope)
    }

    /// Whether this is a resource, of which more is told.
    pub(super) fn is_resource(&self) -> bool {
        resource_id::is_vm(&self.place)
    }

    /// What was found last in each case until the end of the range, or all that was found in it.
    pub(super) fn records<'world>(
        &self,
        world: &'world World,
        range: Range,
        latest_only: bool,
    ) -> Vec<Record<'world>> {
        let mut records = Vec::new();
        let machines: Vec<_> =
            world.vms_below(&self.place).into_iter().map(|vm| (resource_id::key(&vm.id), vm)).collect();
        for assignment in world.policy_assignments.iter().filter(|assignment| self.concerns(assignment)) {
            for (index, part) in assignment.what.parts().into_iter().enumerate() {
                let is_asked_for = match &self.only {
                    Some(Only::Definition(name)) => part.definition.name.eq_ignore_ascii_case(name),
                    _ => true,
                };
                let Some(found) = world.compliance.of(assignment, index).filter(|_| is_asked_for) else {
                    continue;
                };
                for (key, vm) in &machines {
                    let findings = found.get(key).map(Vec::as_slice).unwrap_or_default();
                    let mut within: Vec<_> =
                        findings.iter().filter(|(at, _)| (range.from..=range.to).contains(at)).collect();
                    if latest_only {
                        within.drain(..within.len().saturating_sub(1));
                    }
                    let told = within.into_iter().filter_map(|(at, state)| Some((*at, (*state)?)));
                    records.extend(told.map(|(at, state)| Record { at, state, vm, assignment, part, world }));
                }
            }
        }
        records.sort_by(|a, b| (&a.vm.id, &a.assignment.id, b.at).cmp(&(&b.vm.id, &b.assignment.id, a.at)));
        records
    }

    fn concerns(&self, assignment: &PolicyAssignment) -> bool {
        match &self.only {
            None | Some(Only::Definition(_)) => true,
            Some(Only::Assignment(id)) => resource_id::same(&assignment.id, id),
            Some(Only::Initiative(name)) => {
                assignment.definition.to_ascii_lowercase().contains("/policysetdefinitions/")
                    && assignment.what.name().eq_ignore_ascii_case(name)
            }
        }
    }
}

impl Range {
    /// `$from` and `$to`: the last day if not given. `now` is when the first page was asked for.
    pub(super) fn parse(call: &Call<'_>, world: &World, now: Timestamp) -> Result<Self, ArmError> {
        let moment = |option: &str| {
            let parse = |text: &str| {
                text.parse::<Timestamp>()
                    .map_err(|_| super::invalid(option, &Fault(format!("'{text}' is no time in ISO 8601."))))
            };
            call.query(option).map(parse).transpose()
        };
        let to = moment("$to")?.unwrap_or(now);
        let from = moment("$from")?.unwrap_or(to - SignedDuration::from_hours(24));
        if to < from {
            return Err(super::invalid("$from", &Fault("it lies behind $to.".to_owned())));
        }
        // What is older has been forgotten.
        Ok(Self { from: from.max(call.now - world.behaviour.states_kept), to })
    }
}
