//! All machines of all subscriptions, kept at hand.
//!
//! [`Inventory::snapshot`] is the list: never older than it has to be, and never waited for once
//! there is one. [`Inventory::live`] is one machine as Azure has it at this moment.

mod filters;
mod live;
mod load;
mod rows;
mod snapshot;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use jiff::SignedDuration;
use shared::resource_id::VmId;
use tokio::sync::watch;
use tracing::warn;

use crate::azure::Azure;
use crate::azure::arm::ArmError;
use crate::clock::Clock;

pub use live::LiveVm;
pub use snapshot::{InventoryVm, Snapshot};

/// How old the list may be before it is loaded again.
pub const DEFAULT_MAX_AGE: SignedDuration = SignedDuration::from_mins(1);

/// How many times its age the list may be shown while it is loaded again. An older one is of no
/// use to anybody, and is waited for.
const TOO_OLD: i32 = 10;

/// How long the list is left alone after it was loaded, whatever happens. Resource Graph takes a
/// while to notice anything.
const SHORTEST_REST: SignedDuration = SignedDuration::from_secs(15);

/// What there is in Azure. Clones share it.
#[derive(Debug, Clone)]
pub struct Inventory(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    azure: Azure,
    clock: Clock,
    max_age: SignedDuration,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    current: Option<Arc<Snapshot>>,
    /// Something was changed since.
    outdated: bool,
    /// Tells what comes of the loading that is going on.
    loading: Option<watch::Receiver<Option<Loaded>>>,
}

type Loaded = Result<Arc<Snapshot>, ArmError>;

impl Inventory {
    /// An empty inventory, which is loaded when it is first asked for.
    pub fn new(azure: Azure, clock: Clock, max_age: SignedDuration) -> Self {
        Self(Arc::new(Inner { azure, clock, max_age, state: Mutex::default() }))
    }

    /// The list of machines.
    ///
    /// Fails only if there is none yet: if it cannot be loaded again, the old one is served, and
    /// its `as_of` shows it.
    pub async fn snapshot(&self) -> Loaded {
        let Some(current) = self.at_hand() else {
            return self.load().await;
        };
        let age = self.0.clock.now().duration_since(current.as_of);
        if age <= self.0.max_age.saturating_mul(TOO_OLD) {
            return Ok(current);
        }
        self.load().await.or(Ok(current))
    }

    /// One machine from the list.
    pub async fn vm(&self, id: &VmId) -> Result<Option<Arc<InventoryVm>>, ArmError> {
        Ok(self.snapshot().await?.vm(id).cloned())
    }

    /// Says that something was changed, so that the list is loaded again soon.
    pub fn refresh_soon(&self) {
        self.state().outdated = true;
    }

    /// The list as it is, without waiting. Has it loaded if there is none or it is getting old.
    fn at_hand(&self) -> Option<Arc<Snapshot>> {
        let (current, outdated) = {
            let state = self.state();
            (state.current.clone(), state.outdated)
        };
        let rest = if outdated { SHORTEST_REST } else { self.0.max_age };
        let age = |current: &Arc<Snapshot>| self.0.clock.now().duration_since(current.as_of);
        if current.as_ref().is_none_or(|current| rest < age(current)) {
            // It goes on without being waited for.
            drop(self.load());
        }
        current
    }

    /// Loads the list, or joins those who are waiting for it. Goes on even if nobody waits.
    fn load(&self) -> impl Future<Output = Loaded> + use<> {
        let mut loading = {
            let mut state = self.state();
            match &state.loading {
                Some(loading) if loading.has_changed().is_ok() => loading.clone(),
                Some(_) | None => {
                    let (told, loading) = watch::channel(None);
                    state.loading = Some(loading.clone());
                    state.outdated = false;
                    let inventory = self.clone();
                    tokio::spawn(async move { inventory.load_and_tell(&told).await });
                    loading
                }
            }
        };
        async move {
            let loaded = loading.wait_for(Option::is_some).await.map(|loaded| loaded.clone());
            loaded
                .ok()
                .flatten()
                .unwrap_or_else(|| Err(ArmError::unexpected("the loading of the list broke off")))
        }
    }

    async fn load_and_tell(&self, told: &watch::Sender<Option<Loaded>>) {
        let before = self.state().current.clone();
        let loaded = load::load(&self.0.azure, &self.0.clock, before.as_deref()).await.map(Arc::new);
        match &loaded {
            Ok(snapshot) => self.state().current = Some(snapshot.clone()),
            Err(error) => {
                warn!(error = error as &dyn std::error::Error, "the list of machines could not be loaded");
            }
        }
        told.send_replace(Some(loaded));
        self.state().loading = None;
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
