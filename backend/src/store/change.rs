//! Several changes that happen together or not at all.

use sqlx::pool::PoolConnection;
use sqlx::{Any, AnyConnection, Executor};

use super::{Kind, Store, StoreError};

/// Changes that happen together or not at all: not, if this is dropped.
///
/// sqlx has transactions of its own, but SQLite ends one by itself when its disk is full, and then
/// a connection of theirs cannot be used again, nor does the pool notice.
#[derive(Debug)]
pub(crate) struct Change(Option<PoolConnection<Any>>);

impl Store {
    /// Begins to change several things.
    pub(crate) async fn begin(&self) -> Result<Change, StoreError> {
        // SQLite would let two begin as readers and then refuse one of them to write.
        let begin = match self.kind {
            Kind::Sqlite => "BEGIN IMMEDIATE",
            Kind::Postgres => "BEGIN",
        };
        let mut change = Change(Some(self.pool.acquire().await?));
        change.connection().execute(begin).await?;
        Ok(change)
    }
}

impl Change {
    /// What the changes are made through.
    pub(crate) fn connection(&mut self) -> &mut AnyConnection {
        self.0.as_mut().expect("it is there until the end")
    }

    /// Makes them last.
    pub(crate) async fn commit(mut self) -> Result<(), StoreError> {
        self.connection().execute("COMMIT").await?;
        // There is nothing left to take back.
        drop(self.0.take());
        Ok(())
    }
}

impl Drop for Change {
    fn drop(&mut self) {
        let Some(mut connection) = self.0.take() else { return };
        tokio::spawn(async move {
            // Whatever state it is in if that fails, nobody else gets it.
            if connection.execute("ROLLBACK").await.is_err() {
                connection.close_on_drop();
            }
        });
    }
}
