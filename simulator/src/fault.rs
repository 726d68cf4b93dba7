//! Trouble on purpose: what Azure does on a bad day, made to happen when a test wants it.

use std::sync::{Mutex, MutexGuard, PoisonError};

use http::Method;
use jiff::SignedDuration;

use crate::glob;
use crate::world::{NewFault, NewTrouble};

/// What goes wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Trouble {
    /// 401: the token is not accepted.
    Unauthorized,
    /// 401 with a claims challenge: the person must prove themselves again.
    ClaimsChallenge,
    /// 403 `AuthorizationFailed`.
    Forbidden,
    /// 404 `ResourceNotFound`.
    NotFound,
    /// 409 `Conflict`.
    Conflict,
    /// 409 `ScopeLocked`: somebody has put a lock on what is to be changed.
    Locked,
    /// 429 `RetryableErrorDueToAnotherOperation`: something else is changing the same just now.
    Busy,
    /// 412 `PreconditionFailed`.
    PreconditionFailed,
    /// 429, with `Retry-After` in seconds or without.
    Throttled { retry_after: Option<u32> },
    /// A 5xx.
    ServerError(u16),
    /// The answer comes after so long, by the simulator's clock.
    Slow(SignedDuration),
    /// What is asked for is done at once, but the answer comes after so long.
    LateAnswer(SignedDuration),
    /// The connection closes before the answer, and nothing was done.
    CutOff,
    /// What was asked for is done, but the connection closes before the answer.
    ActThenCutOff,
    /// The connection closes in the middle of the body.
    CutOffHalfway,
    /// The body is not JSON although its type says so.
    BadJson,
    /// `nextLink` leads to another host.
    ForeignNextLink,
    /// Enumerations have values nobody has heard of.
    UnknownEnums,
    /// Ids come back in capitals.
    OddCasing,
    /// Lists are null.
    NullLists,
}

/// Trouble with a call, and which calls it befalls.
#[derive(Debug, Clone)]
pub struct Fault {
    trouble: Trouble,
    method: Option<Method>,
    path: Option<String>,
    schedule: Schedule,
}

#[derive(Debug, Clone)]
enum Schedule {
    Times(u32),
    Always,
    /// `due` gains `percent` with each call and loses a hundred when trouble strikes.
    Share {
        percent: u32,
        due: u32,
    },
}

impl Fault {
    /// Befalls the next call, whatever it is.
    pub fn next(trouble: Trouble) -> Self {
        Self { trouble, method: None, path: None, schedule: Schedule::Times(1) }
    }

    /// Befalls every call until the faults are cleared.
    pub fn always(trouble: Trouble) -> Self {
        Self { schedule: Schedule::Always, ..Self::next(trouble) }
    }

    /// Befalls so many calls of a hundred, evenly spread so that every run is alike.
    pub fn share(percent: u32, trouble: Trouble) -> Self {
        Self { schedule: Schedule::Share { percent, due: 0 }, ..Self::next(trouble) }
    }

    /// Only calls with this method.
    #[must_use]
    pub fn method(mut self, method: Method) -> Self {
        self.method = Some(method);
        self
    }

    /// Only calls whose path and query contain this pattern, in which `*` is any run of characters.
    ///
    /// Only a fault with a pattern befalls calls to Entra, such as `/oauth2/v2.0/token`.
    #[must_use]
    pub fn on(mut self, path: &str) -> Self {
        self.path = Some(path.to_owned());
        self
    }

    /// Befalls the next so many calls.
    #[must_use]
    pub fn times(mut self, times: u32) -> Self {
        self.schedule = Schedule::Times(times);
        self
    }

    fn concerns(&self, method: &Method, path: &str) -> bool {
        self.method.as_ref().is_none_or(|own| own == method)
            && self.path.as_deref().is_none_or(|own| glob::is_in(own, path))
    }

    fn strikes(&mut self) -> bool {
        match &mut self.schedule {
            Schedule::Times(0) => false,
            Schedule::Times(left) => {
                *left -= 1;
                true
            }
            Schedule::Always => true,
            Schedule::Share { percent, due } => {
                *due += *percent;
                let strikes = 100 <= *due;
                if strikes {
                    *due -= 100;
                }
                strikes
            }
        }
    }
}

impl From<&NewFault> for Fault {
    fn from(new: &NewFault) -> Self {
        let trouble = match &new.trouble {
            NewTrouble::ServerError(status) => Trouble::ServerError(*status),
            NewTrouble::LateAnswer(after) => Trouble::LateAnswer(*after),
        };
        Self::always(trouble).on(&new.on)
    }
}

/// The faults that wait for a call.
#[derive(Debug, Default)]
pub struct Faults {
    waiting: Mutex<Vec<Fault>>,
}

impl Faults {
    pub fn add(&self, fault: Fault) {
        self.lock().push(fault);
    }

    pub fn clear(&self) {
        self.lock().clear();
    }

    /// Whether every fault that was to happen so many times has happened.
    pub fn are_spent(&self) -> bool {
        self.lock().is_empty()
    }

    /// The trouble that befalls this call to Resource Manager, if any: of the first fault that concerns it.
    pub(crate) fn befall(&self, method: &Method, path: &str) -> Option<Trouble> {
        self.strike(|fault| fault.concerns(method, path))
    }

    /// The same for a call to Entra, which only befalls what names its path.
    pub(crate) fn befall_entra(&self, method: &Method, path: &str) -> Option<Trouble> {
        self.strike(|fault| fault.path.is_some() && fault.concerns(method, path))
    }

    fn strike(&self, concerns: impl Fn(&Fault) -> bool) -> Option<Trouble> {
        let mut waiting = self.lock();
        let struck = waiting.iter_mut().filter(|fault| concerns(fault)).find_map(|fault| {
            let strikes = fault.strikes();
            strikes.then(|| fault.trouble.clone())
        });
        waiting.retain(|fault| !matches!(fault.schedule, Schedule::Times(0)));
        struck
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Fault>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn befallen(faults: &Faults, path: &str, calls: usize) -> usize {
        (0..calls).filter(|_| faults.befall(&Method::GET, path).is_some()).count()
    }

    #[test]
    fn the_next_call_is_one_call() {
        let faults = Faults::default();
        faults.add(Fault::next(Trouble::CutOff));
        assert_eq!(befallen(&faults, "/subscriptions", 3), 1);
        assert!(faults.are_spent());
    }

    #[test]
    fn a_fault_waits_for_the_path_it_is_meant_for() {
        let faults = Faults::default();
        faults.add(Fault::next(Trouble::CutOff).on("/policies/*/initiate"));
        assert_eq!(befallen(&faults, "/subscriptions", 3), 0);
        assert_eq!(befallen(&faults, "/x/policies/default/initiate?api-version=1", 3), 1);
    }

    #[test]
    fn a_share_is_spread_evenly() {
        let faults = Faults::default();
        faults.add(Fault::share(25, Trouble::ServerError(503)));
        assert_eq!(befallen(&faults, "/", 100), 25);
    }
}
