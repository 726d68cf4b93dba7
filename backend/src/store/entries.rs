//! The audit trail: entries that are added and never touched again.
//!
//! The database refuses to change or delete one. Every entry goes through [`append`], which
//! chains it to the one before.

use std::collections::HashMap;

use jiff::Timestamp;
use serde_json::Value;
use shared::access::RequestId;
use shared::resource_id::VmId;
use sqlx::any::AnyRow;
use uuid::Uuid;

use super::chain::{self, Head, Link};
use super::{Change, Store, StoreError, most, timestamp};

/// An entry of the trail.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// Its place in the trail.
    pub seq: i64,
    /// What chains the next entry to it.
    pub hash: String,
    /// The rest.
    pub content: NewEntry,
}

/// What there is to say in an entry.
#[derive(Debug, Clone, PartialEq)]
pub struct NewEntry {
    /// When it happened.
    pub at: Timestamp,
    /// What kind of entry it is.
    pub kind: EntryKind,
    /// The request it is about.
    pub request: Option<RequestId>,
    /// Who acted.
    pub actor: Value,
    /// What they did, or what came of it.
    pub body: Value,
}

/// The kinds of entry. Intent and outcome are told together by the id of the attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EntryKind {
    /// Something is about to be tried.
    Intent(Uuid),
    /// What came of it.
    Outcome(Uuid),
    /// Something was asked for and not tried.
    Refusal,
    /// Something happened that nobody had to ask Azure for.
    Event,
}

impl EntryKind {
    fn columns(self) -> (&'static str, Option<String>) {
        let attempt = match self {
            Self::Intent(attempt) | Self::Outcome(attempt) => Some(attempt.to_string()),
            Self::Refusal | Self::Event => None,
        };
        (self.name(), attempt)
    }

    /// What it is called.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Intent(_) => "intent",
            Self::Outcome(_) => "outcome",
            Self::Refusal => "refusal",
            Self::Event => "event",
        }
    }

    fn read(kind: &str, attempt: Option<&str>) -> Result<Self, StoreError> {
        let attempt =
            attempt.map(Uuid::try_parse).transpose().map_err(StoreError::unreadable("an attempt"))?;
        match (kind, attempt) {
            ("intent", Some(attempt)) => Ok(Self::Intent(attempt)),
            ("outcome", Some(attempt)) => Ok(Self::Outcome(attempt)),
            ("refusal", None) => Ok(Self::Refusal),
            ("event", None) => Ok(Self::Event),
            _ => Err(StoreError::unreadable("an entry of the audit trail")(format!("its kind is {kind}"))),
        }
    }
}

/// The table of entries.
#[derive(Debug, Clone, Copy)]
pub struct EntryTable<'a>(pub(super) &'a Store);

/// A query for whole entries.
macro_rules! entries {
    ($rest:literal) => {
        concat!(
            "SELECT seq, version, at, kind, attempt, request_id, actor, body, prev, hash FROM entries AS entry ",
            $rest
        )
    };
}
pub(super) use entries;

