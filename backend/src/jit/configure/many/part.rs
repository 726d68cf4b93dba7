//! One part of a change: the machines of one policy.

mod may;

use shared::policy::JitPolicy;
use shared::policy_change::{Change, ChangedVm, Fate};

use super::super::turn::Turn;
use super::super::write::{self, Edit, Unwritten, Waits, Writer, Written};
use super::run::Run;
use crate::audit::{Action, Attempt, AuditError, Book, Outcome};
use crate::azure::security::PolicyId;
use crate::jit::JitError;
use crate::store::{PartItem, PartRecord, PartState, Swap};

/// What is said of what was begun by a process that is gone, and is not as it was to be.
pub(super) const LEFT: &str =
    "Postern stopped before it had Azure's answer; the policy is not as it was to be now.";

/// What is said of what never began in time.
const STALE: &str = "This was asked for too long ago to be begun now; look at it again and try it again.";

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
            if self.run.is_stale() {
                return self.leave(&Fate::Failed { reason: STALE.to_owned() }).await;
            }
        }
        let can_act = self.can_act().await;
        if waiting && let Err(error) = &can_act {
            let reason = error.to_string();
            return self.leave(&Fate::Failed { reason }).await;
        }
        let turn = match jit.turns.wait_for(&policy).await {
            Ok(turn) => turn,
            // Whoever has it may be a process that is gone: its turn ends by itself, and somebody
            // comes by here again.
            Err(JitError::Conflict(_)) => return Ok(()),
            Err(error) => return Err(error),
        };
        let seen = self.in_turn(&policy, &turn, can_act.is_ok()).await;
        turn.give_back().await;
        seen
    }

    /// Whoever else had the change may have got on with it, up to this turn and not beyond.
    async fn in_turn(&mut self, policy: &PolicyId, turn: &Turn, can_act: bool) -> Result<(), JitError> {
        self.reload().await?;
        match self.record.state() {
            PartState::Over => Ok(()),
            PartState::Waiting => {
                if self.is_cancelled().await? {
                    return self.leave(&Fate::Cancelled).await;
                }
                let begun = match self.run.record.change {
                    Change::Split => self.begin_split(policy, turn).await?,
                    _ => self.begin(policy).await?,
                };
                match begun {
                    Some(attempts) => self.act(policy, turn, &attempts, &[]).await,
                    None if self.is_cancelled().await? => {
                        self.reload().await?;
                        self.leave(&Fate::Cancelled).await
                    }
                    None => Ok(()),
                }
            }
            PartState::Working => {
                let attempts = self.begun_before().await?;
                let mut left_alone = self.may_no_more(policy).await?;
                for at in self.places(&Fate::Working) {
                    // Nothing is written that does not stand on record as begun.
                    if !can_act || !attempts.iter().any(|attempt| is_of(attempt, &self.record.items[at])) {
                        left_alone.push((at, LEFT.to_owned()));
                    }
                }
                self.act(policy, turn, &attempts, &left_alone).await
            }
        }
    }

    async fn act(
        &mut self,
        policy: &PolicyId,
        turn: &Turn,
        attempts: &[Attempt],
        left_alone: &[(usize, String)],
    ) -> Result<(), JitError> {
        match self.run.record.change {
            Change::Split => self.split(policy, turn, attempts, left_alone).await,
            _ => self.write(policy, turn, attempts, left_alone).await,
        }
    }

    /// Brings the machines that were begun into the policy, but for those that are left alone, and
    /// tells what came of all of them.
    async fn write(
        &mut self,
        policy: &PolicyId,
        turn: &Turn,
        attempts: &[Attempt],
        left_alone: &[(usize, String)],
    ) -> Result<(), JitError> {
        let jit = &self.run.jit;
        let writing = jit.azure_of(&self.run.user);
        let writer = Writer {
            looks: &jit.azure.security,
            writes: &writing.security,
            clock: &jit.clock,
            name: self.run.record.id.0,
            waits: Waits::FOR_NOBODY,
        };
        let is_left_alone = |at: &usize| left_alone.iter().any(|(left, _)| left == at);
        let (left, begun): (Vec<usize>, Vec<usize>) =
            self.places(&Fate::Working).into_iter().partition(is_left_alone);
        // What was left is told by what the policy says, before anything else changes in it.
        let looked_at = if left.is_empty() { None } else { Some(jit.azure.security.document(policy).await?) };
        let edits = self.edits(&begun);
        let written = writer.write(policy, turn, &edits).await;
        let mut told: Vec<(Fate, Outcome)> = match written {
            Ok(Written { document, fates, correlation_id }) => {
                let told = edits.iter().zip(fates).map(|(edit, fate)| match fate {
                    write::Fate::Done => {
                        (Fate::Done, Outcome::Done { correlation_id: correlation_id.clone() })
                    }
                    write::Fate::Overtaken => overtaken(document.of(&edit.vm).map(|named| named.ports)),
                });
                told.collect()
            }
            Err(unwritten) => self.after(policy, &edits, unwritten).await,
        };
        for (at, document) in left.iter().zip(looked_at.iter().cycle()) {
            let edit = &self.edits(&[*at])[0];
            told.push(if document.says(&edit.vm, edit.wanted.as_ref()) {
                (Fate::Done, Outcome::Done { correlation_id: None })
            } else {
                let why = left_alone.iter().find(|(left, _)| left == at).map_or(LEFT, |(_, why)| why);
                (Fate::Failed { reason: why.to_owned() }, Outcome::unknown(why))
            });
        }
        self.finish(&[begun, left].concat(), told, attempts).await
    }

    /// What can be told of machines after something went wrong: what the policy says now, if it can
    /// be read, and what went wrong.
    async fn after(&self, policy: &PolicyId, edits: &[Edit], unwritten: Unwritten) -> Vec<(Fate, Outcome)> {
        let jit = &self.run.jit;
        let document = jit.azure.security.document(policy).await.ok();
        let outcome = unwritten.outcome();
        let reason = match unwritten.into_error() {
            JitError::Azure(error) => jit.of_caller(&self.run.user, error).to_string(),
            error => error.to_string(),
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

    /// Puts on record what is about to be done, and that it is. Nothing if there is nothing to do, or
    /// somebody else does it.
    async fn begin(&mut self, policy: &PolicyId) -> Result<Option<Vec<Attempt>>, JitError> {
        let refused = self.may_no_more(policy).await?;
        let mut book = self.run.jit.audit.open_book().await?;
        for (at, reason) in refused {
            self.record.items[at].changed.fate = Fate::Refused { reason };
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
        self.have_begun(book, attempts).await
    }

    /// Makes it last that these were begun. Nothing if somebody else was first, or there are none.
    pub(super) async fn have_begun(
        &self,
        mut book: Book,
        attempts: Vec<Attempt>,
    ) -> Result<Option<Vec<Attempt>>, JitError> {
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
        let ours = left.into_iter().map(|left| left.attempt).filter(|attempt| {
            let of = attempt.action.part_of_change();
            of.is_some_and(|(change, _)| change == self.run.record.id)
                && self.record.items.iter().any(|item| is_of(attempt, item))
        });
        Ok(ours.collect())
    }

    /// Puts on record what came of it, and where the machines stand by that.
    pub(super) async fn finish(
        &mut self,
        begun: &[usize],
        told: Vec<(Fate, Outcome)>,
        attempts: &[Attempt],
    ) -> Result<(), JitError> {
        let mut book = self.run.jit.audit.open_book().await?;
        for (at, (fate, outcome)) in begun.iter().zip(told) {
            let changed = &mut self.record.items[*at].changed;
            changed.fate = fate;
            let item = &self.record.items[*at];
            let Some(attempt) = attempts.iter().find(|attempt| is_of(attempt, item)) else { continue };
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
    pub(super) async fn leave(&mut self, fate: &Fate) -> Result<(), JitError> {
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

    pub(super) fn places(&self, fate: &Fate) -> Vec<usize> {
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

/// Whether that is the attempt to change this machine.
fn is_of(attempt: &Attempt, item: &PartItem) -> bool {
    attempt.action.part_of_change().is_some_and(|(_, vm)| *vm == item.changed.vm)
}

pub(super) fn overtaken(standing: Option<JitPolicy>) -> (Fate, Outcome) {
    let reason = "Somebody else changed it at the same time; it is as they left it.".to_owned();
    (Fate::Overtaken { standing }, Outcome::Refused { reason, correlation_id: None })
}
