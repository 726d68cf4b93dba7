//! Letting the oldest entries of the trail go, so that what is left is one chain.
//!
//! First the trail says up to where it is shortened, and the hash of that entry, by an entry of its
//! own; with it goes where it begins. Only then entries are deleted, the oldest first, and whoever
//! dies in between leaves a trail that is longer than it has to be.

use jiff::Timestamp;
use sqlx::Row;

use super::chain::Head;
use super::entries::{append, hold};
use super::{EntryTable, NewEntry, StoreError, most};

impl EntryTable<'_> {
    /// Shortens the trail by what was written before `moment`, but for what has no outcome yet and
    /// what stands behind it, and the last entry. `entry` says so in the trail. Nothing if there is
    /// nothing to let go.
    pub async fn shorten(
        self,
        moment: Timestamp,
        entry: impl FnOnce(&Head) -> NewEntry,
    ) -> Result<Option<Head>, StoreError> {
        let mut change = self.0.begin().await?;
        hold(&mut change).await?;
        let query = sqlx::query(
            "SELECT seq, hash FROM entries WHERE seq > (SELECT seq FROM trail_start) AND seq = -1 + COALESCE(
                 (SELECT seq FROM entries AS entry
                  WHERE seq > (SELECT seq FROM trail_start) AND (at >= $1 OR (kind = 'intent' AND NOT EXISTS (
                      SELECT 1 FROM entries AS outcome
                      WHERE outcome.attempt = entry.attempt AND outcome.kind = 'outcome')))
                  ORDER BY seq LIMIT 1),
                 (SELECT seq FROM trail_head))",
        );
        let row = query.bind(moment.as_microsecond()).fetch_optional(change.connection()).await?;
        let Some(row) = row else { return Ok(None) };
        let last = Head { seq: row.try_get("seq")?, hash: row.try_get("hash")? };
        append(&mut change, &entry(&last)).await?;
        sqlx::query("UPDATE trail_start SET seq = $1, hash = $2")
            .bind(last.seq)
            .bind(&last.hash)
            .execute(change.connection())
            .await?;
        change.commit().await?;
        Ok(Some(last))
    }

    /// Deletes at most `limit` of the entries that the trail was shortened by, the oldest first, and
    /// says how many that were.
    pub async fn forget(self, limit: usize) -> Result<u64, StoreError> {
        let query = sqlx::query(
            "DELETE FROM entries WHERE seq IN (
                 SELECT seq FROM entries WHERE seq <= (SELECT seq FROM trail_start) ORDER BY seq LIMIT $1)",
        );
        Ok(query.bind(most(limit)).execute(&self.0.pool).await?.rows_affected())
    }
}
