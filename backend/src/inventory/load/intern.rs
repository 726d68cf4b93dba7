//! Keeps one copy of what many machines have in common.

use std::collections::HashSet;
use std::hash::Hash;

/// Hands out the same copy for equal values.
#[derive(Debug)]
pub(super) struct Interner<T>(HashSet<T>);

impl<T> Default for Interner<T> {
    fn default() -> Self {
        Self(HashSet::new())
    }
}

impl<T: Clone + Eq + Hash> Interner<T> {
    /// The copy of `value` that is already there; `value` itself if there is none.
    pub(super) fn shared(&mut self, value: T) -> T {
        if let Some(known) = self.0.get(&value) {
            return known.clone();
        }
        self.0.insert(value.clone());
        value
    }
}
