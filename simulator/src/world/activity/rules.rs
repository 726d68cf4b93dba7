//! What the log tells of rules that just-in-time writes and takes away again.
//!
//! A grant's instants say when its rule comes and goes, so both are written down ahead, and anew
//! whenever they change. Nothing can be read before its time.

use http::StatusCode;
use jiff::Timestamp;
use uuid::Uuid;

use super::{Caller, Deed};
use crate::{
    jit, resource_id,
    world::{Policy, World},
};

/// A rule of a policy that comes or goes in a security group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct RuleChange {
    policy: String,
    group: String,
    rule: String,
    way: Way,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    Comes,
    Goes,
}

impl World {
    /// Writes down when the rules of a policy come and go, from `since` on.
    pub(crate) fn log_rules(&mut self, policy: &str, since: Timestamp) {
        let Some(found) = self.policies().get(policy) else { return };
        let key = resource_id::key(&found.id);
        let plan = plan(self, found);
        self.activity.events.retain(|event| match &event.rule {
            Some(change) => change.policy != key || event.at <= since,
            None => true,
        });
        for (change, at) in plan {
            let is_known = self.activity.events.iter().any(|event| event.rule.as_ref() == Some(&change));
            if since <= at && !is_known {
                self.activity.write_as(&deed(&change, at), Some(&change));
            }
        }
    }

    /// Writes down that the rules of a policy, or of machines that it guards no more, have gone.
    pub(crate) fn log_rules_gone(&mut self, before: &Policy, now: Timestamp) {
        let after = self.policies().get(&before.id);
        let is_gone = |vm: &str| after.is_none_or(|after| after.machine(vm).is_none());
        let mut standing = before.clone();
        standing.machines.retain(|guarded| is_gone(&guarded.id) && guarded.since <= now);
        for request in &mut standing.requests {
            request.machines.retain(|machine| is_gone(&machine.id));
            request.machines.iter_mut().for_each(|machine| {
                machine.ports.retain(|grant| jit::rule_stands(grant, now));
            });
        }
        let gone: Vec<RuleChange> = plan(self, &standing)
            .into_iter()
            .filter(|(change, _)| change.way == Way::Comes)
            .map(|(change, _)| RuleChange { way: Way::Goes, ..change })
            .collect();
        let key = resource_id::key(&before.id);
        if after.is_none() {
            self.activity.events.retain(|event| {
                event.at <= now || event.rule.as_ref().is_none_or(|change| change.policy != key)
            });
        }
        for change in gone {
            self.activity.write_as(&deed(&change, now), Some(&change));
        }
    }
}

/// Every coming and going that follows from what a policy says.
fn plan(world: &World, policy: &Policy) -> Vec<(RuleChange, Timestamp)> {
    let mut plan = Vec::new();
    let mut add = |vm: &str, rule: &str, way: Way, at: Timestamp| {
        for group in jit::groups_written(world, vm) {
            let change = RuleChange {
                policy: resource_id::key(&policy.id),
                group: group.id.clone(),
                rule: rule.to_owned(),
                way,
            };
            plan.push((change, at));
        }
    };
    for guarded in &policy.machines {
        let rule = format!("{} {}", resource_id::key(&guarded.id), guarded.since);
        add(&guarded.id, &rule, Way::Comes, guarded.since);
    }
    for machine in policy.requests.iter().flat_map(|request| &request.machines) {
        for grant in &machine.ports {
            let until = jit::rule_until(grant);
            if grant.ready_at < until {
                add(&machine.id, &grant.rule_id, Way::Comes, grant.ready_at);
                add(&machine.id, &grant.rule_id, Way::Goes, until);
            }
        }
    }
    plan
}

fn deed(change: &RuleChange, at: Timestamp) -> Deed {
    Deed {
        at,
        correlation_id: Uuid::new_v4(),
        caller: Caller::defender(),
        action: "Microsoft.Network/networkSecurityGroups/write".to_owned(),
        resource: change.group.clone(),
        request: None,
        status: StatusCode::OK,
        message: None,
    }
}
