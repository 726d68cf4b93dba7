//! One at a time may change a policy, in all replicas.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError, Weak};

use jiff::SignedDuration;
use shared::text::folded;
use tokio::sync::OwnedMutexGuard;
use uuid::Uuid;

use crate::azure::security::PolicyId;
use crate::clock::Clock;
use crate::jit::{JitError, Patience};
use crate::store::{Store, StoreError};

/// How long a turn is waited for that another replica has.
const PATIENCE: SignedDuration = SignedDuration::from_mins(1);

/// How often to look whether it is free.
const PAUSE: SignedDuration = SignedDuration::from_millis(250);

/// Hands out turns. Clones share them.
#[derive(Debug, Clone)]
pub struct Turns {
    store: Store,
    clock: Clock,
    /// How long somebody has a policy to themselves who does not say that they are still at it:
    /// longer than reading and writing it once can take.
    lasts: SignedDuration,
    here: Arc<Mutex<HashMap<String, Weak<tokio::sync::Mutex<()>>>>>,
}

/// Nobody else changes the policy, as long as this is kept up.
#[must_use = "give it back, so that nobody has to wait until it is over by itself"]
#[derive(Debug)]
pub(super) struct Turn {
    turns: Turns,
    name: String,
    holder: Uuid,
    /// Whether it had to be waited for, so that much may have changed meanwhile.
    pub(super) waited: bool,
    _here: OwnedMutexGuard<()>,
}

impl Turns {
    /// Turns that are kept in `store`.
    pub fn new(store: Store, clock: Clock, patience: Patience) -> Self {
        Self { store, clock, lasts: patience.showing(), here: Arc::default() }
    }

    /// Waits for one's turn at `policy`.
    pub(super) async fn wait_for(&self, policy: &PolicyId) -> Result<Turn, JitError> {
        let name = folded(&policy.to_string());
        let taken = || {
            JitError::Conflict(
                "somebody else is changing this policy just now; try again in a minute".to_owned(),
            )
        };
        let deadline = self.clock.now() + PATIENCE;
        let here = self.here(&name);
        let (here, waited) = if let Ok(here) = here.clone().try_lock_owned() {
            (here, false)
        } else {
            tokio::select! {
                here = here.lock_owned() => (here, true),
                () = self.clock.sleep(PATIENCE) => return Err(taken()),
            }
        };
        let mut turn = Turn { turns: self.clone(), name, holder: Uuid::new_v4(), waited, _here: here };
        while !turn.take().await? {
            if deadline <= self.clock.now() {
                return Err(taken());
            }
            turn.waited = true;
            self.clock.sleep(PAUSE).await;
        }
        Ok(turn)
    }

    fn here(&self, name: &str) -> Arc<tokio::sync::Mutex<()>> {
        let mut here = self.here.lock().unwrap_or_else(PoisonError::into_inner);
        here.retain(|_, mutex| mutex.strong_count() > 0);
        if let Some(mutex) = here.get(name).and_then(Weak::upgrade) {
            return mutex;
        }
        let mutex = Arc::default();
        here.insert(name.to_owned(), Arc::downgrade(&mutex));
        mutex
    }
}

impl Turn {
    async fn take(&self) -> Result<bool, StoreError> {
        let now = self.turns.clock.now();
        self.turns.store.leases().take(&self.name, self.holder, now, now + self.turns.lasts).await
    }

    /// Says that one is still at it. Whether it is still one's turn, and has been all along.
    pub(super) async fn keep(&self) -> Result<bool, StoreError> {
        let until = self.turns.clock.now() + self.turns.lasts;
        self.turns.store.leases().renew(&self.name, self.holder, until).await
    }

    /// Lets the next one go on.
    pub(super) async fn give_back(self) {
        if let Err(error) = self.turns.store.leases().give_back(&self.name, self.holder).await {
            let error = &error as &dyn std::error::Error;
            tracing::warn!(error, "the turn at a policy could not be given back and ends by itself");
        }
    }
}
