//! Opening what was approved: on record first, then at Azure, then on record again.

use std::sync::Arc;

use futures_util::{StreamExt, stream};
use jiff::Timestamp;
use shared::access::{AccessRequest, Displaced, RequestId, Status};

use super::displaced::accepted_by;
use super::extend::still_there;
use super::handoff::redeem;
use super::request::{AT_ONCE, Judged, Wished};
use super::verdict::{correlation_id, verdict};
use super::watch::InFlight;
use super::{Asker, Jit, JitError};
use crate::audit::{Attempt, Book, Outcome};
use crate::azure::Azure;
use crate::azure::arm::ArmError;
use crate::azure::security::Accepted;
use crate::guardrails::Approved;
use crate::inventory::LiveVm;
use crate::limits::GrantLimits;
use crate::session::PersonKey;
use crate::store::{Filter, RequestRecord};

/// What came of asking Azure.
pub(super) struct Opened {
    /// The requests, whatever became of them.
    pub(super) requests: Vec<AccessRequest>,
    /// What stopped all of them, if the one who asked can do something about that. It stands in
    /// the trail already, as their outcome.
    pub(super) stopped_by: Option<JitError>,
}

/// A request that is on record, and that Azure has not been asked for.
struct Begun {
    approved: Approved,
    machine: Arc<LiveVm>,
    request: AccessRequest,
    attempt: Attempt,
    in_flight: InFlight,
}

impl Jit {
    pub(super) async fn open_all(
        &self,
        by: &Asker,
        wish: &Wished,
        judged: Judged,
    ) -> Result<Opened, JitError> {
        let begun = self.begin_all(by, wish, judged).await?;
        let azure = self.azure_of(&by.right);
        let mut openings = Vec::new();
        for one in begun {
            openings.push(self.open(one, &azure));
        }
        let answered: Vec<(AccessRequest, Option<ArmError>)> =
            stream::iter(openings).buffered(AT_ONCE).collect().await;
        let mut opened = Opened { requests: Vec::new(), stopped_by: None };
        let mut none_went_on = true;
        for (request, error) in answered {
            none_went_on &= matches!(request.status, Status::Failed { .. });
            opened.requests.push(request);
            let error = error.map(|error| self.of_caller(&by.right, error));
            let concerns_sign_in =
                |error: &JitError| matches!(error, JitError::StepUp(_) | JitError::SignInOver);
            opened.stopped_by = opened.stopped_by.or(error.filter(concerns_sign_in));
        }
        opened.stopped_by = opened.stopped_by.filter(|_| none_went_on);
        Ok(opened)
    }

    /// Puts every request on record, or none. One call at a time, in all replicas: of two clicks
    /// at the same moment the second finds what the first has begun.
    async fn begin_all(
        &self,
        by: &Asker,
        wish: &Wished,
        Judged { approved, neighbours, machines }: Judged,
    ) -> Result<Vec<Begun>, JitError> {
        let mut book = self.audit.open_book().await?;
        self.not_too_often(&mut book, &by.key).await?;
        let now = self.clock.now();
        let answered_by_now = now.saturating_sub(self.patience.showing()).unwrap_or(Timestamp::MIN);
        if let Some(old) = wish.extends {
            still_there(book.request(old).await?.as_ref(), now)?;
        }
        for one in &approved {
            if book.is_split_now(one.vm()).await? {
                return Err(JitError::Conflict(format!(
                    "{} is getting a policy of its own just now, and what is opened meanwhile would close; try again in a minute",
                    one.vm().name()
                )));
            }
            not_under_way_already(&mut book, by, one, wish.extends, answered_by_now).await?;
        }
        let replaces = accepted_by(&mut book, by, &wish.new.replaces, neighbours, now).await?;
        let mut begun = Vec::new();
        for (approved, machine) in approved.into_iter().zip(machines) {
            let request = put_down(by, wish, &approved, now);
            let record = RequestRecord {
                request: request.clone(),
                requester: by.key.clone(),
                policy: approved.policy().clone(),
            };
            // From before it can be seen by anybody.
            let in_flight = self.watchers.begin_call(request.id);
            let ends = |displaced: &&Displaced| displaced.vm == *approved.vm();
            let ended = replaces.iter().filter(ends).cloned().collect();
            let attempt = book.begin_open(&by.actor, &record, ended).await?;
            if let Some(handed_over) = &by.handed_over {
                redeem(&mut book, by, handed_over.handoff, request.id, now).await?;
            }
            begun.push(Begun { approved, machine, request, attempt, in_flight });
        }
        book.close().await?;
        Ok(begun)
    }

    /// Refuses whoever has made as many requests as one person may.
    pub(super) async fn not_too_often(&self, book: &mut Book, by: &PersonKey) -> Result<(), JitError> {
        let now = self.clock.now();
        let since = now.saturating_sub(GrantLimits::WINDOW).unwrap_or(Timestamp::MIN);
        let most = self.limits.most();
        let mut made = book.requests_made(by, since, most).await?;
        // To prepare access for somebody is to ask for it.
        made.extend(book.handoffs_prepared(by, since, most).await?);
        made.sort_unstable_by(|one, other| other.cmp(one));
        Ok(self.limits.judge(&made, now)?)
    }

    /// Asks Azure, writes down what came of it, and has it watched. What cannot be told yet stays
    /// [`Status::Requesting`] for the watcher to find out.
    async fn open(&self, begun: Begun, azure: &Azure) -> (AccessRequest, Option<ArmError>) {
        let Begun { approved, machine, request, attempt, in_flight } = begun;
        self.rules_reader().before(request.id, &machine).await;
        match self.ask(&approved, &request, azure).await {
            Asked::Answered(answer) => {
                let after = self.answered(&answer, &approved, request, attempt, in_flight).await;
                (after, answer.err())
            }
            Asked::TooLate => (self.not_asked(request, attempt).await, None),
        }
    }

