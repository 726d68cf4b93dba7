//! What is kept, on both kinds of database: the same tests, against real servers.

#![expect(clippy::unwrap_used, reason = "these are tests, though it is a macro that makes them so")]

mod handoffs;
mod leases;
mod outbox;
mod replicas;
mod requests;
mod retention;
mod sessions;
mod story;
mod tampering;
mod trail;

use backend::session::PersonKey;
use backend::store::{EntryKind, NewEntry, Store};
use jiff::Timestamp;
use serde_json::json;
use tempfile::TempDir;
use tests::database::{Database, Kind};

/// Where a store keeps what it keeps, until this is dropped.
struct Place {
    database: Database,
    _folder: TempDir,
}

/// An empty store, and where it is.
async fn fresh(on: Kind) -> (Store, Place) {
    let folder = tempfile::tempdir().expect("the temporary folder takes a folder");
    let database = Database::fresh(on, folder.path()).await;
    let store = Store::open(database.url()).await.expect("a new database can be opened");
    (store, Place { database, _folder: folder })
}

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(second).expect("tests know their times")
}

fn person(subject: &str) -> PersonKey {
    PersonKey { realm: "contoso".to_owned(), subject: subject.to_owned() }
}

fn entry(kind: EntryKind) -> NewEntry {
    NewEntry { at: at(1000), kind, request: None, actor: json!({ "actor": "postern" }), body: json!({}) }
}
