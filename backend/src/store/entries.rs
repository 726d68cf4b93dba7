//! The audit trail: entries that are added and never touched again.
//!
//! The database refuses to change or delete one. Every entry goes through [`append`], which is
//! where a chain of hashes over them has its place.

use jiff::Timestamp;
use serde_json::Value;
use shared::access::RequestId;
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, AnyPool, Row};
use uuid::Uuid;

use super::{StoreError, timestamp};

/// An entry of the trail.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// Its place in the trail.
    pub seq: i64,
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
}

impl EntryKind {
    fn columns(self) -> (&'static str, Option<String>) {
        match self {
            Self::Intent(attempt) => ("intent", Some(attempt.to_string())),
            Self::Outcome(attempt) => ("outcome", Some(attempt.to_string())),
            Self::Refusal => ("refusal", None),
        }
    }

    fn read(kind: &str, attempt: Option<&str>) -> Result<Self, StoreError> {
        let attempt =
            attempt.map(Uuid::try_parse).transpose().map_err(StoreError::unreadable("an attempt"))?;
        match (kind, attempt) {
            ("intent", Some(attempt)) => Ok(Self::Intent(attempt)),
            ("outcome", Some(attempt)) => Ok(Self::Outcome(attempt)),
            ("refusal", None) => Ok(Self::Refusal),
            _ => Err(StoreError::unreadable("an entry of the audit trail")(format!("its kind is {kind}"))),
        }
    }
}

/// The table of entries.
#[derive(Debug, Clone, Copy)]
pub struct EntryTable<'a>(pub(super) &'a AnyPool);

impl EntryTable<'_> {
    /// Adds an entry. An attempt has one of each kind at most.
    pub async fn append(self, entry: &NewEntry) -> Result<(), StoreError> {
        append(&mut *self.0.acquire().await?, entry).await
    }

    /// The intents from before `moment` that have no outcome, oldest first.
    pub async fn unresolved(self, moment: Timestamp) -> Result<Vec<Entry>, StoreError> {
        let rows = sqlx::query(
            "SELECT seq, at, kind, attempt, request_id, actor, body FROM entries AS intent
             WHERE kind = 'intent' AND at < $1 AND NOT EXISTS (
                 SELECT 1 FROM entries AS outcome
                 WHERE outcome.attempt = intent.attempt AND outcome.kind = 'outcome')
             ORDER BY seq",
        )
        .bind(moment.as_microsecond())
        .fetch_all(self.0)
        .await?;
        rows.iter().map(read).collect()
    }

    /// What is on record about a request, oldest first.
    pub async fn about(self, request: RequestId) -> Result<Vec<Entry>, StoreError> {
        let rows = sqlx::query(
            "SELECT seq, at, kind, attempt, request_id, actor, body FROM entries
             WHERE request_id = $1 ORDER BY seq",
        )
        .bind(request.to_string())
        .fetch_all(self.0)
        .await?;
        rows.iter().map(read).collect()
    }

    /// At most `limit` entries from before the one at `seq`, newest first.
    pub async fn before(self, seq: i64, limit: usize) -> Result<Vec<Entry>, StoreError> {
        let rows = sqlx::query(
            "SELECT seq, at, kind, attempt, request_id, actor, body FROM entries
             WHERE seq < $1 ORDER BY seq DESC LIMIT $2",
        )
        .bind(seq)
        .bind(i64::try_from(limit).unwrap_or(i64::MAX))
        .fetch_all(self.0)
        .await?;
        rows.iter().map(read).collect()
    }
}

pub(crate) async fn append(connection: &mut AnyConnection, entry: &NewEntry) -> Result<(), StoreError> {
    let (kind, attempt) = entry.kind.columns();
    sqlx::query(
        "INSERT INTO entries (at, kind, attempt, request_id, actor, body)
         VALUES ($1, $2, $3, $4, $5, $6)",
    )
    .bind(entry.at.as_microsecond())
    .bind(kind)
    .bind(attempt)
    .bind(entry.request.map(|id| id.to_string()))
    .bind(entry.actor.to_string())
    .bind(entry.body.to_string())
    .execute(connection)
    .await?;
    Ok(())
}

fn read(row: &AnyRow) -> Result<Entry, StoreError> {
    let request: Option<&str> = row.try_get("request_id")?;
    let request =
        request.map(str::parse).transpose().map_err(StoreError::unreadable("the id of a request"))?;
    let json = |column| -> Result<Value, StoreError> {
        serde_json::from_str(row.try_get(column)?)
            .map_err(StoreError::unreadable("an entry of the audit trail"))
    };
    let content = NewEntry {
        at: timestamp(row.try_get("at")?)?,
        kind: EntryKind::read(row.try_get("kind")?, row.try_get("attempt")?)?,
        request,
        actor: json("actor")?,
        body: json("body")?,
    };
    Ok(Entry { seq: row.try_get("seq")?, content })
}