impl EntryTable<'_> {
    /// Adds an entry. An attempt has one of each kind at most.
    pub async fn append(self, entry: &NewEntry) -> Result<(), StoreError> {
        let mut change = self.0.begin().await?;
        append(&mut change, entry).await?;
        change.commit().await
    }

    /// The intents from before `moment` that have no outcome, oldest first.
    pub async fn unresolved(self, moment: Timestamp) -> Result<Vec<Entry>, StoreError> {
        let query = sqlx::query(entries!(
            "WHERE kind = 'intent' AND at < $1 AND NOT EXISTS (
                 SELECT 1 FROM entries AS outcome
                 WHERE outcome.attempt = entry.attempt AND outcome.kind = 'outcome')
             ORDER BY seq"
        ));
        let rows = query.bind(moment.as_microsecond()).fetch_all(&self.0.pool).await?;
        rows.iter().map(read).collect()
    }

    /// The intents about a request that have no outcome.
    pub async fn unresolved_about(self, request: RequestId) -> Result<Vec<Entry>, StoreError> {
        let query = sqlx::query(entries!(
            "WHERE kind = 'intent' AND request_id = $1 AND NOT EXISTS (
                 SELECT 1 FROM entries AS outcome
                 WHERE outcome.attempt = entry.attempt AND outcome.kind = 'outcome')
             ORDER BY seq"
        ));
        let rows = query.bind(request.to_string()).fetch_all(&self.0.pool).await?;
        rows.iter().map(read).collect()
    }

    /// What is on record about a request, oldest first.
    pub async fn about(self, request: RequestId) -> Result<Vec<Entry>, StoreError> {
        let query = sqlx::query(entries!("WHERE request_id = $1 ORDER BY seq"));
        let rows = query.bind(request.to_string()).fetch_all(&self.0.pool).await?;
        rows.iter().map(read).collect()
    }

    /// At most `limit` entries from before the one at `seq`, newest first.
    pub async fn before(self, seq: i64, limit: usize) -> Result<Vec<Entry>, StoreError> {
        let query = sqlx::query(entries!("WHERE seq < $1 ORDER BY seq DESC LIMIT $2"));
        let rows = query.bind(seq).bind(most(limit)).fetch_all(&self.0.pool).await?;
        rows.iter().map(read).collect()
    }

    /// At most `limit` entries from `since` until before `until`, newest first.
    pub async fn between(
        self,
        since: Timestamp,
        until: Timestamp,
        limit: usize,
    ) -> Result<Vec<Entry>, StoreError> {
        let query = sqlx::query(entries!(
            "WHERE at >= $1 AND at < $2 AND kind <> 'event' ORDER BY at DESC, seq DESC LIMIT $3"
        ));
        let query = query.bind(since.as_microsecond()).bind(until.as_microsecond()).bind(most(limit));
        query.fetch_all(&self.0.pool).await?.iter().map(read).collect()
    }

    /// The machines that just-in-time access was set up on since `since`, and when that was done last.
    pub async fn configured_since(self, since: Timestamp) -> Result<HashMap<VmId, Timestamp>, StoreError> {
        // No text within the body has quotes like these, so the patterns are about the fields themselves.
        let query = sqlx::query(entries!(
            r#"WHERE at >= $1 AND kind = 'intent' AND body LIKE '%"action":"configure"%'
             AND body LIKE '%"from":null%' AND EXISTS (
                 SELECT 1 FROM entries AS outcome
                 WHERE outcome.attempt = entry.attempt AND outcome.kind = 'outcome'
                 AND outcome.body LIKE '%"outcome":"done"%')
             ORDER BY seq"#
        ));
        let rows = query.bind(since.as_microsecond()).fetch_all(&self.0.pool).await?;
        let mut configured = HashMap::new();
        for row in &rows {
            let NewEntry { at, body, .. } = read(row)?.content;
            if let Some(vm) = body["vm"].as_str().and_then(|vm| vm.parse().ok()) {
                configured.insert(vm, at);
            }
        }
        Ok(configured)
    }

    /// When the first entry was written, if there is one.
    pub async fn begins(self) -> Result<Option<Timestamp>, StoreError> {
        let query = sqlx::query_scalar("SELECT at FROM entries ORDER BY seq LIMIT 1");
        let first: Option<i64> = query.fetch_optional(&self.0.pool).await?;
        first.map(timestamp).transpose()
    }

    /// Where the trail ends.
    pub async fn head(self) -> Result<Head, StoreError> {
        let head = Head::read(&mut *self.0.pool.acquire().await?).await?;
        head.ok_or_else(|| {
            let why = "its row in `trail_head` is gone; `postern audit verify` says more";
            StoreError::unreadable("the end of the audit trail")(why)
        })
    }
}

/// Keeps everybody else from adding entries until the change is over.
pub(crate) async fn hold(change: &mut Change) -> Result<(), StoreError> {
    Head::hold(change.connection()).await?;
    Ok(())
}

/// Chains an entry to the last one and adds it. Nobody else adds one until the change is over.
pub(crate) async fn append(change: &mut Change, entry: &NewEntry) -> Result<(), StoreError> {
    let connection = change.connection();
    let last = Head::hold(connection).await?;
    let (kind, attempt) = entry.kind.columns();
    let mut link = Link {
        seq: last.seq + 1,
        version: chain::VERSION,
        at: entry.at.as_microsecond(),
        kind: kind.to_owned(),
        attempt,
        request_id: entry.request.map(|id| id.to_string()),
        actor: entry.actor.to_string(),
        body: entry.body.to_string(),
        prev: last.hash,
        hash: String::new(),
    };
    link.hash = link.expected_hash().expect("it is of our own version");
    sqlx::query(
        "INSERT INTO entries (seq, version, at, kind, attempt, request_id, actor, body, prev, hash)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
    )
    .bind(link.seq)
    .bind(link.version)
    .bind(link.at)
    .bind(link.kind)
    .bind(link.attempt)
    .bind(link.request_id)
    .bind(link.actor)
    .bind(link.body)
    .bind(link.prev)
    .bind(link.hash)
    .execute(connection)
    .await?;
    change.adds(entry);
    Ok(())
}

pub(super) fn read(row: &AnyRow) -> Result<Entry, StoreError> {
    let link = Link::read(row)?;
    let request = link.request_id.as_deref().map(str::parse).transpose();
    let json = |text: &str| -> Result<Value, StoreError> {
        serde_json::from_str(text).map_err(StoreError::unreadable("an entry of the audit trail"))
    };
    let content = NewEntry {
        at: timestamp(link.at)?,
        kind: EntryKind::read(&link.kind, link.attempt.as_deref())?,
        request: request.map_err(StoreError::unreadable("the id of a request"))?,
        actor: json(&link.actor)?,
        body: json(&link.body)?,
    };
    Ok(Entry { seq: link.seq, hash: link.hash, content })
}
