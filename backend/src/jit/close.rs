//! Closing what is open before its time.
//!
//! Azure has no call for that. Either the same is requested once more with an end that is near,
//! which takes the place of the one before, or the rule is deleted that lets the source through.
//! Neither is certain to work as hoped, so nothing counts as closed before Azure shows it: see
//! [`super::progress`]. A session that is open stays connected either way.

mod ask;
mod rules;
mod verdict;

use jiff::{SignedDuration, Timestamp};
use shared::access::{AccessRequest, RequestId, Status, Technique};
use shared::port::Port;

use super::watch::InFlight;
use super::{Caller, Jit, JitError, progress};
use crate::audit::{Actor, Attempt, Outcome, Wanted};
use crate::azure::arm::ArmError;
use crate::guardrails::Approved;
use crate::session::{CurrentUser, PersonKey};
use crate::store::{Granted, Swap};
use ask::Closed;
use rules::AllowRule;

pub(super) use rules::allow_rules;

/// How far off the end is that is asked for: far enough for clocks that differ and calls that wait.
const MARGIN: SignedDuration = SignedDuration::from_mins(1);

/// Who has something closed.
#[derive(Debug, Clone)]
pub(super) struct Closer {
    /// Whose the request is.
    pub(super) key: PersonKey,
    /// They as the audit trail knows them.
    pub(super) actor: Actor,
    /// In whose name Azure is asked, unless it is in Postern's own: by whose right it was opened.
    pub(super) right: CurrentUser,
}

/// A request that is to be closed, on record as such, and that Azure has not been asked to close.
struct Begun {
    granted: Granted,
    request: AccessRequest,
    how: How,
    attempt: Attempt,
    in_flight: InFlight,
}

/// What is about to be done.
enum How {
    /// But for these ports, which are closed already.
    Shorten(Vec<Port>),
    /// These are deleted.
    RemoveRules(Vec<AllowRule>),
}

impl Jit {
    /// Has one of the caller's requests closed before its time. What came of it stands in the
    /// request: it is closing, or still open and says why.
    pub async fn close(&self, by: &Caller, id: RequestId) -> Result<AccessRequest, JitError> {
        let request = self.request_of(&by.user.key, id).await?;
        let right = match &request.handed_over {
            Some(handed_over) => self.preparer(handed_over.handoff).await?,
            None => by.user.clone(),
        };
        let closer = Closer { key: by.user.key.clone(), actor: by.actor(), right };
        self.close_for(closer, request).await
    }

    /// Has a request closed for whoever it is.
    pub(super) async fn close_for(
        &self,
        by: Closer,
        request: AccessRequest,
    ) -> Result<AccessRequest, JitError> {
        let (actor, id) = (by.actor.clone(), request.id);
        let prepared = match self.way_to_close(&request).await {
            Ok(how) => self.can_close_in_the_name_of(&by.right, &request).await.map(|()| how),
            Err(error) => Err(error),
        };
        let outcome = match prepared {
            Ok(how) => {
                // What has begun is brought to its end, even if the one who asked hangs up meanwhile.
                let jit = self.clone();
                let closing = tokio::spawn(async move { jit.close_as(&by, id, how).await });
                closing.await.unwrap_or_else(|panic| std::panic::resume_unwind(panic.into_panic()))
            }
            Err(error) => Err(error),
        };
        if let Err(error) = &outcome {
            let wanted = Wanted::Close { request: id, vm: request.vm };
            self.put_refusal_on_record(&actor, wanted, error).await?;
        }
        let (request, stopped_by) = outcome?;
        stopped_by.map_or(Ok(request), Err)
    }

    /// What there is to do about a request, if it can be closed early at all.
    async fn way_to_close(&self, request: &AccessRequest) -> Result<How, JitError> {
        let Some(technique) = self.close_by else {
            return Err(JitError::Conflict(
                "closing access early is turned off here (jit.close); it ends by itself".to_owned(),
            ));
        };
        can_be_closed(request, technique, self.clock.now())?;
        match technique {
            Technique::Shorten => self.already_shut(request).await.map(How::Shorten),
            Technique::RemoveRule => self.rules_to_remove(request).await.map(How::RemoveRules),
        }
    }

    /// The ports of a request that Azure has closed by now. To ask for one of them again would end
    /// what somebody else has there.
    async fn already_shut(&self, request: &AccessRequest) -> Result<Vec<Port>, JitError> {
        let machine = self.inventory.live(&request.vm).await?.ok_or(JitError::NotFound)?;
        let shut = progress::shut(request, machine.requests());
        if shut.len() < request.ports.len() {
            return Ok(shut);
        }
        Err(JitError::Conflict("this access is not open any more".to_owned()))
    }

