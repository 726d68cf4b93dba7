//! All machines of all subscriptions, kept at hand.
//!
//! [`Inventory::snapshot`] is the list: never older than it has to be, and never waited for once
//! there is one. [`Inventory::live`] is one machine as Azure has it at this moment.

mod ancestry;
mod bastion;
mod eligibility;
mod filters;
mod live;
mod load;
mod rows;
mod snapshot;
mod standing;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use jiff::{SignedDuration, Timestamp};
use shared::resource_id::VmId;
use tokio::sync::watch;
use tracing::warn;
use uuid::Uuid;

use crate::azure::Azure;
use crate::azure::arm::ArmError;
use crate::azure::security::Pricing;
use crate::clock::Clock;

pub use ancestry::{Ancestors, Ancestry};
pub use bastion::ReachedBastion;
pub use live::LiveVm;
pub use snapshot::{InventoryVm, Snapshot, Verdict};
pub use standing::{Configured, LastAccess, Need, Open, Risks, Standing};

/// How old the list may be before it is loaded again.
pub const DEFAULT_MAX_AGE: SignedDuration = SignedDuration::from_mins(1);

/// How many times its age the list may be shown while it is loaded again. A newer one is worth
/// waiting for then.
const TOO_OLD: i32 = 10;

/// How long a newer list is waited for while there is an older one.
const LONGEST_WAIT: SignedDuration = SignedDuration::from_secs(10);

/// How long Azure is left alone after the list could not be loaded.
const AFTER_FAILURE: SignedDuration = SignedDuration::from_secs(10);

/// How long the list is left alone after it was loaded, whatever happens. Resource Graph takes a
/// while to notice anything.
const SHORTEST_REST: SignedDuration = SignedDuration::from_secs(15);

/// After how long Resource Graph is believed again about what was changed.
const GRAPH_KNOWS: SignedDuration = SignedDuration::from_mins(15);

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
    /// The plans that were switched on lately, and when.
    plans: HashMap<Uuid, (Pricing, Timestamp)>,
    /// When the list could last not be loaded.
    failed_at: Option<Timestamp>,
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
        if self.age(&current) <= self.0.max_age.saturating_mul(TOO_OLD) || self.has_just_failed() {
            return Ok(current);
        }
        tokio::select! {
            newer = self.load() => newer.or(Ok(current)),
            () = self.0.clock.sleep(LONGEST_WAIT) => Ok(current),
        }
    }

    /// The list of machines, loaded again first if it is older than it has to be; the old one if that
    /// fails, or takes long.
    pub async fn fresh(&self) -> Loaded {
        let Some(current) = self.at_hand() else {
            return self.load().await;
        };
        if self.state().loading.is_none() {
            return Ok(current);
        }
        tokio::select! {
            newer = self.load() => newer.or(Ok(current)),
            () = self.0.clock.sleep(LONGEST_WAIT) => Ok(current),
        }
    }

    /// One machine from the list.
    pub async fn vm(&self, id: &VmId) -> Result<Option<Arc<InventoryVm>>, ArmError> {
        Ok(self.snapshot().await?.vm(id).cloned())
    }

    /// Says that something was changed, so that the list is loaded again soon.
    pub fn refresh_soon(&self) {
        self.state().outdated = true;
    }

    /// Says which plan a subscription has by now: Resource Graph takes a while to notice.
    pub fn note_plan(&self, subscription: Uuid, pricing: Pricing) {
        let now = self.0.clock.now();
        self.state().plans.insert(subscription, (pricing, now));
        self.refresh_soon();
    }

    /// The plans that are known better than Resource Graph knows them.
    fn noted_plans(&self) -> HashMap<Uuid, Pricing> {
        let now = self.0.clock.now();
        let mut state = self.state();
        state.plans.retain(|_, (_, at)| now.duration_since(*at) < GRAPH_KNOWS);
        state.plans.iter().map(|(id, (pricing, _))| (*id, *pricing)).collect()
    }

    /// The list as it is, without waiting. Has it loaded if there is none or it is getting old.
    pub(crate) fn at_hand(&self) -> Option<Arc<Snapshot>> {
        let (current, outdated) = {
            let state = self.state();
            (state.current.clone(), state.outdated)
        };
        let rest = if outdated { SHORTEST_REST } else { self.0.max_age };
        if current.as_ref().is_none_or(|current| rest < self.age(current)) && !self.has_just_failed() {
            // It goes on without being waited for.
            drop(self.load());
        }
        current
    }

    fn age(&self, snapshot: &Snapshot) -> SignedDuration {
        self.0.clock.now().duration_since(snapshot.as_of)
    }

    fn has_just_failed(&self) -> bool {
        let now = self.0.clock.now();
        self.state().failed_at.is_some_and(|at| now.duration_since(at) < AFTER_FAILURE)
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
        let plans = self.noted_plans();
        let loaded = load::load(&self.0.azure, &self.0.clock, before, plans).await.map(Arc::new);
        match &loaded {
            Ok(snapshot) => self.state().current = Some(snapshot.clone()),
            Err(error) => {
                self.state().failed_at = Some(self.0.clock.now());
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
