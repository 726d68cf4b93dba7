//! The whole audit trail, read from the first entry to the last as it is at one moment.

use futures_util::{Stream, StreamExt};
use sqlx::{Any, Transaction};

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
