//! How much that goes on for a while is sent at a time: to the pages of one session, or to one person.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use jiff::SignedDuration;

use super::TooMany;

/// Streams that are sent to, by whom they are counted for.
#[derive(Debug, Clone)]
pub(super) struct Streams {
    counts: Arc<Mutex<HashMap<String, usize>>>,
    most: usize,
    what: &'static str,
}

/// One of them, until it is dropped.
#[derive(Debug)]
pub struct Watching {
    streams: Streams,
    whose: String,
}

impl Streams {
    /// Pages of a session that look on: more than the tabs that somebody can keep an eye on.
    pub(super) fn of_pages() -> Self {
        Self::new(
            20,
            "you follow more requests at a time than Postern takes; close some of the pages that show them",
        )
    }

    /// Tables of requests that a person downloads.
    pub(super) fn of_tables() -> Self {
        Self::new(1, "a table of requests is being written for you already; let it finish, or stop it")
    }

    fn new(most: usize, what: &'static str) -> Self {
        Self { counts: Arc::default(), most, what }
    }

    pub(super) fn enter(&self, whose: &str) -> Result<Watching, TooMany> {
        let mut counts = self.counts();
        let count = counts.entry(whose.to_owned()).or_default();
        if *count >= self.most {
            return Err(TooMany { what: self.what, after: SignedDuration::from_secs(15) });
        }
        *count += 1;
        Ok(Watching { streams: self.clone(), whose: whose.to_owned() })
    }

    fn counts(&self) -> MutexGuard<'_, HashMap<String, usize>> {
        self.counts.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Watching {
    fn drop(&mut self) {
        let mut counts = self.streams.counts();
        if let Some(count) = counts.get_mut(&self.whose) {
            *count -= 1;
            if *count == 0 {
                counts.remove(&self.whose);
            }
        }
    }
}
