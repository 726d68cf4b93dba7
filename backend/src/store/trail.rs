//! The whole audit trail, read from the first entry to the last as it is at one moment.

use futures_util::{Stream, StreamExt};
use sqlx::{Any, Row, Transaction};

use super::chain::{Head, Link};
use super::entries::entries;
use super::{Kind, Store, StoreError};

/// The trail, as it was when this was opened, whatever is added meanwhile.
#[derive(Debug)]
pub struct Trail(Transaction<'static, Any>);

impl Store {
    /// Opens the trail to read it.
    pub async fn read_trail(&self) -> Result<Trail, StoreError> {
        let statement = match self.kind {
            Kind::Sqlite => "BEGIN",
            Kind::Postgres => "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
        };
        Ok(Trail(self.pool.begin_with(statement).await?))
    }
}

impl Trail {
    /// The end that the trail is said to have; none where that was removed.
    pub async fn head(&mut self) -> Result<Option<Head>, StoreError> {
        Ok(Head::read(&mut self.0).await?)
    }

    /// The last entry that is not kept any more, if the trail was ever shortened.
    pub async fn start(&mut self) -> Result<Option<Head>, StoreError> {
        // A copy from before there was such a thing has no place for it.
        let there = match self.0.backend_name() {
            "PostgreSQL" => {
                "SELECT CAST(COUNT(*) AS BIGINT) FROM pg_catalog.pg_tables WHERE tablename = 'trail_start'"
            }
            _ => "SELECT COUNT(*) FROM sqlite_master WHERE name = 'trail_start'",
        };
        let count: i64 = sqlx::query_scalar(there).fetch_one(&mut *self.0).await?;
        if count == 0 {
            return Ok(None);
        }
        let query = sqlx::query("SELECT seq, hash FROM trail_start WHERE seq > 0");
        let row = query.fetch_optional(&mut *self.0).await?;
        let head = row
            .map(|row| Ok::<_, sqlx::Error>(Head { seq: row.try_get("seq")?, hash: row.try_get("hash")? }));
        Ok(head.transpose()?)
    }

    /// Every entry as it is kept, one after the other. One that is not even text is
    /// [`StoreError::Unreadable`].
    pub fn links(&mut self) -> impl Stream<Item = Result<Link, StoreError>> + Send {
        let rows = sqlx::query(entries!("ORDER BY seq")).fetch(&mut *self.0);
        rows.map(|row| row.and_then(|row| Link::read(&row)).map_err(unreadable))
    }
}

fn unreadable(error: sqlx::Error) -> StoreError {
    match error {
        sqlx::Error::Decode(_) | sqlx::Error::ColumnDecode { .. } => {
            StoreError::unreadable("an entry of the audit trail")(error)
        }
        error => error.into(),
    }
}
