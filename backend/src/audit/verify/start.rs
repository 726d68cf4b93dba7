//! Where a trail begins that was shortened.

use std::collections::HashSet;

use serde::Deserialize;

use crate::store::{Head, Link};

/// Where the trail is said to begin, and what of it the entries confirm.
#[derive(Debug, Default)]
pub(super) struct Start {
    /// The last entry that is not kept any more; nothing where all are.
    last: Option<Head>,
    /// Whether an entry says that the trail was shortened up to that one.
    is_founded: bool,
    /// Those up to that one that are still there.
    left: HashSet<i64>,
}

/// The body of the entry that says so.
#[derive(Deserialize)]
#[serde(tag = "event", rename = "trail_shortened")]
struct Shortened {
    hash: String,
    through: i64,
}

impl Start {
    pub(super) fn after(last: Head) -> Self {
        Self { last: Some(last), ..Self::default() }
    }

    /// The place of the last entry that is not kept any more; 0 where all are.
    pub(super) fn seq(&self) -> i64 {
        self.last.as_ref().map_or(0, |last| last.seq)
    }

    /// Takes note of an entry, which can be believed if it is `sound`.
    pub(super) fn note(&mut self, link: &Link, sound: bool) {
        let Some(last) = &self.last else { return };
        if link.seq <= last.seq {
            self.left.insert(link.seq);
        } else if sound && link.kind == "event" {
            let said = serde_json::from_str::<Shortened>(&link.body);
            self.is_founded |= said.is_ok_and(|said| said.through == last.seq && said.hash == last.hash);
        }
    }

    /// Whether the entry is the one that the trail begins behind, and another than it is said to be.
    pub(super) fn is_contradicted_by(&self, link: &Link) -> bool {
        self.last.as_ref().is_some_and(|last| last.seq == link.seq && last.hash != link.hash)
    }

    /// Whether there are entries that say where the trail begins, if it does not begin with the first.
    pub(super) fn is_founded(&self) -> bool {
        self.last.is_none() || self.is_founded
    }

    /// Whether something noted is of an entry that is gone for good.
    pub(super) fn is_gone(&self, noted: &Head) -> bool {
        let Some(last) = &self.last else { return false };
        let is_known = self.left.contains(&noted.seq) || noted == last;
        0 < noted.seq && noted.seq <= last.seq && !is_known
    }

    /// The last entry that is gone; 0 where none is.
    pub(super) fn let_go(&self) -> i64 {
        let first_left = self.left.iter().min().copied();
        first_left.map_or(self.seq(), |first| first - 1)
    }
}
