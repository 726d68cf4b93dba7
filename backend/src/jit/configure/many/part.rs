//! One part of a change: the machines of one policy.

use shared::policy::JitPolicy;
use shared::policy_change::{ChangedVm, Fate, Progress};
use shared::verb::Verb;

use super::super::turn::Turn;
use super::super::write::{self, Edit, Waits, Writer, Written};
use super::plan::allowed;
use super::run::Run;
use crate::audit::{Action, Attempt, AuditError, Book, Outcome, Refusal, Wanted};
use crate::azure::security::PolicyId;
use crate::jit::acting::ActingAs;
use crate::jit::{JitError, start};
use crate::store::{PartItem, PartRecord, PartState, Swap};

/// What is said of what was begun by a process that is gone, and is not as it was to be.
const LEFT: &str = "Postern stopped before it had Azure's answer; the policy is not as it was to be now.";

/// The machines of one policy, to be changed together.
pub(super) struct Part<'a> {
    pub(super) run: &'a Run,
    pub(super) record: PartRecord,
}

impl Part<'_> {
    /// Changes the machines, or tells why not. What cannot be told now is left for the next who
    /// looks.
    pub(super) async fn see_through(mut self) -> Result<(), JitError> {
        let jit = &self.run.jit;
        let Some(policy) = self.record.policy.clone() else { return Ok(()) };
        let waiting = self.record.state() == PartState::Waiting;
        if waiting {
            if jit.watchers.is_stopping() {
                return Ok(());
            }
            if self.is_cancelled().await? {
                return self.leave(&Fate::Cancelled).await;
            }
        }
        if let Err(error) = self.can_act().await {
            let reason = error.to_string();
            if waiting {
                return self.leave(&Fate::Failed { reason }).await;
            }
            return self.only_look(&policy).await;
        }
        let turn = match jit.turns.wait_for(&policy).await {
            Ok(turn) => turn,
            // Whoever has it may be a process that is gone: its turn ends by itself, and somebody
            // comes by here again.
            Err(JitError::Conflict(_)) => return Ok(()),
            Err(error) => return Err(error),
        };
        let seen = self.in_turn(&policy, &turn, waiting).await;
        turn.give_back().await;
        seen
    }

    async fn in_turn(&mut self, policy: &PolicyId, turn: &Turn, waiting: bool) -> Result<(), JitError> {
        let attempts = if waiting {
            // The turn may have been waited for.
            if self.is_cancelled().await? {
                return self.leave(&Fate::Cancelled).await;
            }
            match self.begin(policy).await? {
                Some(attempts) => attempts,
                None => return Ok(()),
            }
        } else {
            self.begun_before().await?
        };
        self.write(policy, turn, &attempts).await
    }

    /// Brings the machines that were begun into the policy, and tells what came of them.
    async fn write(&mut self, policy: &PolicyId, turn: &Turn, attempts: &[Attempt]) -> Result<(), JitError> {
        let jit = &self.run.jit;
        let writing = jit.azure_of(&self.run.user);
        let writer = Writer {
            looks: &jit.azure.security,
            writes: &writing.security,
            clock: &jit.clock,
            waits: Waits::FOR_NOBODY,
        };
        let begun: Vec<usize> = self.places(&Fate::Working);
        let edits = self.edits(&begun);
        let written = writer.write(policy, turn, &edits).await;
        let told = match written {
            Ok(Written { document, fates, correlation_id }) => {
                let told = edits.iter().zip(fates).map(|(edit, fate)| match fate {
                    write::Fate::Done => {
                        (Fate::Done, Outcome::Done { correlation_id: correlation_id.clone() })
                    }
                    write::Fate::Overtaken => overtaken(document.of(&edit.vm).map(|named| named.ports)),
                });
                told.collect()
            }
            Err(error) => self.after(policy, &edits, error).await,
        };
        self.finish(&begun, told, attempts).await
    }

    /// What can be told of machines after something went wrong: what the policy says now, if it can
    /// be read, and what went wrong.
    async fn after(&self, policy: &PolicyId, edits: &[Edit], error: JitError) -> Vec<(Fate, Outcome)> {
        let jit = &self.run.jit;
        let document = jit.azure.security.document(policy).await.ok();
        let (reason, outcome) = match error {
            JitError::Azure(error) => {
                let outcome = start::outcome_of(&error);
                (jit.of_caller(&self.run.user, error).to_string(), outcome)
            }
            error => (error.to_string(), Outcome::Failed { reason: error.to_string() }),
        };
        let told = edits.iter().map(|edit| match &document {
            Some(document) if document.says(&edit.vm, edit.wanted.as_ref()) => {
                (Fate::Done, Outcome::Done { correlation_id: None })
            }
            Some(document) if document.version(&edit.vm) != edit.base => {
                overtaken(document.of(&edit.vm).map(|named| named.ports))
            }
            _ => (Fate::Failed { reason: reason.clone() }, outcome.clone()),
        });
        told.collect()
    }

    /// Tells what became of what was begun, where nobody may write any more.
    async fn only_look(&mut self, policy: &PolicyId) -> Result<(), JitError> {
        let attempts = self.begun_before().await?;
        let begun = self.places(&Fate::Working);
        let document = self.run.jit.azure.security.document(policy).await?;
        let told = self.edits(&begun).into_iter().map(|edit| {
            if document.says(&edit.vm, edit.wanted.as_ref()) {
                return (Fate::Done, Outcome::Done { correlation_id: None });
            }
            (Fate::Failed { reason: LEFT.to_owned() }, Outcome::Unknown { reason: LEFT.to_owned() })
        });
        let told = told.collect();
        self.finish(&begun, told, &attempts).await
    }

    /// Rules may have changed since the change was asked for, and so may have Azure. The places of
    /// the machines that may not be changed any more.
    async fn judge_again(&mut self, policy: &PolicyId) -> Result<Vec<usize>, JitError> {
        let jit = &self.run.jit;
        let snapshot = jit.inventory.snapshot().await?;
        let rules = jit.rules.now();
        let rules = rules.of(self.run.user.who());
        let mut refused = Vec::new();
        for at in self.places(&Fate::Waiting) {
            let item = &mut self.record.items[at].changed;
            let reason = if !allowed(&rules, &snapshot, &item.vm, Verb::Configure) {
                format!("no access rule lets you {}", Verb::Configure.done_to(item.vm.name().as_str()))
            } else if item.from.is_none() && self.run.is_named_elsewhere(&item.vm, policy).await? {
                "another policy names this machine by now; look at it again".to_owned()
            } else {
                continue;
            };
            item.fate = Fate::Refused { reason };
            refused.push(at);
        }
        Ok(refused)
    }

    /// Puts on record what is about to be done, and that it is. Nothing if there is nothing to do, or
    /// somebody else does it.
    async fn begin(&mut self, policy: &PolicyId) -> Result<Option<Vec<Attempt>>, JitError> {
        let refused = self.judge_again(policy).await?;
        let mut book = self.run.jit.audit.open_book().await?;
        for at in refused {
            self.refuse(&mut book, at).await?;
        }
        let mut attempts = Vec::new();
        for at in self.places(&Fate::Waiting) {
            let ChangedVm { vm, from, to, fate, .. } = &mut self.record.items[at].changed;
            let action = Action::Configure {
                vm: vm.clone(),
                policy: policy.to_string(),
                from: from.clone(),
                to: to.clone(),
                change: Some(self.run.record.id),
            };
            attempts.push(book.begin(&self.run.record.actor, action).await?);
            *fate = Fate::Working;
        }
        if book.move_part(&self.record, PartState::Waiting).await? == Swap::Overtaken {
            return Ok(None);
        }
        book.close().await?;
        self.run.jit.changes.tell(self.run.record.id);
        Ok(Some(attempts).filter(|attempts| !attempts.is_empty()))
    }

    /// The attempts on record of what was begun by a process that is gone.
    async fn begun_before(&self) -> Result<Vec<Attempt>, JitError> {
        let left = self.run.jit.audit.unresolved(jiff::Timestamp::MAX).await?;
        let ours = left.into_iter().map(|left| left.attempt).filter(|attempt| match &attempt.action {
            Action::Configure { vm, change, .. } => {
                *change == Some(self.run.record.id)
                    && self.record.items.iter().any(|item| item.changed.vm == *vm)
            }
            _ => false,
        });
        Ok(ours.collect())
    }

    /// Puts on record what came of it, and where the machines stand by that.
    async fn finish(
        &mut self,
        begun: &[usize],
        told: Vec<(Fate, Outcome)>,
        attempts: &[Attempt],
    ) -> Result<(), JitError> {
        let mut book = self.run.jit.audit.open_book().await?;
        for (at, (fate, outcome)) in begun.iter().zip(told) {
            let changed = &mut self.record.items[*at].changed;
            changed.fate = fate;
            let of_it = |attempt: &&Attempt| matches!(&attempt.action, Action::Configure { vm, .. } if *vm == changed.vm);
            let Some(attempt) = attempts.iter().find(of_it) else { continue };
            match book.finish(attempt, &outcome).await {
                // Whoever was first has told the rest, too.
                Err(AuditError::AlreadyFinished(_)) => return Ok(()),
                finished => finished?,
            }
        }
        if book.move_part(&self.record, PartState::Working).await? == Swap::Done {
            book.close().await?;
        }
        Ok(())
    }

    /// Settles machines that nothing was begun for.
    async fn leave(&mut self, fate: &Fate) -> Result<(), JitError> {
        let mut book = self.run.jit.audit.open_book().await?;
        for at in self.places(&Fate::Waiting) {
            self.record.items[at].changed.fate = fate.clone();
            self.refuse(&mut book, at).await?;
        }
        if book.move_part(&self.record, PartState::Waiting).await? == Swap::Done {
            book.close().await?;
        }
        Ok(())
    }

    /// Puts on record why nothing was begun for a machine, if there is more to say than that nobody
    /// wants it any more.
    async fn refuse(&self, book: &mut Book, at: usize) -> Result<(), JitError> {
        let ChangedVm { vm, to, fate, .. } = &self.record.items[at].changed;
        if let Fate::Failed { reason } | Fate::Refused { reason } = fate {
            let wanted = Wanted::Configure { vm: vm.clone(), to: to.clone() };
            let refusal = Refusal { wanted, why: vec![reason.clone()], correlation_id: None };
            book.refuse(&self.run.record.actor, &refusal).await?;
        }
        Ok(())
    }

    async fn is_cancelled(&self) -> Result<bool, JitError> {
        let now = self.run.jit.store.changes().get(self.run.record.id).await?;
        Ok(now.is_none_or(|(_, progress)| progress != Progress::Working))
    }

    /// Whether Azure can be asked in the name of whoever asked for the change.
    async fn can_act(&self) -> Result<(), JitError> {
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

    fn places(&self, fate: &Fate) -> Vec<usize> {
        let items = self.record.items.iter().enumerate();
        items.filter(|(_, item)| item.changed.fate == *fate).map(|(at, _)| at).collect()
    }

    fn edits(&self, places: &[usize]) -> Vec<Edit> {
        let items = places.iter().map(|at| &self.record.items[*at]);
        let edit = |PartItem { changed: ChangedVm { vm, to, .. }, base, .. }: &PartItem| Edit {
            vm: vm.clone(),
            base: base.clone(),
            wanted: to.clone(),
        };
        items.map(edit).collect()
    }
}

fn overtaken(standing: Option<JitPolicy>) -> (Fate, Outcome) {
    let reason = "Somebody else changed it at the same time; it is as they left it.".to_owned();
    (Fate::Overtaken { standing }, Outcome::Refused { reason, correlation_id: None })
}
