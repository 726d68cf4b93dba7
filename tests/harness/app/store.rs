//! What can happen to what the service keeps.

use super::TestApp;

impl TestApp {
    /// All that is in the files of an SQLite database, as far as it is text.
    pub fn database_files(&self) -> String {
        let files = std::fs::read_dir(self.folder.path()).expect("the folder is there");
        let paths = files.map(|file| file.expect("the folder can be read").path());
        let names = |path: &std::path::PathBuf| path.to_string_lossy().contains("postern.db");
        let read = |path| std::fs::read(path).expect("the file can be read");
        paths.filter(names).map(|path| String::from_utf8_lossy(&read(path)).into_owned()).collect()
    }

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
