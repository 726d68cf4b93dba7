//! Several changes that happen together or not at all.

use sqlx::pool::PoolConnection;
use sqlx::{Any, AnyConnection, Executor};

use super::added::{Added, AddedEntries};
use super::{Kind, NewEntry, Store, StoreError};

/// Changes that happen together or not at all: not, if this is dropped.
///
/// sqlx has transactions of its own, but SQLite ends one by itself when its disk is full, and then
/// a connection of theirs cannot be used again, nor does the pool notice.
#[derive(Debug)]
pub(crate) struct Change {
    connection: Option<PoolConnection<Any>>,
    /// The entries that it adds to the trail.
    adds: Vec<Added>,
    added: AddedEntries,
}

impl Store {
    /// Begins to change several things.
    pub(crate) async fn begin(&self) -> Result<Change, StoreError> {
        // SQLite would let two begin as readers and then refuse one of them to write.
        let begin = match self.kind {
            Kind::Sqlite => "BEGIN IMMEDIATE",
            Kind::Postgres => "BEGIN",
        };
        let connection = Some(self.pool.acquire().await?);
        let mut change = Change { connection, adds: Vec::new(), added: self.added.clone() };
        change.connection().execute(begin).await?;
        Ok(change)
    }
}

impl Change {
    /// What the changes are made through.
    pub(crate) fn connection(&mut self) -> &mut AnyConnection {
        self.connection.as_mut().expect("it is there until the end")
    }

    /// Notes that an entry is added, to be counted once it lasts.
    pub(super) fn adds(&mut self, entry: &NewEntry) {
        self.adds.push(Added::of(entry));
    }

    /// Makes them last.
    pub(crate) async fn commit(mut self) -> Result<(), StoreError> {
        self.connection().execute("COMMIT").await?;
        // There is nothing left to take back.
        drop(self.connection.take());
        self.added.count(&self.adds);
        Ok(())
    }
}

impl Drop for Change {
    fn drop(&mut self) {
        let Some(mut connection) = self.connection.take() else { return };
        tokio::spawn(async move {
            // Whatever state it is in if that fails, nobody else gets it.
            if connection.execute("ROLLBACK").await.is_err() {
                connection.close_on_drop();
            }
        });
    }
}
