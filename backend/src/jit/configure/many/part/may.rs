//! Whether a part may go on: whatever was judged when it was asked for is judged anew.

use shared::policy_change::{Change, ChangedVm, Fate, Progress};
use shared::resource_id::VmId;
use shared::verb::Verb;

use super::Part;
use crate::audit::{Book, Refusal, Wanted};
use crate::azure::security::PolicyId;
use crate::jit::JitError;
use crate::jit::acting::ActingAs;
use crate::jit::configure::many::plan::allowed;
use crate::jit::configure::many::run::Run;
use crate::jit::configure::not_allowed;
use crate::store::PartRecord;

impl Part<'_> {
    /// The machines that wait or are under way and may not be changed any more, and why: rules may
    /// be others than when the change was asked for, and so may be Azure.
    pub(in crate::jit::configure::many) async fn may_no_more(
        &self,
        policy: &PolicyId,
    ) -> Result<Vec<(usize, String)>, JitError> {
        let mut refused = Vec::new();
        for (at, item) in self.record.items.iter().enumerate() {
            let ChangedVm { vm, from, fate, .. } = &item.changed;
            let is_waiting = *fate == Fate::Waiting;
            if !is_waiting && *fate != Fate::Working {
                continue;
            }
            let why = match self.may_be_changed(vm).await {
                Ok(()) if is_waiting && from.is_none() => self
                    .run
                    .is_named_elsewhere(vm, policy)
                    .await?
                    .then(|| "another policy names this machine by now; look at it again".to_owned()),
                Ok(()) => None,
                Err(error @ (JitError::Forbidden(_) | JitError::NotFound | JitError::Conflict(_))) => {
                    Some(error.to_string())
                }
                Err(error) => return Err(error),
            };
            refused.extend(why.map(|why| (at, why)));
        }
        Ok(refused)
    }

    /// Whether a machine may be changed now: whoever is kept out by a tag that was taken away is kept
    /// out at once, and what is there again is not forgotten.
    async fn may_be_changed(&self, vm: &VmId) -> Result<(), JitError> {
        let Run { jit, user, record, .. } = self.run;
        if record.change != Change::Forget {
            return jit.may_still_configure(user, vm).await;
        }
        if jit.inventory.live(vm).await?.is_some() {
            return Err(JitError::Conflict(
                "this machine exists by now, so that its policy has to name it".to_owned(),
            ));
        }
        let snapshot = jit.inventory.snapshot().await?;
        let rules = jit.rules.now();
        if allowed(&rules.of(user.who()), &snapshot, vm, Verb::Configure) {
            return Ok(());
        }
        Err(not_allowed(vm))
    }

    pub(super) async fn is_cancelled(&self) -> Result<bool, JitError> {
        let now = self.run.jit.store.changes().get(self.run.record.id).await?;
        Ok(now.is_none_or(|(_, progress)| progress != Progress::Working))
    }

    /// Whether Azure can be asked in the name of whoever asked for the change.
    pub(super) async fn can_act(&self) -> Result<(), JitError> {
        let Run { jit, user, present, .. } = self.run;
        let can = if *present { jit.can_act_for(user).await } else { jit.can_still_act_for(user).await };
        match (can, &jit.acting_as) {
            (Err(JitError::StepUp(_) | JitError::SignInOver), ActingAs::Caller(_)) => {
                Err(JitError::Conflict(
                    "this is done in the name of whoever asked for it, and takes that they are signed in; sign in and try it again".to_owned(),
                ))
            }
            (can, _) => can,
        }
    }

    /// Puts on record why nothing was begun for a machine, if there is more to say than that nobody
    /// wants it any more.
    pub(in crate::jit::configure::many) async fn refuse(
        &self,
        book: &mut Book,
        at: usize,
    ) -> Result<(), JitError> {
        let ChangedVm { vm, to, fate, .. } = &self.record.items[at].changed;
        if let Fate::Failed { reason } | Fate::Refused { reason } = fate {
            let wanted = match self.run.record.change {
                Change::Split => Wanted::Split { vm: vm.clone() },
                _ => Wanted::Configure { vm: vm.clone(), to: to.clone() },
            };
            let refusal = Refusal { wanted, why: vec![reason.clone()], correlation_id: None };
            book.refuse(&self.run.record.actor, &refusal).await?;
        }
        Ok(())
    }

    /// Reads the part as it is by now.
    pub(super) async fn reload(&mut self) -> Result<(), JitError> {
        let PartRecord { change, part, .. } = self.record;
        self.record = self.run.jit.store.changes().part(change, part).await?.ok_or(JitError::NotFound)?;
        Ok(())
    }
}
