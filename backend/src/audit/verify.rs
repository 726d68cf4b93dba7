//! Whether the trail is as it was written.
//!
//! The chain is followed from the first entry to the head. Whoever can change the database can
//! also write a new chain from where they changed it; that is noticed by a head that was noted
//! elsewhere, in the log for one, and is given as an [`Expected`].

mod finding;
mod start;

use std::str::FromStr;

use futures_util::StreamExt;

use crate::store::{Head, Link, NOTHING_BEFORE, Store, StoreError};

pub use finding::Finding;
use start::Start;

/// How many findings are told one by one.
const MOST_TOLD: usize = 1000;

/// How far away an entry is looked for that does not stand where it was written.
const NEARBY: i64 = 100;

/// How an entry was when somebody noted it: `<seq>:<hash>`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Expected(Head);

/// What came of following the chain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// How many entries there are.
    pub entries: u64,
    /// The last one that was let go, since its time was over; 0 where none was.
    pub let_go: i64,
    /// The last of them, to be noted.
    pub last: Head,
    /// What is wrong.
    pub findings: Vec<Finding>,
    /// How much more is wrong.
    pub untold: u64,
}

/// Follows the chain in `store`, all of it as it is at one moment.
pub async fn verify(store: &Store, expected: &[Expected]) -> Result<Report, StoreError> {
    let mut trail = store.read_trail().await?;
    let start = trail.start().await?;
    let mut chain = Chain::new(trail.head().await?, expected).beginning_after(start);
    let mut links = trail.links();
    let mut all_read = true;
    while let Some(link) = links.next().await {
        match link {
            Ok(link) => chain.see(link),
            Err(StoreError::Unreadable { .. }) => {
                all_read = false;
                break;
            }
            Err(error) => return Err(error),
        }
    }
    Ok(chain.end(all_read))
}

impl Report {
    /// Whether nothing is wrong.
    pub fn is_sound(&self) -> bool {
        self.findings.is_empty()
    }
}

impl FromStr for Expected {
    type Err = NotAHead;

    fn from_str(text: &str) -> Result<Self, NotAHead> {
        let (seq, hash) = text.split_once(':').ok_or(NotAHead)?;
        let seq: i64 = seq.parse().map_err(|_| NotAHead)?;
        let hash = hash.to_ascii_lowercase();
        let is_hash = hash.len() == 64 && hash.bytes().all(|byte| byte.is_ascii_hexdigit());
        if seq >= 0 && is_hash { Ok(Self(Head { seq, hash })) } else { Err(NotAHead) }
    }
}

/// The text does not name an entry and its hash.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("expected the number of an entry, a colon and its hash of 64 digits, as the log has it")]
pub struct NotAHead;

/// The chain as far as it was followed.
struct Chain<'a> {
    head: Option<Head>,
    start: Start,
    expected: &'a [Expected],
    entries: u64,
    /// The last entry, to begin with the place before the first.
    last: Seen,
    /// Whether the last entry does not follow the one before, though both fit themselves. One of
    /// the two was replaced; the next entry knows which.
    broken: bool,
    findings: Vec<Finding>,
    untold: u64,
}

/// What the next entry is held against.
struct Seen {
    seq: i64,
    hash: String,
    /// The hash of the entry before it.
    after: String,
    /// Whether it fits its own hash.
    sound: bool,
}

impl<'a> Chain<'a> {
    fn new(head: Option<Head>, expected: &'a [Expected]) -> Self {
        let nothing = NOTHING_BEFORE.to_owned();
        let last = Seen { seq: 0, hash: nothing, after: String::new(), sound: true };
        let (findings, untold) = (Vec::new(), 0);
        let mut chain = Self {
            head,
            start: Start::default(),
            expected,
            entries: 0,
            last,
            broken: false,
            findings,
            untold,
        };
        chain.compare(0, NOTHING_BEFORE);
        chain
    }

    /// The same of a trail that was shortened up to an entry.
    fn beginning_after(mut self, start: Option<Head>) -> Self {
        let Some(start) = start else { return self };
        self.last = Seen { seq: start.seq, hash: start.hash.clone(), after: String::new(), sound: true };
        self.start = Start::after(start);
        self
    }

