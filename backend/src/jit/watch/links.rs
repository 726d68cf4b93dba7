//! Shareable links: made once access is open, deleted once it is over.
//!
//! A link lets in whoever has it and does not end by itself. So it is written down before Azure is
//! asked for it, and stays written down until Azure shows that it is gone, whatever stops, fails
//! or is lost meanwhile. The link itself is never kept; Azure shows it when its owner asks.

use jiff::{SignedDuration, Timestamp};
use shared::access::{AccessRequest, Status};
use shared::bastion::BastionId;

use super::{WatchError, Watchers};
use crate::audit::{Action, Attempt, AuditError, LinkDeed, Outcome};
use crate::azure::arm::ArmError;
use crate::azure::network::{Link, Network};
use crate::store::{LinkRecord, LinkState};

/// How long Azure is waited for. Nobody else touches the link meanwhile.
pub(super) const PATIENCE: SignedDuration = SignedDuration::from_mins(5);

/// How long it takes until a link that nobody has heard of since it was asked for is looked for a
/// second time: what Azure began late must not come to stay.
const STRAGGLER: SignedDuration = SignedDuration::from_mins(10);

/// After how many attempts to delete a link the log says that something is wrong.
const LOUD: i64 = 3;

impl Watchers {
    /// Looks after every link, now. Goes on by itself.
    pub(super) fn tend_links(&self) {
        let watchers = self.clone();
        self.0.tasks.spawn(async move {
            let tended = async {
                for link in watchers.0.store.links().due(watchers.0.clock.now()).await? {
                    watchers.tend(link).await?;
                }
                Ok::<_, WatchError>(())
            };
            tokio::select! {
                tended = tended => if let Err(error) = tended {
                    let error = &error as &dyn std::error::Error;
                    tracing::error!(error, "shareable links could not be looked after; it is tried again");
                },
                () = watchers.0.stop.cancelled() => {}
            }
        });
    }

    async fn tend(&self, link: LinkRecord) -> Result<(), WatchError> {
        let Some(record) = self.0.store.requests().get(link.request).await? else { return Ok(()) };
        let request = record.request;
        let Some(bastion) = request.bastion.clone() else { return Ok(()) };
        let is_over = request.status.is_final() || request.ends_at <= self.0.clock.now();
        match (link.state, is_over) {
            (LinkState::Wanted, true) => {
                self.0.store.links().forget(link.request, LinkState::Wanted).await?;
            }
            (LinkState::Wanted, false) if matches!(request.status, Status::Open { .. }) => {
                self.create(&request, bastion).await?;
            }
            (LinkState::Asked | LinkState::Made, true) => self.delete(&link, &request, bastion).await?,
            (LinkState::Wanted | LinkState::Asked | LinkState::Made, false) => {}
        }
        Ok(())
    }

    async fn create(&self, request: &AccessRequest, bastion: BastionId) -> Result<(), WatchError> {
        let until = self.in_a(PATIENCE);
        let action = Action::link(LinkDeed::Create, request, bastion.clone());
        let Some(attempt) = self.0.audit.begin_link(action, request, until).await? else { return Ok(()) };
        let network = &self.0.azure.network;
        let created = self.within(create(network, request, &bastion)).await;
        let (outcome, next) = match created {
            Ok(Created::Now) => (done(), Some(LinkState::Made)),
            Ok(Created::NotOurs) => (
                refused(
                    "there is a shareable link to the machine already, which Postern did not make; it was left as it is",
                ),
                None,
            ),
            Ok(Created::Nothing(why)) => {
                let why = why.unwrap_or_else(|| "it shows no link and does not say why".to_owned());
                // What is not there now may still come.
                (refused(&format!("Azure made no shareable link: {why}")), Some(LinkState::Asked))
            }
            Err(error) => {
                let shown = &error as &dyn std::error::Error;
                tracing::warn!(request = %request.id, error = shown, "a shareable link could not be made");
                let next = match &error {
                    ArmError::NotFound | ArmError::Forbidden { .. } | ArmError::Refused { .. } => None,
                    ArmError::Throttled { .. } | ArmError::Token(_) | ArmError::Transport(_) => {
                        Some(LinkState::Wanted)
                    }
                    ArmError::AnswerLost(_) | ArmError::Unexpected(_) => Some(LinkState::Asked),
                };
                (outcome_of(&error), next)
            }
        };
        conclude(attempt, &outcome).await?;
        let now = self.0.clock.now();
        match next {
            Some(LinkState::Wanted) => {
                self.0.store.links().set(request.id, LinkState::Wanted, self.in_a(again(0))).await?;
            }
            Some(state) => self.0.store.links().set(request.id, state, now).await?,
            None => self.0.store.links().forget(request.id, LinkState::Asked).await?,
        }
        Ok(())
    }

