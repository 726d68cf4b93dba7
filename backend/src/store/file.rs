//! The file of an SQLite database.

use std::path::PathBuf;
use std::str::FromStr;

use sqlx::sqlite::SqliteConnectOptions;

/// Makes the file, if there is none, so that nobody else on this computer can read it: sessions
/// and the audit trail are in it. What SQLite puts beside it gets the same permissions.
///
/// What goes wrong here goes wrong again when the database is opened, and is told then.
pub(super) fn create(url: &str) {
    let Some(path) = path(url) else { return };
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    drop(options.open(path));
}

/// Whether there is nothing beside the database that belongs to it.
pub(super) fn is_alone(url: &str) -> bool {
    let Some(mut beside) = path(url).map(PathBuf::into_os_string) else { return false };
    beside.push("-wal");
    std::fs::exists(beside).is_ok_and(|exists| !exists)
}

fn path(url: &str) -> Option<PathBuf> {
    SqliteConnectOptions::from_str(url).ok().map(|options| options.get_filename().to_owned())
}

#[cfg(all(test, unix))]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use crate::store::Store;

    #[tokio::test]
    async fn nobody_else_can_read_a_new_database_or_what_is_beside_it() {
        let folder = tempfile::tempdir().unwrap();
        for url in ["new.db", "other%20one.db?mode=rwc"] {
            let _store = Store::open(&format!("sqlite:{}/{url}", folder.path().display())).await.unwrap();
        }
        let mut seen = 0;
        for file in std::fs::read_dir(folder.path()).unwrap() {
            let file = file.unwrap();
            let mode = file.metadata().unwrap().permissions().mode() & 0o777;
            assert_eq!(mode, 0o600, "{:?} has {mode:o}", file.file_name());
            seen += 1;
        }
        assert!(seen > 2, "the databases, and something beside the one that is open");
    }

    #[tokio::test]
    async fn permissions_that_somebody_chose_stay() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("shared.db");
        std::fs::write(&path, "").unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o640)).unwrap();
        let _store = Store::open(&format!("sqlite:{}", path.display())).await.unwrap();
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o640);
    }
}