    /// Holds an entry against itself and the one before.
    fn see(&mut self, link: Link) {
        let Link { seq, .. } = link;
        // Entries that are to go and are still there follow one that is gone.
        if self.entries == 0 && 0 < seq && seq <= self.start.seq() {
            let hash = link.prev.clone();
            self.last = Seen { seq: seq - 1, hash, after: String::new(), sound: true };
        }
        self.entries += 1;
        if seq < 1 {
            return self.tell(Finding::BeforeTheFirst { seq });
        }
        let adjacent = seq == self.last.seq + 1;
        let wrong = self.against_itself(&link);
        if let Some(Finding::Moved { from, .. }) = wrong
            && (adjacent && self.last.sound && from == seq - 1 && link.prev == self.last.after)
        {
            self.broken = false;
            self.tell(Finding::Inserted { seq: self.last.seq });
        }
        self.connect(adjacent && wrong.is_none(), &link.prev);
        if !adjacent {
            self.tell(Finding::Missing { first: self.last.seq + 1, last: seq - 1 });
        }
        let sound = wrong.is_none();
        if self.start.is_contradicted_by(&link) {
            self.tell(Finding::NotAsNoted { seq });
        }
        self.start.note(&link, sound);
        if let Some(finding) = wrong {
            self.tell(finding);
        }
        self.compare(seq, &link.hash);
        let after = std::mem::take(&mut self.last.hash);
        self.last = Seen { seq, hash: link.hash, after, sound };
    }

    /// What is wrong with an entry, whatever stands around it.
    fn against_itself(&self, link: &Link) -> Option<Finding> {
        let seq = link.seq;
        let Some(hash) = link.expected_hash() else {
            return Some(Finding::UnknownVersion { seq, version: link.version });
        };
        if hash == link.hash {
            return None;
        }
        let mut moved = link.clone();
        let mut written_at = |place| {
            moved.seq = place;
            moved.expected_hash().as_ref() == Some(&link.hash)
        };
        let nearby = (1..=NEARBY).flat_map(|steps| [seq + steps, seq - steps]);
        let from = nearby.take(self.room()).find(|place| written_at(*place));
        Some(from.map_or(Finding::Changed { seq }, |from| Finding::Moved { seq, from }))
    }

    /// How many places to look for an entry at: none once nobody is told any more.
    fn room(&self) -> usize {
        if self.findings.len() < MOST_TOLD { usize::MAX } else { 0 }
    }

    /// Looks at the connection of the last entry to what comes next, which says that it follows an
    /// entry with the hash `prev`, and can be believed if it is `sound`.
    fn connect(&mut self, sound: bool, prev: &str) {
        let broken = sound && self.last.sound && self.last.hash != prev;
        if self.broken {
            let seq = if broken { self.last.seq } else { self.last.seq - 1 };
            self.tell(Finding::Replaced { seq: seq.max(1) });
        }
        self.broken = broken && !self.broken;
    }

    /// Holds an entry against what was noted of it.
    fn compare(&mut self, seq: i64, hash: &str) {
        let expected = self.expected;
        if expected.iter().any(|Expected(noted)| noted.seq == seq && noted.hash != hash) {
            self.tell(Finding::NotAsNoted { seq });
        }
    }

    /// Holds the last entry against the head, unless not all of them could be read.
    fn end(mut self, all_read: bool) -> Report {
        let seq = self.last.seq;
        match self.head.take() {
            _ if !all_read => {
                self.connect(false, "");
                self.tell(Finding::Unreadable { after: seq });
            }
            Some(head) if head.seq == seq => {
                self.connect(true, &head.hash);
                if self.broken {
                    self.tell(Finding::NotTheHead { seq });
                }
            }
            other => {
                self.connect(false, "");
                self.tell(match other {
                    None => Finding::NoHead,
                    Some(head) if head.seq < seq => Finding::Added { first: head.seq + 1, last: seq },
                    Some(head) => Finding::CutOff { first: seq + 1, last: head.seq },
                });
            }
        }
        if all_read && !self.start.is_founded() {
            self.tell(Finding::Unfounded { seq: self.start.seq() });
        }
        let Self { expected, .. } = self;
        for Expected(noted) in expected {
            if self.start.is_gone(noted) {
                self.tell(Finding::NotedAndLetGo { seq: noted.seq, last: self.start.seq() });
            }

            if all_read && noted.seq > seq {
                self.tell(Finding::NotedAndMissing { seq: noted.seq, last: seq });
            }
        }
        let Self { entries, last, findings, untold, start, .. } = self;
        Report {
            entries,
            let_go: start.let_go(),
            last: Head { seq: last.seq, hash: last.hash },
            findings,
            untold,
        }
    }

    fn tell(&mut self, finding: Finding) {
        if self.findings.len() < MOST_TOLD {
            self.findings.push(finding);
        } else {
            self.untold += 1;
        }
    }
}

#[cfg(test)]
mod tests;
