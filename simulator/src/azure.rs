//! What all parts of the server share.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::{
    arm::{graph::Snapshots, operations::Operations, throttle::Throttle},
    clock::Clock,
    compliance,
    entra::{self, keys::Keys, sessions::Sessions},
    fault::Faults,
    request_log::RequestLog,
    world::World,
};

/// The running Azure. Clones are the same one.
#[derive(Debug, Clone)]
pub(crate) struct Azure(Arc<Parts>);

#[derive(Debug)]
pub(crate) struct Parts {
    /// Where clients reach this server, without a slash at the end.
    pub(crate) url: String,
    pub(crate) clock: Clock,
    pub(crate) faults: Faults,
    pub(crate) log: RequestLog,
    /// Calls to Entra.
    pub(crate) sign_ins: RequestLog,
    pub(crate) keys: Keys,
    pub(crate) sessions: Sessions,
    pub(crate) throttle: Throttle,
    pub(crate) operations: Operations,
    pub(crate) snapshots: Snapshots,
    world: Mutex<World>,
}

impl Azure {
    pub(crate) fn new(url: String, mut world: World, clock: Clock) -> Self {
        world.begin(clock.now());
        let faults = Faults::default();
        world.faults.iter().for_each(|fault| faults.add(fault.into()));
        Self(Arc::new(Parts {
            url,
            clock,
            faults,
            log: RequestLog::default(),
            sign_ins: RequestLog::default(),
            keys: Keys::default(),
            sessions: Sessions::default(),
            throttle: Throttle::default(),
            operations: Operations::default(),
            snapshots: Snapshots::default(),
            world: Mutex::new(world),
        }))
    }

    /// The world, for as long as the guard is held. Nobody is served meanwhile.
    ///
    /// What Azure does by itself has been done in it up to now.
    pub(crate) fn world(&self) -> MutexGuard<'_, World> {
        let mut world = self.0.world.lock().unwrap_or_else(PoisonError::into_inner);
        compliance::settle(&mut world, self.clock.now());
        world
    }
}

impl std::ops::Deref for Azure {
    type Target = Parts;

    fn deref(&self) -> &Parts {
        &self.0
    }
}

/// Tokens without the detour over HTTP.
impl Azure {
    pub(crate) fn token_for_app(&self, app: &str) -> Option<String> {
        let world = self.world();
        Some(entra::token_for_app(self, &world, world.app(app)?))
    }

    pub(crate) fn token_for_api(&self, username: &str, scope: &str) -> Option<String> {
        let world = self.world();
        entra::token_for_api(self, &world, world.person(username)?, scope)
    }

    pub(crate) fn token_for_person(&self, username: &str) -> Option<String> {
        let world = self.world();
        entra::token_for_person(self, &world, world.person(username)?)
    }
}
