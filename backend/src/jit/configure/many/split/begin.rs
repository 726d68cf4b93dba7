//! Beginning: each machine is judged once more, and what it takes along is kept with its intent.

use shared::policy_change::{ChangedVm, Fate};

use super::super::super::turn::Turn;
use super::super::super::write::{Waits, Writer};
use super::super::part::Part;
use super::{last_end, still_open};
use crate::audit::{Action, Attempt};
use crate::azure::security::{PolicyDocument, PolicyId};
use crate::jit::JitError;
use crate::store::Filter;

impl Part<'_> {
    /// Puts on record what is about to be done, with what each machine takes along. Nothing if there
    /// is nothing to do, or somebody else does it.
    pub(in crate::jit::configure::many) async fn begin_split(
        &mut self,
        shared: &PolicyId,
        turn: &Turn,
    ) -> Result<Option<Vec<Attempt>>, JitError> {
        let jit = self.run.jit.clone();
        let looks = &jit.azure.security;
        let writer = Writer {
            looks,
            writes: looks,
            clock: &jit.clock,
            name: self.run.record.id.0,
            waits: Waits::FOR_NOBODY,
        };
        let document = match writer.look(shared, turn).await {
            Ok(document) => document,
            Err(error) => {
                self.leave(&Fate::Failed { reason: error.to_string() }).await?;
                return Ok(None);
            }
        };
        let refused = self.may_no_more(shared).await?;
        let judged = self.places(&Fate::Waiting);
        for at in &judged {
            let fate = match refused.iter().find(|(left, _)| left == at) {
                Some((_, reason)) => Some(Fate::Refused { reason: reason.clone() }),
                None => self.judged_split(*at, shared, &document).await?,
            };
            let item = &mut self.record.items[*at];
            match (fate, &mut item.split) {
                (Some(fate), _) => item.changed.fate = fate,
                (None, Some(split)) if split.entry.is_none() => {
                    split.entry = document.entry(&item.changed.vm);
                }
                (None, _) => {}
            }
        }
        let mut book = jit.audit.open_book().await?;
        let mut attempts = Vec::new();
        for at in judged {
            let filter = Filter {
                vm: Some(self.record.items[at].changed.vm.clone()),
                unfinished_only: true,
                ..Filter::default()
            };
            let ours = book.requests(&filter, usize::MAX).await?;
            let item = &mut self.record.items[at];
            let ChangedVm { vm, from, to, fate, .. } = &mut item.changed;
            if *fate == Fate::Waiting
                && let Some(until) = last_end(&ours, jit.clock.now())
            {
                *fate = Fate::Refused { reason: still_open(until) };
            }
            let own = item.split.as_ref().map(|split| split.own.to_string());
            let (Fate::Waiting, Some(own)) = (&*fate, own) else {
                self.refuse(&mut book, at).await?;
                continue;
            };
            *fate = Fate::Working;
            let (policy, change) = (shared.to_string(), self.run.record.id);
            let ports = from.clone().or_else(|| to.clone());
            let action = Action::Split { vm: vm.clone(), policy, own, ports, change };
            attempts.push(book.begin(&self.run.record.actor, action).await?);
        }
        self.have_begun(book, attempts).await
    }

    /// Azure may have changed since the change was asked for. What becomes of a machine that does not
    /// get a policy of its own by that.
    async fn judged_split(
        &self,
        at: usize,
        shared: &PolicyId,
        document: &PolicyDocument,
    ) -> Result<Option<Fate>, JitError> {
        let jit = &self.run.jit;
        let item = &self.record.items[at];
        let vm = &item.changed.vm;
        let snapshot = jit.inventory.snapshot().await?;
        let refused = |reason: String| Ok(Some(Fate::Refused { reason }));
        if document.version(vm) != item.base {
            let standing = document.of(vm).map(|named| named.ports);
            return Ok(Some(Fate::Overtaken { standing }));
        }
        if document.is_own(vm) {
            return Ok(Some(Fate::Unchanged));
        }
        if let Some(until) = document.open_until(vm, jit.clock.now()) {
            return refused(still_open(until));
        }
        if self.run.is_named_elsewhere(vm, shared).await? {
            return refused("another policy names this machine by now; look at it again".to_owned());
        }
        let name = snapshot.vm(vm).map(|entry| entry.vm.subscription_name.as_str()).unwrap_or_default();
        match jit.has_plan(vm.subscription(), name).await {
            Ok(()) => Ok(None),
            Err(error) => refused(error.to_string()),
        }
    }
}
