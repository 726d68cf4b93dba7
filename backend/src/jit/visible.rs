//! Looking at a machine for somebody.

use std::collections::BTreeMap;
use std::sync::Arc;

use shared::resource_id::VmId;

use super::{Jit, JitError};
use crate::azure::arm::ArmError;
use crate::inventory::LiveVm;
use crate::rules::{Place, RulesOf};

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
        let tags = BTreeMap::new();
        let by_id = Place { vm, tags: &tags, management_groups: None };
        if rules.may_see(by_id) {
            return Ok(true);
        }
        if rules.hold_on_ids_alone() {
            return Ok(false);
        }
        let list = self.inventory.snapshot().await?;
        let place = match list.vm(vm) {
            Some(entry) => list.place(entry),
            // It may be too new for the list, and then its subscription tells what groups it is in.
            None => {
                Place { management_groups: list.ancestry.of(vm.subscription()).map(AsRef::as_ref), ..by_id }
            }
        };
        Ok(rules.may_see(place))
    }
}
