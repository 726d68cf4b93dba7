//! What the service keeps, and what can happen to that.

use std::path::Path;

use backend::store::Store;
use sqlx::{Connection, Executor, SqliteConnection};

use super::TestApp;

/// The URL of the database in a folder.
pub fn url_in(folder: &Path) -> String {
    format!("sqlite:{}", folder.join("postern.db").display())
}

/// The database in a folder, beside the service.
pub async fn open(folder: &Path) -> Store {
    Store::open(&url_in(folder)).await.expect("a new folder takes a database")
}

impl TestApp {
    /// From now on the audit trail takes no entries, as on a disk that is full.
    pub async fn fill_disk(&self) {
        self.harm("CREATE TRIGGER disk_is_full BEFORE INSERT ON entries BEGIN SELECT RAISE(ABORT, 'disk full'); END")
            .await;
    }

    /// From now on nobody's session can be read.
    pub async fn lose_sessions(&self) {
        self.harm("ALTER TABLE sessions RENAME TO lost_sessions").await;
    }

    async fn harm(&self, statement: &'static str) {
        let mut connection =
            SqliteConnection::connect(&url_in(self.folder.path())).await.expect("the database is there");
        connection.execute(statement).await.expect("the database does as it is told");
        connection.close().await.expect("the connection closes");
    }
}