    /// Writes down what came of asking.
    async fn answered(
        &self,
        answer: &Result<Accepted, ArmError>,
        approved: &Approved,
        request: AccessRequest,
        attempt: Attempt,
        in_flight: InFlight,
    ) -> AccessRequest {
        let hint = answer.as_ref().err().and_then(|error| self.source_matching.learn(approved, error));
        // What was to be extended is not touched by a refusal.
        let hint = match request.extends {
            Some(_) => Some(format!("{} {}", hint.unwrap_or_default(), GOES_ON).trim().to_owned()),
            None => hint,
        };
        let Some((status, outcome)) =
            verdict(answer, &request, &self.acting_as, hint.as_deref(), self.clock.now())
        else {
            in_flight.give_up();
            self.watchers.watch(approved.policy());
            return request;
        };
        let after = AccessRequest { status, correlation_id: correlation_id(answer), ..request.clone() };
        let written = attempt.finish_request(&outcome, &after, &request.status).await;
        match written {
            Ok(_) => {
                drop(in_flight);
                self.watchers.watch(approved.policy());
                self.watchers.tell(&after);
                after
            }
            Err(error) => {
                // The intent is on record and the policy tells the rest: the watcher tries again.
                let error = &error as &dyn std::error::Error;
                tracing::error!(error, "the outcome of a request could not be written");
                in_flight.give_up();
                self.watchers.watch(approved.policy());
                request
            }
        }
    }

    /// Asks Azure, for as long as nobody else may think that nobody asks any more.
    async fn ask(&self, approved: &Approved, request: &AccessRequest, azure: &Azure) -> Asked {
        let last_moment = request.requested_at.saturating_add(self.patience.asking());
        let last_moment = last_moment.unwrap_or(Timestamp::MAX);
        if self.clock.now() >= last_moment {
            return Asked::TooLate;
        }
        tokio::select! {
            biased;
            () = self.clock.sleep_until(last_moment) => {
                Asked::Answered(Err(ArmError::unexpected("Azure was not waited for any longer")))
            }
            answer = azure.security.initiate(approved) => Asked::Answered(answer),
        }
    }

    /// Writes down that there was no time left to ask Azure.
    async fn not_asked(&self, request: AccessRequest, attempt: Attempt) -> AccessRequest {
        let reason = "Azure was too slow with the other machines of this request and was not asked for this one. Nothing was opened; request it again.";
        let status = Status::Failed { at: self.clock.now(), reason: reason.to_owned() };
        let after = AccessRequest { status, ..request.clone() };
        let outcome = Outcome::Failed { reason: reason.to_owned() };
        match attempt.finish_request(&outcome, &after, &request.status).await {
            Ok(_) => {
                self.watchers.tell(&after);
                after
            }
            Err(error) => {
                let error = &error as &dyn std::error::Error;
                tracing::error!(error, "the outcome of a request could not be written");
                request
            }
        }
    }
}

/// What is said where an extension is refused.
const GOES_ON: &str = "What is open stays open until its end.";

/// What came of asking.
enum Asked {
    Answered(Result<Accepted, ArmError>),
    /// Azure was not asked.
    TooLate,
}

/// Refuses what a double click asks for: the same again while Azure is still at it. An answer to a
/// request from before `answered_by_now` may never come; whoever waits for it may ask again.
async fn not_under_way_already(
    book: &mut Book,
    by: &Asker,
    wanted: &Approved,
    extends: Option<RequestId>,
    answered_by_now: Timestamp,
) -> Result<(), JitError> {
    let mine = Filter {
        vm: Some(wanted.vm().clone()),
        requester: Some(by.key.clone()),
        unfinished_only: true,
        ..Filter::default()
    };
    for RequestRecord { request, .. } in book.requests(&mine, 50).await? {
        let pending = match request.status {
            Status::Requesting => request.requested_at > answered_by_now,
            Status::Opening { .. } => true,
            Status::Open { .. }
            | Status::Closing { .. }
            | Status::Refused { .. }
            | Status::Failed { .. }
            | Status::Ended { .. } => false,
        };
        let overlaps = wanted.ports().iter().any(|port| request.ports.contains(port));
        let other = extends != Some(request.id);
        if pending && other && overlaps && request.source == *wanted.source() {
            return Err(JitError::Conflict(format!(
                "you have just requested this, and Azure is still opening the port on {}; wait for it",
                wanted.vm().name()
            )));
        }
    }
    Ok(())
}

fn put_down(
    by: &Asker,
    Wished { new, extends }: &Wished,
    approved: &Approved,
    now: Timestamp,
) -> AccessRequest {
    AccessRequest {
        id: approved.id(),
        vm: approved.vm().clone(),
        ports: approved.ports().to_vec(),
        source: *approved.source(),
        bastion: approved.bastion().cloned(),
        shareable_link: approved.shareable_link(),
        reason: new.reason.clone(),
        requested_by: by.person.clone(),
        requested_for: by.requested_for.clone(),
        handed_over: by.handed_over.clone(),
        requested_at: now,
        opened_at: None,
        ends_at: approved.ends_at(),
        rule: approved.rule().to_owned(),
        broad: approved.is_broad(),
        redirections: approved.redirections().to_vec(),
        status: Status::Requesting,
        correlation_id: None,
        extends: *extends,
        replaced_by: None,
        shut: Vec::new(),
        not_closed: None,
    }
}
