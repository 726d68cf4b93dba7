//! What can be wrong with a trail.

use std::fmt;

/// Something about the trail that is not as it was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Finding {
    /// An entry does not fit its own hash.
    Changed {
        /// Which.
        seq: i64,
    },
    /// An entry does not stand where it was written.
    Moved {
        /// Where it stands.
        seq: i64,
        /// Where it was written.
        from: i64,
    },
    /// An entry fits itself, but is not the one that the next was chained to.
    Replaced {
        /// Which.
        seq: i64,
    },
    /// An entry was pushed in between two others.
    Inserted {
        /// Which.
        seq: i64,
    },
    /// Entries between others are gone.
    Missing {
        /// The first of them.
        first: i64,
        /// The last of them.
        last: i64,
    },
    /// Entries at the end are gone.
    CutOff {
        /// The first of them.
        first: i64,
        /// The last of them.
        last: i64,
    },
    /// Entries stand behind the end.
    Added {
        /// The first of them.
        first: i64,
        /// The last of them.
        last: i64,
    },
    /// The last entry is not the one that the head names.
    NotTheHead {
        /// Which.
        seq: i64,
    },
    /// The head is gone.
    NoHead,
    /// An entry stands where none was ever written.
    BeforeTheFirst {
        /// Which.
        seq: i64,
    },
    /// An entry says that it is hashed in a way that nobody knows.
    UnknownVersion {
        /// Which.
        seq: i64,
        /// What it says.
        version: i64,
    },
    /// The next entry is not even text.
    Unreadable {
        /// The last one that can be read.
        after: i64,
    },
    /// An entry has another hash than the one that was noted: the trail was rewritten.
    NotAsNoted {
        /// Which.
        seq: i64,
    },
    /// The trail is said to begin behind an entry, and no entry says that it was shortened up to it.
    Unfounded {
        /// Which.
        seq: i64,
    },
    /// An entry was noted and let go since, so that nothing can be said of it.
    NotedAndLetGo {
        /// Which.
        seq: i64,
        /// The last one that was let go.
        last: i64,
    },
    /// An entry was noted and the trail ends before it.
    NotedAndMissing {
        /// Which.
        seq: i64,
        /// Where the trail ends.
        last: i64,
    },
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Changed { seq } => write!(f, "entry {seq} was changed: its hash does not fit it"),
            Self::Moved { seq, from } => write!(f, "entry {seq} was moved: it was written as entry {from}"),
            Self::Replaced { seq } => {
                write!(f, "entry {seq} was replaced: what follows it was chained to another")
            }
            Self::Inserted { seq } => {
                write!(f, "entry {seq} was inserted: what follows it was chained to the entry before")
            }
            Self::Missing { first, last } if first == last => write!(f, "entry {first} was removed"),
            Self::Missing { first, last } => write!(f, "entries {first} to {last} were removed"),
            Self::CutOff { first, last } if first == last => {
                write!(f, "entry {first} was cut off: the head of the trail knows of it")
            }
            Self::CutOff { first, last } => {
                write!(f, "entries {first} to {last} were cut off: the head of the trail knows of them")
            }
            Self::Added { first, last } if first == last => {
                write!(f, "entry {first} was added: the head of the trail does not know of it")
            }
            Self::Added { first, last } => {
                write!(f, "entries {first} to {last} were added: the head of the trail does not know of them")
            }
            Self::NotTheHead { seq } => {
                write!(f, "entry {seq} was replaced: the head of the trail names another hash")
            }
            Self::NoHead => write!(f, "the head of the trail was removed: entries may be missing at the end"),
            Self::BeforeTheFirst { seq } => write!(f, "entry {seq} was added: entries begin with 1"),
            Self::UnknownVersion { seq, version } => write!(
                f,
                "entry {seq} was changed, or written by a newer Postern: version {version} is not known here"
            ),
            Self::Unreadable { after } => {
                write!(f, "the entry after {after} was changed: it cannot be read, nor can what follows it")
            }
            Self::NotAsNoted { seq } => {
                write!(f, "entry {seq} does not have the hash that was noted: the trail was rewritten")
            }
            Self::Unfounded { seq } => write!(
                f,
                "the trail is said to begin behind entry {seq}, and no entry says so: those before were removed"
            ),
            Self::NotedAndLetGo { seq, last } => write!(
                f,
                "entry {seq} was noted and let go since, with all up to entry {last}: nothing can be said of it"
            ),
            Self::NotedAndMissing { seq, last } => {
                write!(f, "entry {seq} was noted and is gone: the trail ends with entry {last}")
            }
        }
    }
}
