//! Machines that share a policy get one of their own each.
//!
//! What Azure makes of a machine in two policies is not documented, so each leaves the shared one
//! first and gets its own at once after that. In between it is in none. What it takes along is in the
//! store before anything is written, and that it may have left, so that whoever goes on after a
//! process has died finds out by looking how far it came, and what was removed by somebody else
//! meanwhile is not brought back.

mod begin;
mod going;
mod planned;

use jiff::Timestamp;
use shared::policy_change::Fate;

use super::super::turn::Turn;
use super::part::{LEFT, Part, overtaken};
use super::plan::Kept;
use crate::audit::{Attempt, Outcome};
use crate::azure::security::PolicyId;
use crate::jit::{JitError, start};
use crate::store::{PartRecord, RequestRecord, Splitting, Swap};
use going::{Going, Gone, Step};

/// What is said of a machine whose way ended where it is protected by nothing.
const IN_NONE: &str = "It is in no policy now, so that just-in-time access does not protect it. Try it again, and it gets the policy that it was to get.";

/// What machines had in a policy that are in none since they left it.
pub(super) fn kept(parts: &[PartRecord]) -> Kept {
    let mut kept = Kept::new();
    for part in parts {
        let Some(shared) = &part.policy else { continue };
        for item in &part.items {
            if let Some(split) = item.split.as_ref().filter(|split| split.leaving) {
                kept.insert(item.changed.vm.clone(), (shared.clone(), split.clone()));
            }
        }
    }
    kept
}

