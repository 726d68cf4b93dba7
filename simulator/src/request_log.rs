//! What reached Azure, for tests that say so or that nothing did.

use std::{
    collections::VecDeque,
    sync::{Mutex, MutexGuard, PoisonError},
};

use http::Method;
use jiff::Timestamp;
use serde_json::Value;

/// More than any test looks at; a demo that runs for weeks must not grow.
const KEPT: usize = 20_000;

/// A call that reached Resource Manager.
#[derive(Debug, Clone)]
pub struct Received {
    pub at: Timestamp,
    pub method: Method,
    /// As sent, with its query.
    pub path: String,
    /// Username of a person or name of an app, by the token; empty without a token that can be read.
    pub principal: String,
    pub body: String,
    /// What it was answered with; 0 while it is not, or if the connection was cut.
    pub status: u16,
}

impl Received {
    /// The body as JSON; null if it is none.
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_default()
    }
}

/// The calls so far, oldest first.
#[derive(Debug, Default)]
pub(crate) struct RequestLog {
    calls: Mutex<Calls>,
}

#[derive(Debug, Default)]
struct Calls {
    kept: VecDeque<Received>,
    dropped: usize,
}

impl RequestLog {
    /// Writes a call down; the number is for [`Self::answered`].
    pub(crate) fn received(&self, call: Received) -> usize {
        let mut calls = self.lock();
        if calls.kept.len() == KEPT {
            calls.kept.pop_front();
            calls.dropped += 1;
        }
        calls.kept.push_back(call);
        calls.dropped + calls.kept.len() - 1
    }

    pub(crate) fn answered(&self, number: usize, status: u16) {
        let mut calls = self.lock();
        let index = number.checked_sub(calls.dropped);
        if let Some(call) = index.and_then(|index| calls.kept.get_mut(index)) {
            call.status = status;
        }
    }

    pub(crate) fn all(&self) -> Vec<Received> {
        self.lock().kept.iter().cloned().collect()
    }

    pub(crate) fn clear(&self) {
        let mut calls = self.lock();
        calls.dropped += calls.kept.len();
        calls.kept.clear();
    }

    fn lock(&self) -> MutexGuard<'_, Calls> {
        self.calls.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
