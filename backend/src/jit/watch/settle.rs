//! Writing down where a request stands now.

use shared::access::{AccessRequest, Ending, Status};

use shared::history::Moment;

use super::{WatchError, Watchers};
use crate::audit::{Action, AuditError, Outcome};
use crate::jit::history::RulesReader;
use crate::store::{Filter, RequestRecord, StoreError, Swap};

impl Watchers {
    /// Writes how a request stands now, and what took its place if anything did.
    pub(super) async fn settle_as(
        &self,
        record: RequestRecord,
        mut after: AccessRequest,
    ) -> Result<(), WatchError> {
        if let Status::Ended { at, how: Ending::Replaced } = after.status
            && let Some(newer) = self.newer_of_same_person(&record).await?
        {
            after.replaced_by = Some(newer.id);
            if newer.extends == Some(after.id) {
                after.status = Status::Ended { at, how: Ending::Extended };
            }
        }
        self.settle(record, after).await
    }

    /// The request of the same person that has taken the place of one of theirs.
    async fn newer_of_same_person(
        &self,
        record: &RequestRecord,
    ) -> Result<Option<AccessRequest>, StoreError> {
        let filter = Filter {
            vm: Some(record.request.vm.clone()),
            requester: Some(record.requester.clone()),
            unfinished_only: true,
            before: None,
        };
        let old = &record.request;
        let newer = |request: &AccessRequest| {
            request.id > old.id && request.ports.iter().any(|port| old.ports.contains(port))
        };
        let theirs = self.0.store.requests().list(&filter, usize::MAX).await?;
        let newer = theirs.into_iter().map(|record| record.request).filter(newer);
        // The one that extends it goes before any other.
        Ok(newer.min_by_key(|request| request.extends != Some(old.id)))
    }

    /// Writes where a request stands now, and tells everybody.
    pub(super) async fn settle(
        &self,
        record: RequestRecord,
        request: AccessRequest,
    ) -> Result<(), WatchError> {
        let was = record.request.status.clone();
        let left = match was {
            Status::Requesting | Status::Closing { .. } => self.0.audit.unresolved_of(request.id).await?,
            _ => None,
        };
        let swap = match left {
            Some(left) => {
                let outcome = match left.attempt.action {
                    Action::Close { .. } => outcome_of_closing(&request),
                    Action::Open { .. }
                    | Action::StartVm { .. }
                    | Action::Configure { .. }
                    | Action::Split { .. }
                    | Action::EnableDefender { .. }
                    | Action::AssignPolicy { .. }
                    | Action::RemoveAssignment { .. }
                    | Action::ScanCompliance { .. }
                    | Action::AskOwner { .. }
                    | Action::ShareableLink { .. } => outcome(&request.status),
                };
                match left.attempt.finish_request(&outcome, &request, &was).await {
                    Err(AuditError::AlreadyFinished(_)) => Swap::Overtaken,
                    result => result?,
                }
            }
            None => self.0.store.requests().update(&request, &was).await?,
        };
        self.0.calls.forget(request.id);
        if swap == Swap::Done {
            self.tell(&request);
            self.note_rules(&request, &was);
            if request.shareable_link {
                self.tend_links();
            }
        }
        Ok(())
    }
}

/// Why rules were not read.
const STOPPED: &str = "Postern was stopped before it had read them.";

impl Watchers {
    /// Has the rules around a request read and kept once it is open, and once it is over.
    fn note_rules(&self, request: &AccessRequest, was: &Status) {
        let moment = match (was, &request.status) {
            (Status::Requesting | Status::Opening { .. }, Status::Open { .. }) => Moment::Open,
            (_, Status::Ended { .. }) if request.opened_at.is_some() => Moment::After,
            _ => return,
        };
        let (reader, request, stop) = (self.rules_reader(), request.clone(), self.0.stop.clone());
        self.0.tasks.spawn(async move {
            tokio::select! {
                () = reader.now(&request, moment) => {}
                () = stop.cancelled() => reader.missed(request.id, moment, STOPPED.to_owned()).await,
            }
        });
    }

    pub(super) fn rules_reader(&self) -> RulesReader {
        let (inventory, store) = (self.0.inventory.clone(), self.0.store.clone());
        RulesReader { inventory, store, clock: self.0.clock.clone() }
    }
}

/// What the audit trail is told of a request whose answer got lost, once Azure shows the truth.
fn outcome(status: &Status) -> Outcome {
    match status {
        Status::Requesting
        | Status::Opening { .. }
        | Status::Open { .. }
        | Status::Closing { .. }
        | Status::Ended { .. } => Outcome::Done { correlation_id: None },
        Status::Refused { reason, .. } | Status::Failed { reason, .. } => Outcome::unknown(reason),
    }
}

/// What it is told of closing one whose answer got lost.
fn outcome_of_closing(request: &AccessRequest) -> Outcome {
    let unknown = |reason: &str| Outcome::unknown(reason);
    match &request.status {
        Status::Closing { .. } | Status::Ended { how: Ending::Closed, .. } => {
            Outcome::Done { correlation_id: None }
        }
        Status::Ended { .. } => unknown("Azure gave no answer, and the access is over."),
        Status::Requesting
        | Status::Opening { .. }
        | Status::Open { .. }
        | Status::Refused { .. }
        | Status::Failed { .. } => unknown(request.not_closed.as_deref().unwrap_or("It is still open.")),
    }
}
