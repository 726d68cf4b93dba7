//! How many pages of one session look on at a time.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use jiff::SignedDuration;

use super::TooMany;

/// More than the tabs that somebody can keep an eye on.
const MOST: usize = 20;

/// Streams that are sent to, by session.
#[derive(Debug, Clone, Default)]
pub(super) struct Streams(Arc<Mutex<HashMap<String, usize>>>);

/// One of them, until it is dropped.
#[derive(Debug)]
pub struct Watching {
    streams: Streams,
    session: String,
}

impl Streams {
    pub(super) fn enter(&self, session: &str) -> Result<Watching, TooMany> {
        let mut counts = self.counts();
        let count = counts.entry(session.to_owned()).or_default();
        if *count >= MOST {
            return Err(TooMany {
                what: "you follow more requests at a time than Postern takes; close some of the pages that show them",
                after: SignedDuration::from_secs(15),
            });
        }
        *count += 1;
        Ok(Watching { streams: self.clone(), session: session.to_owned() })
    }

    fn counts(&self) -> MutexGuard<'_, HashMap<String, usize>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Watching {
    fn drop(&mut self) {
        let mut counts = self.streams.counts();
        if let Some(count) = counts.get_mut(&self.session) {
            *count -= 1;
            if *count == 0 {
                counts.remove(&self.session);
            }
        }
    }
}
