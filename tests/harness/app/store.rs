//! What can happen to what the service keeps.

use super::TestApp;

impl TestApp {
    /// From now on the audit trail takes no entries, as on a disk that is full.
    pub async fn fill_disk(&self) {
        self.database.run("CREATE TRIGGER disk_is_full BEFORE INSERT ON entries BEGIN SELECT RAISE(ABORT, 'disk full'); END")
            .await;
    }

    /// From now on nobody's session can be read.
    pub async fn lose_sessions(&self) {
        self.database.run("ALTER TABLE sessions RENAME TO lost_sessions").await;
    }
}