    async fn close_as(
        &self,
        by: &Closer,
        id: RequestId,
        how: How,
    ) -> Result<(AccessRequest, Option<JitError>), JitError> {
        let begun = self.begin_close(by, id, how).await?;
        let answer = self.ask_to_close(by, &begun).await;
        Ok(self.closing_answered(by, begun, answer).await)
    }

    /// Puts on record that the request is to be closed. Of two who ask at the same moment, one is
    /// told that it is being closed.
    async fn begin_close(&self, by: &Closer, id: RequestId, how: How) -> Result<Begun, JitError> {
        let mut book = self.audit.open_book().await?;
        let record = book.request(id).await?.filter(|record| record.requester == by.key);
        let record = record.ok_or(JitError::NotFound)?;
        let now = self.clock.now();
        can_be_closed(&record.request, how.technique(), now)?;
        let was = record.request.status.clone();
        let request = AccessRequest {
            status: was
                .clone()
                .closing(now, how.technique())
                .map_err(|error| JitError::Conflict(error.to_string()))?,
            not_closed: None,
            ..record.request.clone()
        };
        let granted = Granted::of(record).ok_or(JitError::NotFound)?;
        // From before it can be seen by anybody.
        let in_flight = self.watchers.begin_call(id);
        let (attempt, swap) = book.begin_close(&by.actor, &request, &was, how.technique()).await?;
        if swap == Swap::Overtaken {
            return Err(JitError::Conflict("this access has just changed; look again".to_owned()));
        }
        book.close().await?;
        self.watchers.tell(&request);
        Ok(Begun { granted, request, how, attempt, in_flight })
    }

    /// Writes down what came of asking, and has the rest watched.
    async fn closing_answered(
        &self,
        by: &Closer,
        begun: Begun,
        answer: Result<Closed, ArmError>,
    ) -> (AccessRequest, Option<JitError>) {
        let Begun { granted, request, attempt, in_flight, .. } = begun;
        let policy = &granted.record().policy;
        let verdict = verdict::verdict(&answer, &request, &self.acting_as);
        let error = answer.err().map(|error| self.of_caller(&by.right, error));
        let stopped_by = error.filter(|error| matches!(error, JitError::StepUp(_) | JitError::SignInOver));
        // What Azure wants of whoever prepared it is not for the one who asks to do.
        let stopped_by = stopped_by.filter(|_| request.handed_over.is_none());
        let Some((after, outcome)) = verdict else {
            in_flight.give_up();
            self.watchers.watch(policy);
            return (request, stopped_by);
        };
        match self.settle_closing(attempt, &outcome, &after, &request.status).await {
            Ok(()) => {
                drop(in_flight);
                self.watchers.watch(policy);
                (after, stopped_by)
            }
            Err(error) => {
                // The intent is on record and the policy tells the rest: the watcher tries again.
                let error = &error as &dyn std::error::Error;
                tracing::error!(error, "what came of closing a request could not be written");
                in_flight.give_up();
                self.watchers.watch(policy);
                (request, stopped_by)
            }
        }
    }

    async fn settle_closing(
        &self,
        attempt: Attempt,
        outcome: &Outcome,
        after: &AccessRequest,
        was: &Status,
    ) -> Result<(), JitError> {
        if attempt.finish_request(outcome, after, was).await? == Swap::Done {
            self.watchers.tell(after);
        }
        Ok(())
    }
}

impl How {
    fn technique(&self) -> Technique {
        match self {
            Self::Shorten(_) => Technique::Shorten,
            Self::RemoveRules(_) => Technique::RemoveRule,
        }
    }
}

impl Begun {
    /// What was granted, with an end that is near.
    fn narrowed(&self, shut: &[Port], ends_at: Timestamp) -> Approved {
        Approved::narrowed(&self.granted, shut, ends_at, &self.request.requested_by.username)
    }
}

fn can_be_closed(request: &AccessRequest, technique: Technique, now: Timestamp) -> Result<(), JitError> {
    let why = match (&request.status, technique) {
        (Status::Opening { .. } | Status::Open { .. }, _) if request.ends_at <= now => "this access is over",
        (Status::Opening { .. } | Status::Open { .. }, Technique::Shorten)
            if request.ends_at <= now + MARGIN =>
        {
            "this access ends within a minute by itself, and Azure cannot close it sooner"
        }
        (Status::Opening { .. }, Technique::RemoveRule) => {
            "Azure is still writing the rule that is to be removed; try again once the port is open"
        }
        (Status::Opening { .. } | Status::Open { .. }, _) => return Ok(()),
        (Status::Requesting, _) => "Azure has not answered yet whether it opens this; wait for it",
        (Status::Closing { .. }, _) => "this access is being closed already",
        (Status::Refused { .. } | Status::Failed { .. } | Status::Ended { .. }, _) => {
            "this access is not open any more"
        }
    };
    Err(JitError::Conflict(why.to_owned()))
}
