//! A change of many machines as text.

use shared::code::Code;
use shared::policy_change::{Meaning, NewPolicyChange};
use shared::problem::Violation;
use shared::resource_id::VmId;

use super::ask::violations;
use super::plan::{Kept, Planned, Plans, place_of};
use crate::azure::security::PolicyDocument;
use crate::code::{self, Rewritten};
use crate::jit::{Caller, Jit, JitError};

impl Jit {
    /// What a change would be in a script, for those of its machines that can be changed like that.
    /// Nothing is changed, and nothing goes on record.
    pub async fn code_of_change(&self, by: &Caller, new: NewPolicyChange) -> Result<Code, JitError> {
        let wrong = violations(&new);
        if !wrong.is_empty() {
            return Err(JitError::Guardrails(wrong));
        }
        let as_of = self.clock.now();
        let Plans { planned, documents, .. } = self.planned(by, &new, &Kept::default()).await?;
        let obstacles: Vec<Violation> = planned.iter().enumerate().filter_map(obstacle).collect();
        if obstacles.len() == planned.len() {
            return Err(JitError::Guardrails(obstacles));
        }
        let left_out = planned.iter().filter_map(|Planned { shown, .. }| {
            let obstacle = shown.obstacle.as_ref()?;
            Some(format!("{} is left out: {obstacle}.", shown.vm.name()))
        });
        let left_out: Vec<String> = left_out.collect();
        let rules = self.rules.now();
        let rules = rules.of(by.user.who());
        let snapshot = self.inventory.snapshot().await?;
        let is_seen = |vm: &VmId| rules.may_see(place_of(&snapshot, vm));
        let rewritten = rewritten(&planned, &documents, is_seen);
        let able = planned.into_iter().filter(|planned| planned.shown.obstacle.is_none());
        let (vms, versions) = able.filter_map(|able| Some((able.shown.vm, able.shown.version?))).unzip();
        let new = NewPolicyChange { vms, versions, dry_run: false, ..new };
        Ok(code::of_policies(&new, &rewritten, &left_out, as_of, &self.api))
    }
}

fn obstacle((index, planned): (usize, &Planned)) -> Option<Violation> {
    let detail = planned.shown.obstacle.clone()?;
    Some(Violation { field: format!("vms[{index}]"), detail, offer: None })
}

/// The policies as the change would leave them, in the order in which they are first named.
fn rewritten(
    planned: &[Planned],
    documents: &[PolicyDocument],
    is_seen: impl Fn(&VmId) -> bool,
) -> Vec<Rewritten> {
    let mut all: Vec<Rewritten> = Vec::new();
    for Planned { shown, policy, split } in planned {
        let Some(policy) = policy.as_ref().filter(|_| shown.means != Meaning::Unchanged) else { continue };
        let at = all.iter().position(|known| known.document.id() == policy).unwrap_or_else(|| {
            let there = documents.iter().find(|document| document.id() == policy);
            let document = there.cloned().unwrap_or_else(|| PolicyDocument::absent(policy.clone()));
            all.push(Rewritten { is_seen: document.names_only(&is_seen), document });
            all.len() - 1
        });
        let document = &mut all[at].document;
        match (split, document.entry(&shown.vm)) {
            (Some(split), Some(entry)) => {
                document.set(&shown.vm, None);
                let document = PolicyDocument::of_one(split.own.clone(), &entry);
                all.push(Rewritten { document, is_seen: true });
            }
            _ => document.set(&shown.vm, shown.to.as_ref()),
        }
    }
    all
}
