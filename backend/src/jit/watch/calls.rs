//! Which requests this process is asking Azure for.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use shared::access::RequestId;

/// The calls of this process that have not led to an outcome.
#[derive(Debug, Clone, Default)]
pub struct Calls(Arc<Mutex<HashMap<RequestId, Call>>>);

/// How such a call stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Call {
    /// Azure is being asked: what has become of the request is nobody else's to tell.
    UnderWay,
    /// There was no answer to go by, and Azure is not asked again.
    Over,
}

/// Keeps watchers off a request while Azure is being asked for it.
#[derive(Debug)]
pub struct InFlight {
    calls: Calls,
    id: RequestId,
    given_up: bool,
}

impl Calls {
    /// A call that is about to be made.
    pub fn begin(&self, id: RequestId) -> InFlight {
        self.lock().insert(id, Call::UnderWay);
        InFlight { calls: self.clone(), id, given_up: false }
    }

    /// How the call for a request stands, if this process made one.
    pub fn of(&self, id: RequestId) -> Option<Call> {
        self.lock().get(&id).copied()
    }

    /// What has become of the request is known.
    pub fn forget(&self, id: RequestId) {
        self.lock().remove(&id);
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<RequestId, Call>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl InFlight {
    /// Leaves it to the watchers of this process to find out what has become of the request.
    pub fn give_up(mut self) {
        self.given_up = true;
    }
}

impl Drop for InFlight {
    fn drop(&mut self) {
        if self.given_up {
            self.calls.lock().insert(self.id, Call::Over);
        } else {
            self.calls.forget(self.id);
        }
    }
}
