//! Tells others what happened, by mail and by webhooks, without keeping anybody waiting.
//!
//! What to tell is taken from the audit trail and kept in the store until it was delivered or given
//! up: at least once each, under an id that stays the same. Each target has a loop of its own, so
//! that one that hangs holds up no other.

mod mail;
mod message;
mod owners;
mod retry;
mod target;
mod text;
mod webhook;

use std::sync::Arc;
use std::time::Duration;

use futures_util::future::join_all;
use jiff::{SignedDuration, Timestamp};
use url::Url;
use uuid::Uuid;

use crate::audit::{self, Actor, Event};
use crate::clock::Clock;
use crate::config::NotifySettings;
use crate::store::{Entry, Letter, NewEntry, NewLetter, Store, StoreError};

pub use mail::{Login, Mailer, MailerError, SmtpSettings, TlsMode};
pub use message::{Message, Who};
pub use owners::{BY_MAIL, OwnerLetter};
pub use retry::LONGEST_TRIED;
pub use target::{NoOccasion, Occasion, Target, Way};
pub use webhook::{Webhooks, signature};

/// Why something was not delivered.
#[derive(Debug)]
pub struct Undelivered {
    /// In a sentence for people, without secrets.
    pub why: String,
    /// Whether there is no use in trying again.
    pub for_good: bool,
    /// When whoever was to take it wants to be asked again.
    pub wait: Option<SignedDuration>,
}

impl Undelivered {
    /// It is tried again. What others say of it can be long; its beginning is on record.
    fn for_now(why: impl Into<String>) -> Self {
        let why: String = why.into();
        Self { why: why.chars().take(LONGEST_WHY).collect(), for_good: false, wait: None }
    }
}

/// How much is kept of why something was not delivered, in characters.
const LONGEST_WHY: usize = 300;

/// How often it is looked whether there is something to tell.
const ROUND: SignedDuration = SignedDuration::from_secs(5);

/// For how long whoever delivers something has it. Longer than a delivery may take.
const HELD: SignedDuration = SignedDuration::from_mins(2);

/// How long a delivery may take.
const LONGEST: Duration = Duration::from_secs(15);

/// How much is told to one target at the same time.
const AT_ONCE: usize = 4;

/// How many entries of the trail are gone through in one stroke, which others have to wait for.
const STRIDE: usize = 50;

/// Tells others what happened. Cheap to clone.
#[derive(Clone)]
pub struct Notifier {
    store: Store,
    clock: Clock,
    targets: Arc<[Target]>,
    mailer: Option<Mailer>,
    webhooks: Webhooks,
    site: Url,
    /// Who this is, to all who look at the same store.
    holder: Uuid,
}

impl Notifier {
    /// Nothing is told yet. Nothing if nobody is to be told anything.
    pub fn new(
        settings: NotifySettings,
        store: Store,
        clock: Clock,
        site: &Url,
    ) -> Result<Option<Self>, NotifyError> {
        let mut targets = settings.targets;
        if settings.smtp.is_some() {
            // Each mail to an owner has its own address.
            targets.push(Target { name: BY_MAIL.to_owned(), on: Vec::new(), way: Way::Mail(Vec::new()) });
        }
        if targets.is_empty() {
            return Ok(None);
        }
        let mailer = settings.smtp.as_ref().map(|smtp| Mailer::new(smtp, site)).transpose()?;
        let webhooks = Webhooks::new(LONGEST).map_err(NotifyError::Http)?;
        let (targets, site, holder) = (targets.into(), site.clone(), Uuid::new_v4());
        Ok(Some(Self { store, clock, targets, mailer, webhooks, site, holder }))
    }

    /// Tells what happens from now on, or since it was last told, for ever.
    pub async fn run(self) {
        while let Err(error) = self.store.outbox().begin().await {
            told::<()>(&error, "it could not be noted from where on others are told what happens");
            self.clock.sleep(ROUND).await;
        }
        let deliveries = self.targets.iter().map(|target| self.deliver_to(target));
        tokio::join!(self.fill(), join_all(deliveries));
    }

    async fn fill(&self) {
        loop {
            let now = self.clock.now();
            let filled =
                self.store.outbox().fill(STRIDE, now, |entry, intent| self.letters(entry, intent, now));
            let filled = filled
                .await
                .unwrap_or_else(|error| told(&error, "what others are to be told could not be kept"));
            if let Err(error) = self.give_up_what_is_left(now).await {
                told::<()>(&error, "what was to be told long ago could not be looked through");
            }
            if filled < STRIDE {
                self.clock.sleep_until(now + ROUND).await;
            }
        }
    }

