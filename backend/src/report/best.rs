//! The most extreme and the newest of many, without remembering the rest.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use jiff::Timestamp;
use shared::activity::Activity;
use shared::report::Listing;

/// Those with the highest rank; of equal rank, the newest first.
#[derive(Debug)]
pub struct Best<R: Ord> {
    most: usize,
    items: BTreeMap<Reverse<(R, Timestamp, String)>, Activity>,
}

impl<R: Ord> Best<R> {
    /// None yet, and at most so many.
    pub fn of(most: usize) -> Self {
        Self { most, items: BTreeMap::new() }
    }

    /// Takes one, if it is among them.
    pub fn take(&mut self, rank: R, item: &Activity) {
        let key = Reverse((rank, item.at, item.id.clone()));
        let is_among =
            self.items.len() < self.most || self.items.keys().next_back().is_some_and(|last| key < *last);
        if is_among {
            self.items.insert(key, item.clone());
            if self.most < self.items.len() {
                self.items.pop_last();
            }
        }
    }

    /// They, the highest rank first.
    pub fn into_items(self) -> Vec<Activity> {
        self.items.into_values().collect()
    }
}

/// The newest, and how many there were.
#[derive(Debug)]
pub struct Newest {
    count: u32,
    best: Best<()>,
}

impl Newest {
    /// None yet, and at most so many.
    pub fn of(most: usize) -> Self {
        Self { count: 0, best: Best::of(most) }
    }

    /// Counts one, and takes it if it is among them.
    pub fn take(&mut self, item: &Activity) {
        self.count += 1;
        self.best.take((), item);
    }
}

impl From<Newest> for Listing {
    fn from(newest: Newest) -> Self {
        Self { count: newest.count, items: newest.best.into_items() }
    }
}
