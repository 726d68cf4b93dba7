//! Asking owners once a week by itself, whatever number of replicas there is and whenever they start.
//!
//! A lease lets one replica go about it at a time. That nobody is asked twice in a week is not for the
//! lease to see to: each owner has a row for the week, written together with what they are asked.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use uuid::Uuid;

use crate::audit::Event;
use crate::azure::arm::ArmError;
use crate::compliance::{self, Asker, Asking, Book, Finding, Judged, NOBODY, Weekly, one_line};
use crate::inventory::Snapshot;
use crate::jit::{Jit, JitError};
use crate::store::Swap;

/// How long after its time a week is still seen to, such as where the service was stopped.
const LATE: SignedDuration = SignedDuration::from_hours(24);

/// How long Azure is given to say everything, before what it says is all there is.
const PATIENCE: SignedDuration = SignedDuration::from_hours(1);

/// How long to wait where a week could not be seen to.
const AGAIN: SignedDuration = SignedDuration::from_mins(5);

/// How long one replica has to itself what it sees to.
const TURN: SignedDuration = SignedDuration::from_mins(4);

/// For how long it is kept which owners were asked.
const KEPT: SignedDuration = SignedDuration::from_hours(9 * 7 * 24);

/// How many owners are named that could not be asked.
const NAMED: usize = 50;

/// How long the name of an owner is at most, in characters; Azure takes no longer value of a tag.
const LONGEST_NAME: usize = 256;

/// What came of a look at a week.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Seen {
    /// It is done, or not to be.
    Done,
    /// It is to be looked at again.
    Later,
}

impl Jit {
    /// Has owners asked every week, if the settings say so, until the service stops.
    pub fn tend_owners(&self) {
        let Some(weekly) = self.remediation.weekly.clone() else { return };
        let jit = self.clone();
        self.watchers.track(async move {
            let (holder, started) = (Uuid::now_v7(), jit.clock.now());
            loop {
                let now = jit.clock.now();
                let due = weekly.last(now);
                let seen = if now.duration_since(due) < LATE {
                    jit.see_to_week(&weekly, due, started, holder).await.unwrap_or_else(|error| {
                        let error = &error as &dyn std::error::Error;
                        tracing::warn!(error, "owners could not be asked for this week; it is tried again");
                        Seen::Later
                    })
                } else {
                    Seen::Done
                };
                let next = if seen == Seen::Done { weekly.next(now) } else { now + AGAIN };
                tokio::select! {
                    () = jit.clock.sleep_until(next) => {}
                    () = jit.watchers.stopping() => return,
                }
            }
        });
    }

    async fn see_to_week(
        &self,
        weekly: &Weekly,
        due: Timestamp,
        started: Timestamp,
        holder: Uuid,
    ) -> Result<Seen, JitError> {
        let (week, weeks) = (weekly.week(due), self.store.owner_weeks());
        if weeks.is_done(&week).await? {
            return Ok(Seen::Done);
        }
        // Whoever sets it up for the first time means the next week, not what was a while ago.
        if due < started && !weeks.has_any().await? {
            return Ok(Seen::Done);
        }
        let now = self.clock.now();
        if !self.store.leases().take("ask-owners", holder, now, now + TURN).await? {
            return Ok(Seen::Later);
        }
        let seen = self.ask_owners(weekly, due, &week).await;
        self.store.leases().give_back("ask-owners", holder).await?;
        seen
    }

    async fn ask_owners(&self, weekly: &Weekly, due: Timestamp, week: &str) -> Result<Seen, JitError> {
        let snapshot = self.inventory.fresh().await?;
        let book = self.book_of(snapshot.subscriptions.iter().map(|known| known.id).collect()).await;
        let now = self.clock.now();
        let is_stale = AGAIN < now.duration_since(snapshot.as_of);
        if (is_stale || book.values().any(|told| !told.is_read())) && now < due + PATIENCE {
            tracing::warn!(week, "Azure does not tell everything; owners are asked a little later");
            return Ok(Seen::Later);
        }
        let askings = self.askings_of(snapshot, book, weekly).await?;
        self.store.outbox().begin().await?;
        let (mut asked, mut left) = (0, Vec::new());
        for asking in askings {
            let actions = self.asked(&asking, weekly.webhook.as_deref(), Some(week));
            if actions.is_empty() {
                left.push(asking);
                continue;
            }
            if self.audit.ask_owner_of_week(week, &key(&asking), actions).await? == Swap::Done {
                asked += 1;
            }
        }
        self.audit.end_week(week, &summary(week, asked, &left)).await?;
        self.store.owner_weeks().purge(week, now.saturating_sub(KEPT).unwrap_or(Timestamp::MIN)).await?;
        Ok(Seen::Done)
    }

    /// What is written to all owners there are.
    async fn askings_of(
        &self,
        snapshot: Arc<Snapshot>,
        book: Book,
        weekly: &Weekly,
    ) -> Result<Vec<Asking>, JitError> {
        let (tag, site, least) = (self.owner_tag.clone(), self.api.url.clone(), weekly.least);
        let work = move || {
            let judged = compliance::all(&snapshot, &book, &tag);
            // Of what could not be read nobody knows whether it is exempt.
            let is_known = |judged: &&Judged<'_>| {
                book.get(&judged.entry.vm.id.subscription()).is_some_and(|told| told.is_read())
            };
            let findings = judged.iter().filter(is_known).filter_map(|judged| {
                let finding = Finding::of(judged).ok().filter(|finding| finding.is_as_severe_as(least))?;
                Some((judged.owner.map(str::to_owned), finding))
            });
            compliance::askings(findings, Asker::Settings, &tag, &site)
        };
        tokio::task::spawn_blocking(work).await.map_err(|error| JitError::Azure(ArmError::unexpected(error)))
    }
}

/// What an owner is called in the table of weeks, which takes no odd characters.
fn key(asking: &Asking) -> String {
    let name = asking.owner.as_deref().map(|name| one_line(&name.to_lowercase(), LONGEST_NAME));
    name.map_or_else(|| NOBODY.to_owned(), |name| format!("={name}"))
}

fn summary(week: &str, asked: usize, left: &[Asking]) -> Event {
    let machines = left.iter().map(|asking| asking.total).sum();
    if !left.is_empty() {
        tracing::warn!(
            week,
            owners = left.len(),
            machines,
            "some owners have no address, and were not asked"
        );
    }
    Event::OwnersAsked {
        week: week.to_owned(),
        asked,
        left: left.iter().take(NAMED).map(|asking| asking.owner.clone()).collect(),
        left_owners: left.len(),
        left_machines: machines,
    }
}