    async fn delete(
        &self,
        link: &LinkRecord,
        request: &AccessRequest,
        bastion: BastionId,
    ) -> Result<(), WatchError> {
        let until = self.in_a(PATIENCE);
        let action = Action::link(LinkDeed::Delete, request, bastion.clone());
        let Some(attempt) = self.0.audit.begin_link_deletion(action, link, until).await? else {
            return Ok(());
        };
        let deleted = self.within(delete(&self.0.azure.network, request, &bastion)).await;
        match deleted {
            Ok(()) => {
                conclude(attempt, &done()).await?;
                if link.state == LinkState::Asked {
                    self.0.store.links().set(link.request, LinkState::Made, self.in_a(STRAGGLER)).await?;
                } else {
                    self.0.store.links().forget(link.request, link.state).await?;
                }
            }
            Err(error) => {
                tell_of_link(link, &bastion, &error);
                let outcome = still_there(outcome_of(&error));
                conclude(attempt, &outcome).await?;
                let next = self.in_a(again(link.attempts));
                self.0.store.links().set(link.request, link.state, next).await?;
            }
        }
        Ok(())
    }

    /// Says of the attempts of a process that is gone that nobody knows what came of them.
    pub(super) async fn outcome_of_link(deed: LinkDeed, attempt: Attempt) -> Result<(), AuditError> {
        let reason = match deed {
            LinkDeed::Create => {
                "Postern stopped before it had Azure's answer; the link is deleted when access ends"
            }
            LinkDeed::Delete => {
                "Postern stopped before it had Azure's answer; it tries again to delete the link"
            }
        };
        conclude(attempt, &Outcome::unknown(reason)).await
    }

    /// What Azure makes of it, as long as nobody else may touch the link.
    async fn within<T>(&self, work: impl Future<Output = Result<T, ArmError>>) -> Result<T, ArmError> {
        tokio::select! {
            biased;
            () = self.0.clock.sleep(PATIENCE) => Err(ArmError::unexpected("Azure was not waited for any longer")),
            result = work => result,
        }
    }

    fn in_a(&self, while_: SignedDuration) -> Timestamp {
        self.0.clock.now().saturating_add(while_).unwrap_or(Timestamp::MAX)
    }
}

/// Says that a link is still there: the louder, the longer it stays.
fn tell_of_link(link: &LinkRecord, bastion: &BastionId, error: &ArmError) {
    let shown = error as &dyn std::error::Error;
    let is_final = matches!(error, ArmError::Forbidden { .. } | ArmError::Refused { .. });
    let request = link.request;
    if is_final || link.attempts >= LOUD {
        tracing::error!(
            %request, %bastion, attempts = link.attempts + 1, error = shown,
            "A SHAREABLE LINK COULD NOT BE DELETED and may still let people in; delete it in the Azure portal, Bastion, Shareable links. Postern goes on trying"
        );
    } else {
        tracing::warn!(%request, %bastion, error = shown, "a shareable link could not be deleted; it is tried again");
    }
}