    /// What is to be told of an entry. After a long time in which nobody was told anything, such as
    /// by an older version, what is old is no news.
    fn letters(&self, entry: &Entry, intent: Option<&Entry>, now: Timestamp) -> Vec<NewLetter> {
        // Somebody relies on that: it is given up on record, or it goes out, however late.
        if let Some(letter) = OwnerLetter::of(entry) {
            return vec![letter];
        }
        if now.duration_since(entry.content.at) >= retry::GIVEN_UP {
            return Vec::new();
        }
        let message = Message::of(entry, intent, &self.site);
        let targets = message.iter().flat_map(|message| self.targets.iter().map(move |to| (to, message)));
        targets.flat_map(|(target, message)| target.letters(message)).collect()
    }

    async fn deliver_to(&self, target: &Target) {
        loop {
            let now = self.clock.now();
            let due = self.store.outbox().claim(&target.name, self.holder, (now, now + HELD), AT_ONCE);
            let due = match due.await {
                Ok(due) => due,
                Err(error) => told(&error, "what is to be told to others could not be looked through"),
            };
            let all = due.len();
            join_all(due.into_iter().map(|letter| self.deliver(target, letter))).await;
            if all < AT_ONCE {
                self.clock.sleep_until(now + ROUND).await;
            }
        }
    }

    async fn deliver(&self, target: &Target, letter: Letter) {
        let delivered = tokio::time::timeout(LONGEST, self.try_to_deliver(target, &letter)).await;
        let delivered = delivered.unwrap_or_else(|_| Err(Undelivered::for_now("it took too long")));
        let outbox = self.store.outbox();
        let noted = match delivered {
            Ok(()) => {
                tracing::debug!(target = target.name, id = %letter.id, entry = letter.seq, "told");
                let told = self.settled(&letter, None);
                outbox.delivered(letter.id, self.holder, told.as_ref()).await
            }
            Err(trouble) => {
                let now = self.clock.now();
                let is_old = now.duration_since(letter.created_at) >= retry::GIVEN_UP;
                if trouble.for_good || is_old {
                    self.give_up(&letter, letter.tries + 1, trouble.why).await
                } else {
                    let wait = retry::wait(letter.tries, trouble.wait, Uuid::new_v4().as_bytes()[0]);
                    tracing::warn!(target = target.name, id = %letter.id, why = trouble.why, again_in = %wait, "it could not be told");
                    outbox.postpone(letter.id, self.holder, now + wait).await
                }
            }
        };
        if let Err(error) = noted {
            // Another round, or replica, tells it once more, under the same id.
            told::<()>(&error, "it could not be noted what became of something that was told");
        }
    }

    async fn try_to_deliver(&self, target: &Target, letter: &Letter) -> Result<(), Undelivered> {
        match (&target.way, &self.mailer) {
            (Way::Webhook { url, secret }, _) => {
                self.webhooks.send(url, secret, letter, self.clock.now()).await
            }
            (Way::Mail(_), Some(mailer)) => mailer.send(letter).await,
            (Way::Mail(_), None) => Err(Undelivered::for_now("there is no [smtp] in the settings")),
        }
    }

    /// Nobody sees to what is for a target that the settings do not name any more.
    async fn give_up_what_is_left(&self, now: Timestamp) -> Result<(), StoreError> {
        let since = now - retry::GIVEN_UP * 2;
        for letter in self.store.outbox().left_since(since, now, STRIDE).await? {
            let why = "the settings do not name it any more, or nobody came to deliver it".to_owned();
            self.give_up(&letter, letter.tries, why).await?;
        }
        Ok(())
    }

    async fn give_up(&self, letter: &Letter, tries: i64, why: String) -> Result<(), StoreError> {
        let target = letter.content.target.clone();
        tracing::error!(target, id = %letter.id, entry = letter.seq, tries, why, "it is not told any more");
        let entry = self.settled(letter, Some(&why)).unwrap_or_else(|| {
            let event = Event::NotificationGivenUp { id: letter.id, target, about: letter.seq, tries, why };
            audit::event(self.clock.now(), &Actor::Postern, &event)
        });
        self.store.outbox().give_up(letter.id, &entry).await?;
        Ok(())
    }

    /// The entry that says what came of asking an owner, if the letter does that.
    fn settled(&self, letter: &Letter, given_up: Option<&str>) -> Option<NewEntry> {
        let attempt = OwnerLetter::attempt(&letter.content.body)?;
        Some(audit::owner_outcome(self.clock.now(), attempt, &owners::outcome(given_up)))
    }
}

fn told<T: Default>(error: &StoreError, what: &str) -> T {
    let error = error as &dyn std::error::Error;
    tracing::warn!(error, "{what}");
    T::default()
}

/// Why others cannot be told what happens.
#[derive(Debug, thiserror::Error)]
pub enum NotifyError {
    /// Mail cannot be sent as it is set up.
    #[error(transparent)]
    Mail(#[from] MailerError),
    /// No outgoing connection can be set up.
    #[error("outgoing connections cannot be set up; are the system's CA certificates installed?")]
    Http(#[source] reqwest::Error),
}
