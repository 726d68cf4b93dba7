//! The database.

use secrecy::ExposeSecret;

use super::{Finding, in_full};
use crate::config::StoreSettings;
use crate::store::Store;

pub async fn examine(settings: &StoreSettings) -> Vec<Finding> {
    let url = settings.url.expose_secret();
    let store = match Store::open(url).await {
        Ok(store) => store,
        Err(error) => {
            return vec![Finding::wrong(
                sentence(&in_full(&error)),
                "Check `store.url`, that the folder is there, and that Postern's user may write in it.",
            )];
        }
    };
    let mut findings = vec![match store.ping().await {
        Ok(()) => Finding::fine("The database answers, and its tables are those of this version."),
        Err(error) => Finding::wrong(sentence(&in_full(&error)), "Look at the database's own log."),
    }];
    findings.extend(file_of(url).and_then(readable_by_others));
    findings
}

/// The file of an SQLite database.
fn file_of(url: &str) -> Option<&str> {
    let path = url.strip_prefix("sqlite:")?;
    let path = path.split('?').next().unwrap_or(path);
    Some(path.strip_prefix("//").unwrap_or(path)).filter(|path| *path != ":memory:")
}

#[cfg(unix)]
fn readable_by_others(path: &str) -> Option<Finding> {
    use std::os::unix::fs::PermissionsExt;
    let mode = std::fs::metadata(path).ok()?.permissions().mode();
    (mode & 0o077 != 0).then(|| {
        Finding::doubtful(
            format!("Other users of this machine can read {path} (mode {:o}).", mode & 0o777),
            format!("chmod 600 {path}"),
        )
    })
}

#[cfg(not(unix))]
fn readable_by_others(_: &str) -> Option<Finding> {
    None
}

fn sentence(text: &str) -> String {
    let mut characters = text.chars();
    let first = characters.next().map(|first| first.to_uppercase().to_string()).unwrap_or_default();
    format!("{first}{}.", characters.as_str().trim_end_matches('.'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::doctor::Verdict;

    #[tokio::test]
    async fn a_database_that_cannot_be_opened_is_told_with_its_place() {
        let settings = StoreSettings { url: "sqlite:/nowhere/at/all/postern.db".into(), audit_kept: None };
        let found = examine(&settings).await;
        assert_eq!(found[0].verdict, Verdict::Wrong);
        assert!(found[0].says.contains("/nowhere/at/all/postern.db"), "{}", found[0].says);
    }

    #[test]
    fn the_file_of_a_database_is_known_however_it_is_written() {
        assert_eq!(file_of("sqlite:postern.db"), Some("postern.db"));
        assert_eq!(file_of("sqlite:///var/lib/postern.db?mode=rw"), Some("/var/lib/postern.db"));
        assert_eq!(file_of("sqlite::memory:"), None);
        assert_eq!(file_of("postgres://postern@db/postern"), None);
    }
}
