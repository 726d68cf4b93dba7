//! Looking at a machine for somebody.

use std::collections::BTreeMap;
use std::sync::Arc;

use shared::resource_id::VmId;

use super::{Jit, JitError};
use crate::azure::arm::ArmError;
use crate::inventory::{LiveVm, Snapshot};
use crate::rules::{Place, RulesOf};
use crate::session::CurrentUser;

/// The tags of a machine that is not in the list.
static NO_TAGS: BTreeMap<String, String> = BTreeMap::new();

impl Jit {
    /// The machine as it is now, if those whom the rules are about may know that it exists.
    ///
    /// Azure is asked about a machine only for people who may see it, as far as its id and the
    /// list tell: nobody else can use up what Azure answers us, or learn from how long an answer
    /// takes whether there is such a machine.
    pub(super) async fn visible(&self, rules: &RulesOf<'_>, vm: &VmId) -> Result<Arc<LiveVm>, JitError> {
        if !self.may_see_by_list(rules, vm).await? {
            return Err(JitError::NotFound);
        }
        let mut machine = self.inventory.live(vm).await?.ok_or(JitError::NotFound)?;
        if rules.hold_on_management_groups() {
            machine = self.inventory.with_ancestors(machine).await;
        }
        if rules.may_see(machine.place()) { Ok(machine) } else { Err(JitError::NotFound) }
    }

    /// Whether they may see a machine of this id, which may not exist. Only rules on tags or
    /// management groups need the list for that; a tag that is set counts from the next list on.
    async fn may_see_by_list(&self, rules: &RulesOf<'_>, vm: &VmId) -> Result<bool, ArmError> {
        if rules.may_see(Self::place_in(None, vm)) {
            return Ok(true);
        }
        if rules.hold_on_ids_alone() {
            return Ok(false);
        }
        let list = self.inventory.snapshot().await?;
        Ok(rules.may_see(Self::place_in(Some(&list), vm)))
    }

    /// Those of some machines that somebody may see, as far as ids and the list tell, and how many
    /// others there are.
    pub(super) fn as_seen_by(&self, by: &CurrentUser, vms: impl Iterator<Item = VmId>) -> (Vec<VmId>, u32) {
        let (rules, list) = (self.rules.now(), self.inventory.at_hand());
        let rules = rules.of(by.who());
        let (seen, hidden): (Vec<VmId>, Vec<VmId>) =
            vms.partition(|vm| rules.may_see(Self::place_in(list.as_deref(), vm)));
        (seen, u32::try_from(hidden.len()).unwrap_or(u32::MAX))
    }

    /// A machine as access rules see it, as far as its id and the list tell.
    pub(super) fn place_in<'a>(list: Option<&'a Snapshot>, vm: &'a VmId) -> Place<'a> {
        match list.map(|list| (list, list.vm(vm))) {
            Some((list, Some(entry))) => list.place(entry),
            // It may be too new for the list, and then its subscription tells what groups it is in.
            Some((list, None)) => {
                let management_groups = list.ancestry.of(vm.subscription()).map(AsRef::as_ref);
                Place { vm, tags: &NO_TAGS, management_groups }
            }
            None => Place { vm, tags: &NO_TAGS, management_groups: None },
        }
    }
}
