//! What it would mean for a machine to get a policy of its own.

use shared::policy_change::{Meaning, PlannedVm};
use shared::vm::Vm;

use super::super::super::place::{place, place_beside};
use super::super::plan::Desk;
use super::{last_end, still_open};
use crate::azure::security::{PolicyDocument, PolicyEntry, PolicyId};
use crate::store::{Filter, Splitting};

impl Desk<'_> {
    pub(in super::super) async fn split(
        &self,
        documents: &[PolicyDocument],
        document: &PolicyDocument,
        machine: &Vm,
        shown: &mut PlannedVm,
    ) -> Result<(PolicyId, Option<Splitting>), String> {
        let vm = &machine.id;
        shown.to.clone_from(&shown.from);
        if document.entry(vm).is_none() {
            let Some((shared, split)) = self.kept.get(vm) else {
                return Err(
                    "just-in-time access is not enabled on this machine, so that it has no policy to leave"
                        .to_owned(),
                );
            };
            shown.policy_id = Some(shared.to_string());
            shown.own_policy_id = Some(split.own.to_string());
            shown.to = split.entry.as_ref().and_then(PolicyEntry::ports);
            shown.means = Meaning::Split;
            return Ok((shared.clone(), Some(split.clone())));
        }
        if documents.iter().filter(|document| document.entry(vm).is_some()).count() > 1 {
            return Err(
                "more than one policy names this machine; take it out of all but one first".to_owned()
            );
        }
        if document.is_own(vm) {
            shown.means = Meaning::Unchanged;
            return Ok((document.id().clone(), None));
        }
        let own = own_place(documents, document, machine)?;
        shown.own_policy_id = Some(own.to_string());
        let now = self.jit.clock.now();
        let filter = Filter { vm: Some(vm.clone()), unfinished_only: true, ..Filter::default() };
        let ours = self.jit.store.requests().list(&filter, usize::MAX).await;
        let ours = ours.map_err(|error| error.to_string())?;
        if let Some(until) = document.open_until(vm, now).max(last_end(&ours, now)) {
            return Err(still_open(until));
        }
        self.has_plan(machine).await?;
        shown.means = Meaning::Split;
        Ok((document.id().clone(), Some(Splitting { own, entry: None, leaving: false })))
    }
}

/// The policy that a machine gets: called like it, unless that one is there and names others.
fn own_place(
    documents: &[PolicyDocument],
    shared: &PolicyDocument,
    machine: &Vm,
) -> Result<PolicyId, String> {
    let is_free = |id: &PolicyId| {
        let known = documents.iter().find(|document| document.id() == id);
        id != shared.id() && known.is_none_or(PolicyDocument::is_empty)
    };
    for id in [place(machine), place_beside(machine)] {
        let id = id.map_err(|error| error.to_string())?;
        if is_free(&id) {
            return Ok(id);
        }
    }
    Err("the policies that it could get are there already, and name other machines".to_owned())
}