/// Writes down what came of it, unless another process was first.
async fn conclude(attempt: Attempt, outcome: &Outcome) -> Result<(), AuditError> {
    match attempt.finish(outcome).await {
        Ok(()) | Err(AuditError::AlreadyFinished(_)) => Ok(()),
        Err(error) => Err(error),
    }
}

/// What came of asking for a link.
enum Created {
    Now,
    NotOurs,
    Nothing(Option<String>),
}

async fn create(
    network: &Network,
    request: &AccessRequest,
    bastion: &BastionId,
) -> Result<Created, ArmError> {
    if let Link::There(_) = network.link(bastion, &request.vm).await? {
        return Ok(Created::NotOurs);
    }
    let finished = network.create_link(bastion, &request.vm).await?.finish().await;
    // Whatever is said of the operation, what counts is whether the link is there.
    match (network.link(bastion, &request.vm).await, finished) {
        (Ok(Link::There(_)), _) => Ok(Created::Now),
        (Ok(Link::NotThere(why)), Ok(())) => Ok(Created::Nothing(why)),
        (Ok(Link::NotThere(_)), Err(error)) | (Err(error), _) => Err(lost(&error)),
    }
}

/// Deletes the link to a machine, and sees to it that it is gone.
async fn delete(network: &Network, request: &AccessRequest, bastion: &BastionId) -> Result<(), ArmError> {
    let deleted = match network.delete_link(bastion, &request.vm).await {
        Ok(operation) => operation.finish().await,
        Err(error) => Err(error),
    };
    // Whatever is said of the operation, what counts is whether the link is there. A Bastion that is
    // gone lets nobody in.
    match (network.link(bastion, &request.vm).await, deleted) {
        (Ok(Link::NotThere(_)) | Err(ArmError::NotFound), _) => Ok(()),
        (Ok(Link::There(_)), Ok(())) => {
            Err(ArmError::unexpected("Azure still shows the link after it was deleted"))
        }
        (Ok(Link::There(_)), Err(error)) | (Err(error), _) => Err(error),
    }
}

/// A link was asked for, whatever became of that.
fn lost(error: &ArmError) -> ArmError {
    ArmError::unexpected(format!("whether a link was made could not be seen: {error}"))
}

fn done() -> Outcome {
    Outcome::Done { correlation_id: None }
}

fn refused(reason: &str) -> Outcome {
    Outcome::Refused { reason: reason.to_owned(), correlation_id: None }
}

fn outcome_of(error: &ArmError) -> Outcome {
    let reason = error.to_string();
    match error {
        ArmError::NotFound | ArmError::Forbidden { .. } | ArmError::Refused { .. } => {
            Outcome::Refused { reason, correlation_id: error.correlation_id().map(str::to_owned) }
        }
        ArmError::Throttled { .. } | ArmError::Token(_) | ArmError::Transport(_) => {
            Outcome::Failed { reason }
        }
        ArmError::AnswerLost(_) | ArmError::Unexpected(_) => Outcome::unknown(reason),
    }
}

/// The same, with what it means where a link was to be deleted.
fn still_there(outcome: Outcome) -> Outcome {
    let warned = |reason: String| {
        format!("{reason}; THE LINK MAY STILL LET PEOPLE IN. Postern goes on trying to delete it")
    };
    match outcome {
        Outcome::Refused { reason, correlation_id } => {
            Outcome::Refused { reason: warned(reason), correlation_id }
        }
        Outcome::Failed { reason } => Outcome::Failed { reason: warned(reason) },
        Outcome::Unknown { reason, correlation_id } => {
            Outcome::Unknown { reason: warned(reason), correlation_id }
        }
        Outcome::Done { correlation_id } => Outcome::Done { correlation_id },
    }
}

/// How long to wait after so many attempts: half a minute, and twice as long each time, up to an
/// hour.
fn again(attempts: i64) -> SignedDuration {
    let doubled = u32::try_from(attempts).unwrap_or(u32::MAX).min(7);
    SignedDuration::from_secs(30 << doubled).min(SignedDuration::from_hours(1))
}
