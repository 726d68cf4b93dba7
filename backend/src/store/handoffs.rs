//! Access that one person prepares and another has opened.

use jiff::Timestamp;
use shared::handoff::HandoffId;
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, AnyPool, Row};

use super::requests::Swap;
use super::{StoreError, moments, most};
use crate::handoff::HandoffRecord;
use crate::session::PersonKey;

/// The table of what was prepared.
#[derive(Debug, Clone, Copy)]
pub struct HandoffTable<'a>(pub(super) &'a AnyPool);

impl HandoffTable<'_> {
    /// What goes by this name.
    pub async fn get(self, id: HandoffId) -> Result<Option<HandoffRecord>, StoreError> {
        get(&mut *self.0.acquire().await?, id).await
    }

    /// At most `limit` of what somebody prepared, the newest first; only older ones than `before`.
    pub async fn prepared_by(
        self,
        person: &PersonKey,
        before: Option<HandoffId>,
        limit: usize,
    ) -> Result<Vec<HandoffRecord>, StoreError> {
        let rows = sqlx::query(
            "SELECT body FROM handoffs WHERE realm = $1 AND subject = $2 AND ($3 = '' OR id < $3)
             ORDER BY id DESC LIMIT $4",
        )
        .bind(&person.realm)
        .bind(&person.subject)
        .bind(before.map(|id| id.to_string()).unwrap_or_default())
        .bind(most(limit))
        .fetch_all(self.0)
        .await?;
        rows.iter().map(read).collect()
    }

    /// What nobody had opened although its time was over at `now`, and nobody has noted that yet.
    pub async fn overdue(self, now: Timestamp) -> Result<Vec<HandoffRecord>, StoreError> {
        let rows = sqlx::query("SELECT body FROM handoffs WHERE state = 'prepared' AND expires_at <= $1")
            .bind(now.as_microsecond())
            .fetch_all(self.0)
            .await?;
        rows.iter().map(read).collect()
    }

    /// Forgets what was over before `moment`. What was done about it stands in the audit trail.
    pub async fn purge(self, moment: Timestamp) -> Result<u64, StoreError> {
        let purged = sqlx::query("DELETE FROM handoffs WHERE state <> 'prepared' AND expires_at < $1")
            .bind(moment.as_microsecond())
            .execute(self.0)
            .await?;
        Ok(purged.rows_affected())
    }
}

/// What goes by this name.
pub(crate) async fn get(
    connection: &mut AnyConnection,
    id: HandoffId,
) -> Result<Option<HandoffRecord>, StoreError> {
    let row = sqlx::query("SELECT body FROM handoffs WHERE id = $1")
        .bind(id.to_string())
        .fetch_optional(connection)
        .await?;
    row.as_ref().map(read).transpose()
}

/// When somebody prepared something since `since`, newest first; at most `limit`.
pub(crate) async fn prepared_at(
    connection: &mut AnyConnection,
    person: &PersonKey,
    since: Timestamp,
    limit: usize,
) -> Result<Vec<Timestamp>, StoreError> {
    let sql = "SELECT created_at FROM handoffs WHERE realm = $1 AND subject = $2 AND created_at > $3
         ORDER BY created_at DESC LIMIT $4";
    moments(connection, sql, person, since, limit).await
}

/// Keeps something that was prepared.
pub(crate) async fn insert(connection: &mut AnyConnection, record: &HandoffRecord) -> Result<(), StoreError> {
    let HandoffRecord { handoff, preparer, .. } = record;
    sqlx::query(
        "INSERT INTO handoffs (id, realm, subject, created_at, expires_at, state, body)
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
    )
    .bind(handoff.id.to_string())
    .bind(&preparer.key.realm)
    .bind(&preparer.key.subject)
    .bind(handoff.prepared_at.as_microsecond())
    .bind(handoff.expires_at.as_microsecond())
    .bind(handoff.state.name())
    .bind(json(record))
    .execute(connection)
    .await?;
    Ok(())
}

/// Writes what has become of what was prepared, if nothing had become of it yet. Whatever becomes
/// of it is final.
pub(crate) async fn update(
    connection: &mut AnyConnection,
    record: &HandoffRecord,
) -> Result<Swap, StoreError> {
    let updated =
        sqlx::query("UPDATE handoffs SET state = $2, body = $3 WHERE id = $1 AND state = 'prepared'")
            .bind(record.handoff.id.to_string())
            .bind(record.handoff.state.name())
            .bind(json(record))
            .execute(connection)
            .await?;
    Ok(Swap::of(&updated))
}

/// Writes who else has looked at it, whatever has become of it.
pub(crate) async fn note_strangers(
    connection: &mut AnyConnection,
    record: &HandoffRecord,
) -> Result<(), StoreError> {
    sqlx::query("UPDATE handoffs SET body = $2 WHERE id = $1")
        .bind(record.handoff.id.to_string())
        .bind(json(record))
        .execute(connection)
        .await?;
    Ok(())
}

fn read(row: &AnyRow) -> Result<HandoffRecord, StoreError> {
    let body: &str = row.try_get("body")?;
    serde_json::from_str(body).map_err(StoreError::unreadable("prepared access"))
}

fn json(record: &HandoffRecord) -> String {
    serde_json::to_string(record).expect("what was prepared is plain data")
}