impl Part<'_> {
    /// Gives the machines that were begun policies of their own, one after the other, so that each is
    /// in none for as short a time as can be. Those that are left alone are looked at; but one that
    /// may have left goes on, if anybody may write, rather than be protected by nothing.
    pub(super) async fn split(
        &mut self,
        shared: &PolicyId,
        turn: &Turn,
        attempts: &[Attempt],
        left_alone: &[(usize, String)],
    ) -> Result<(), JitError> {
        let begun = self.places(&Fate::Working);
        let mut told = Vec::new();
        let mut has_stopped = false;
        for at in &begun {
            let leaving = self.record.items[*at].split.as_ref().is_some_and(|split| split.leaving);
            if !leaving && self.run.jit.watchers.is_stopping() {
                return Ok(());
            }
            let why = left_alone.iter().find(|(left, why)| left == at && (!leaving || why == LEFT));
            let one = match why {
                Some((_, why)) => self.look_at(*at, shared, why).await?,
                None if has_stopped && !leaving => {
                    let reason = NOT_BEGUN.to_owned();
                    (Fate::Failed { reason: reason.clone() }, Outcome::Failed { reason })
                }
                None => {
                    let one = self.move_out(*at, shared, turn).await?;
                    has_stopped |= matches!(one.0, Fate::Failed { .. });
                    one
                }
            };
            told.push(one);
        }
        self.finish(&begun, told, attempts).await
    }

    /// Tells where a machine is that nobody goes on with.
    async fn look_at(
        &mut self,
        at: usize,
        shared: &PolicyId,
        why: &str,
    ) -> Result<(Fate, Outcome), JitError> {
        let looks = &self.run.jit.azure.security;
        let item = &mut self.record.items[at];
        let vm = &item.changed.vm;
        let is_in_shared = looks.document(shared).await?.entry(vm).is_some();
        let Some(split) = &mut item.split else { return Ok(failed(why.to_owned())) };
        let is_in_own = looks.document(&split.own).await?.entry(vm).is_some();
        if is_in_own && !is_in_shared {
            return Ok((Fate::Done, Outcome::Done { correlation_id: None }));
        }
        split.leaving = !is_in_own && !is_in_shared;
        Ok(failed(if split.leaving { format!("{why} {IN_NONE}") } else { why.to_owned() }))
    }

    /// Sees one machine to its own policy, and tells what came of it.
    async fn move_out(
        &mut self,
        at: usize,
        shared: &PolicyId,
        turn: &Turn,
    ) -> Result<(Fate, Outcome), JitError> {
        let jit = self.run.jit.clone();
        let split = self.record.items[at].split.clone();
        let Some(Splitting { own, entry: Some(entry), leaving }) = split else {
            let reason = "what it was to take along is not on record; try it again".to_owned();
            return Ok((Fate::Failed { reason: reason.clone() }, Outcome::Failed { reason }));
        };
        let own_turn = jit.turns.wait_for(&own).await?;
        if !leaving && self.note_leaving(at, true).await? == Swap::Overtaken {
            own_turn.give_back().await;
            return Err(JitError::Conflict("another process goes on with this change by now".to_owned()));
        }
        let writing = jit.azure_of(&self.run.user);
        let going = Going {
            looks: &jit.azure.security,
            writes: &writing.security,
            clock: &jit.clock,
            name: self.run.record.id.0,
            turns: [turn, &own_turn],
            shared,
            own: &own,
            vm: &self.record.items[at].changed.vm.clone(),
            entry: &entry,
        };
        let gone = going.on(leaving).await;
        own_turn.give_back().await;
        let gone = gone?;
        let in_none = matches!(gone, Gone::Lost(_));
        if let Some(split) = &mut self.record.items[at].split {
            split.leaving = in_none;
        }
        Ok(self.said(gone, &own))
    }

    async fn note_leaving(&mut self, at: usize, leaving: bool) -> Result<Swap, JitError> {
        if let Some(split) = &mut self.record.items[at].split {
            split.leaving = leaving;
        }
        Ok(self.run.jit.store.changes().note(&self.record).await?)
    }

    fn said(&self, gone: Gone, own: &PolicyId) -> (Fate, Outcome) {
        match gone {
            Gone::Done { correlation_id } => (Fate::Done, Outcome::Done { correlation_id }),
            Gone::Overtaken(standing) => overtaken(standing),
            Gone::Busy(until) => refused(still_open(until)),
            Gone::Taken => {
                refused(format!("the policy {own} names another machine by now; look at it again"))
            }
            Gone::Stayed(Step::Leave, error) => {
                let outcome = start::outcome_of(&error);
                let reason = self.run.jit.of_caller(&self.run.user, error).to_string();
                (Fate::Failed { reason }, outcome)
            }
            Gone::Stayed(_, error) => {
                let why = without_stop(&self.run.jit.of_caller(&self.run.user, error));
                let reason = format!("{why}; it is in the policy again that it shares, as it was");
                (Fate::Failed { reason: reason.clone() }, Outcome::Failed { reason })
            }
            Gone::Lost(error) => {
                let why = without_stop(&self.run.jit.of_caller(&self.run.user, error));
                failed(format!("{why}. {IN_NONE}"))
            }
            Gone::InTwo => failed(format!(
                "somebody else changed it at the same time, and it is in two policies now: the one that it shared, and {own}; take it out of one of them in Azure"
            )),
        }
    }
}

/// What is said of machines that come after one that could not be seen through.
const NOT_BEGUN: &str =
    "nothing was done to it, since another machine of the same policy could not be seen through before";

/// What is told of a machine of which nobody knows what Azure did.
fn failed(reason: String) -> (Fate, Outcome) {
    (Fate::Failed { reason: reason.clone() }, Outcome::unknown(reason))
}

fn refused(reason: String) -> (Fate, Outcome) {
    (Fate::Refused { reason: reason.clone() }, Outcome::Refused { reason, correlation_id: None })
}

/// What went wrong, as the beginning of a sentence: Azure ends its own with a full stop.
fn without_stop(error: &JitError) -> String {
    error.to_string().trim_end_matches('.').to_owned()
}

/// Why a machine stays where it is while somebody is in.
fn still_open(until: Timestamp) -> String {
    let until = until.strftime("%Y-%m-%d %H:%M UTC");
    format!(
        "somebody has access to it until {until}, or is about to get it, and it would close; it can get a policy of its own after that"
    )
}

/// When the last of these requests ends that is not over.
fn last_end(requests: &[RequestRecord], now: Timestamp) -> Option<Timestamp> {
    requests.iter().map(|record| record.request.ends_at).filter(|ends_at| now < *ends_at).max()
}
