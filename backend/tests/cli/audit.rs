//! `postern audit`.

use std::path::Path;

use backend::store::{EntryKind, NewEntry, Store};
use jiff::Timestamp;
use serde_json::json;

use crate::{postern, said};

/// A trail of so many entries in a file, and its URL.
async fn trail(folder: &Path, length: i64) -> (Store, String) {
    let url = format!("sqlite:{}", folder.join("postern.db").display());
    let store = Store::open(&url).await.expect("a new folder takes a database");
    for number in 1..=length {
        let entry = NewEntry {
            at: Timestamp::from_second(1_893_488_400 + number).expect("it is a time"),
            kind: EntryKind::Refusal,
            request: None,
            actor: json!({ "actor": "postern" }),
            body: json!({ "why": [format!("={number}")] }),
        };
        store.entries().append(&entry).await.expect("the trail takes entries");
    }
    (store, url)
}

async fn tamper(url: &str, statement: &'static str) {
    let connection = <sqlx::SqliteConnection as sqlx::Connection>::connect(url).await;
    let mut connection = connection.expect("it is there");
    sqlx::Executor::execute(&mut connection, statement).await.expect("the owner may do that");
}

#[tokio::test]
async fn a_trail_is_sound_until_it_is_tampered_with() {
    let folder = tempfile::tempdir().unwrap();
    let (store, url) = trail(folder.path(), 3).await;
    let head = store.entries().head().await.unwrap().to_string();

    let (code, out, error) = said(&postern(&["audit", "--store", &url, "verify", "--expect", &head]));
    assert_eq!((code, error.as_str()), (0, ""), "{out}");
    assert_eq!(out, format!("3 entries, each as it was written; the head is {head}\n"));

    let other = head.replace("3:", "2:");
    let (code, out, _) = said(&postern(&["audit", "--store", &url, "verify", "--expect", &other]));
    assert!(code == 1 && out.contains("entry 2 does not have the hash that was noted"), "{code}: {out}");

    tamper(&url, "DROP TRIGGER entries_are_not_changed; UPDATE entries SET body = '{}' WHERE seq = 2").await;
    let (code, out, _) = said(&postern(&["audit", "--store", &url, "verify"]));
    assert_eq!(code, 1);
    assert_eq!(
        out,
        "entry 2 was changed: its hash does not fit it\n3 entries: the audit trail is not as it was written\n"
    );
}

#[tokio::test]
async fn a_trail_is_read_beside_a_service_and_from_a_copy_which_stays_as_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let (store, url) = trail(folder.path(), 2).await;
    let (code, out, _) = said(&postern(&["audit", "--store", &url, "verify"]));
    assert!(code == 0 && out.starts_with("2 entries"), "{out}");

    // Closed for good, so that all of it is in the one file.
    drop(store);
    tamper(&url, "PRAGMA wal_checkpoint(TRUNCATE)").await;
    let copies = tempfile::tempdir().unwrap();
    let copy = copies.path().join("copy.db");
    std::fs::copy(folder.path().join("postern.db"), &copy).unwrap();
    let (code, out, error) =
        said(&postern(&["audit", "--store", &format!("sqlite:{}", copy.display()), "verify"]));
    assert!(code == 0 && out.starts_with("2 entries"), "{out}{error}");
    assert_eq!(std::fs::read(&copy).unwrap(), std::fs::read(folder.path().join("postern.db")).unwrap());
}

#[tokio::test]
async fn an_empty_trail_is_not_taken_for_a_sound_one() {
    let folder = tempfile::tempdir().unwrap();
    let (_store, url) = trail(folder.path(), 0).await;
    let (code, out, error) = said(&postern(&["audit", "--store", &url, "verify"]));
    assert!(
        code == 2 && out.is_empty() && error.contains("THE AUDIT TRAIL IS EMPTY"),
        "{code}: {out}{error}"
    );

    let noted = format!("1:{}", "a".repeat(64));
    let (code, out, _) = said(&postern(&["audit", "--store", &url, "verify", "--expect", &noted]));
    assert!(
        code == 1 && out.contains("0 entries: the audit trail is not as it was written"),
        "{code}: {out}"
    );
}

#[tokio::test]
async fn a_trail_is_written_out_for_a_period() {
    let folder = tempfile::tempdir().unwrap();
    let (_store, url) = trail(folder.path(), 4).await;
    let period = ["--since", "2030-01-01T09:00:02Z", "--until", "2030-01-01T09:00:04Z"];
    let export = |format| {
        let mut arguments = vec!["audit", "--store", &url, "export", "--format", format];
        arguments.extend(period);
        said(&postern(&arguments))
    };
    let (code, table, _) = export("csv");
    assert!(code == 0 && table.lines().count() == 3 && table.contains(",'=2,"), "{table}");
    let (code, lines, _) = export("jsonl");
    assert!(code == 0 && lines.lines().count() == 2 && lines.contains("\"why\":[\"=3\"]"), "{lines}");
}

#[test]
fn a_trail_that_cannot_be_looked_at_is_neither_sound_nor_unsound() {
    for arguments in [
        vec!["audit", "--store", "sqlite:/there/is/no/such.db", "verify"],
        vec!["audit", "verify", "--expect", "12"],
        vec!["audit", "export", "--format", "xml"],
        vec!["audit", "verify"],
    ] {
        let (code, out, error) = said(&postern(&arguments));
        assert!(code == 2 && out.is_empty() && !error.is_empty(), "{arguments:?}: {code} {out}{error}");
    }
}
