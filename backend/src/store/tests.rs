use jiff::Timestamp;
use serde_json::json;
use shared::access::{AccessRequest, Ending, RequestId, Status};
use shared::session::Person;
use uuid::Uuid;

use super::*;
use crate::session::PersonKey;

const VM: &str = "/subscriptions/11111111-2222-3333-4444-555555555555/resourceGroups/Contoso-HQ/providers/Microsoft.Compute/virtualMachines/Jump-01";

/// An empty store: in memory, or on the PostgreSQL server that `POSTERN_TEST_POSTGRES` names, in a
/// schema of its own.
async fn fresh() -> Store {
    #[expect(clippy::disallowed_methods, reason = "tests have no settings")]
    let Ok(server) = std::env::var("POSTERN_TEST_POSTGRES") else { return Store::in_memory().await.unwrap() };
    sqlx::any::install_default_drivers();
    let schema = format!("test_{}", Uuid::new_v4().simple());
    let pool = AnyPool::connect(&server).await.unwrap();
    let create = sqlx::AssertSqlSafe(format!("CREATE SCHEMA {schema}"));
    sqlx::query(create).execute(&pool).await.unwrap();
    Store::open(&format!("{server}?options=-c%20search_path%3D{schema}")).await.unwrap()
}

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(second).unwrap()
}

fn person(subject: &str) -> PersonKey {
    PersonKey { realm: "contoso".to_owned(), subject: subject.to_owned() }
}

fn record(id: u128, vm: &str, requester: &str) -> RequestRecord {
    let request = AccessRequest {
        id: RequestId(Uuid::from_u128(id)),
        vm: vm.parse().unwrap(),
        ports: vec!["3389".parse().unwrap()],
        source: "203.0.113.7".parse().unwrap(),
        reason: Some("INC1 disk full".parse().unwrap()),
        requested_by: Person { name: "Olga".to_owned(), username: "olga@contoso.com".to_owned() },
        requested_at: at(1000),
        ends_at: at(4600),
        rule: "Operators".to_owned(),
        status: Status::Requesting,
        correlation_id: None,
    };
    let policy = "/subscriptions/11111111-2222-3333-4444-555555555555/resourceGroups/Contoso-HQ/providers/Microsoft.Security/locations/westeurope/jitNetworkAccessPolicies/default";
    RequestRecord { request, requester: person(requester), policy: policy.parse().unwrap() }
}

fn accepted(record: &RequestRecord) -> AccessRequest {
    let mut request = record.request.clone();
    request.status = request.status.accepted(at(1001)).unwrap();
    request.correlation_id = Some("c-1".to_owned());
    request
}

#[tokio::test]
async fn a_request_comes_back_as_it_was_kept() {
    let store = fresh().await;
    let kept = record(1, VM, "olga");
    store.requests().insert(&kept).await.unwrap();
    assert_eq!(store.requests().get(kept.request.id).await.unwrap(), Some(kept));
    assert_eq!(store.requests().get(RequestId(Uuid::from_u128(2))).await.unwrap(), None);
}

#[tokio::test]
async fn of_two_writers_the_second_is_told_that_it_was_overtaken() {
    let store = fresh().await;
    let kept = record(1, VM, "olga");
    store.requests().insert(&kept).await.unwrap();
    let opening = accepted(&kept);
    assert_eq!(store.requests().update(&opening, &Status::Requesting).await.unwrap(), Swap::Done);
    let mut failed = kept.request.clone();
    failed.status = failed.status.failed(at(1002), "no answer".to_owned()).unwrap();
    assert_eq!(store.requests().update(&failed, &Status::Requesting).await.unwrap(), Swap::Overtaken);
    assert_eq!(store.requests().get(opening.id).await.unwrap().unwrap().request, opening);
}

#[tokio::test]
async fn requests_are_found_by_machine_whatever_its_casing_and_by_person() {
    let store = fresh().await;
    let other_vm = VM.replace("Jump-01", "jump-02");
    for (id, vm, requester) in
        [(1, VM, "olga"), (2, &VM.to_uppercase(), "oleg"), (3, &other_vm, "olga"), (4, VM, "olga")]
    {
        store.requests().insert(&record(id, vm, requester)).await.unwrap();
    }
    let found = async |filter: Filter| -> Vec<u128> {
        let records = store.requests().list(&filter, 10).await.unwrap();
        records.iter().map(|record| record.request.id.0.as_u128()).collect()
    };
    let vm = Some(VM.parse().unwrap());
    let olga = Some(person("olga"));
    assert_eq!(found(Filter::default()).await, [4, 3, 2, 1]);
    assert_eq!(found(Filter { vm: vm.clone(), ..Filter::default() }).await, [4, 2, 1]);
    assert_eq!(found(Filter { requester: olga.clone(), ..Filter::default() }).await, [4, 3, 1]);
    assert_eq!(found(Filter { vm, requester: olga.clone(), ..Filter::default() }).await, [4, 1]);
    let before = Some(RequestId(Uuid::from_u128(4)));
    assert_eq!(found(Filter { requester: olga, before, ..Filter::default() }).await, [3, 1]);
    assert_eq!(store.requests().list(&Filter::default(), 2).await.unwrap().len(), 2);
}

#[tokio::test]
async fn what_is_over_is_not_unfinished() {
    let store = fresh().await;
    for id in 1..=3 {
        store.requests().insert(&record(id, VM, "olga")).await.unwrap();
    }
    let mut request = accepted(&record(2, VM, "olga"));
    assert_eq!(store.requests().update(&request, &Status::Requesting).await.unwrap(), Swap::Done);
    let opening = request.status.clone();
    request.status = opening.clone().ended(at(4600), Ending::Expired).unwrap();
    assert_eq!(store.requests().update(&request, &opening).await.unwrap(), Swap::Done);
    let unfinished = store.requests().unfinished().await.unwrap();
    assert_eq!(unfinished.iter().map(|r| r.request.id.0.as_u128()).collect::<Vec<_>>(), [3, 1]);
    for filter in [
        Filter { vm: Some(VM.parse().unwrap()), unfinished_only: true, ..Filter::default() },
        Filter { requester: Some(person("olga")), unfinished_only: true, ..Filter::default() },
    ] {
        assert_eq!(store.requests().list(&filter, 10).await.unwrap(), unfinished);
    }
}

#[tokio::test]
async fn the_audit_trail_cannot_be_changed_or_shortened() {
    let store = fresh().await;
    store.entries().append(&entry(EntryKind::Refusal)).await.unwrap();
    for sql in ["UPDATE entries SET actor = 'nobody'", "DELETE FROM entries"] {
        let error = sqlx::query(sql).execute(&store.pool).await.unwrap_err();
        assert!(error.to_string().contains("append-only"), "{error}");
    }
    assert_eq!(store.entries().before(i64::MAX, 10).await.unwrap().len(), 1);
}

#[tokio::test]
async fn an_attempt_has_one_outcome() {
    let store = fresh().await;
    let attempt = Uuid::from_u128(7);
    store.entries().append(&entry(EntryKind::Intent(attempt))).await.unwrap();
    store.entries().append(&entry(EntryKind::Outcome(attempt))).await.unwrap();
    let error = store.entries().append(&entry(EntryKind::Outcome(attempt))).await.unwrap_err();
    assert!(error.is_duplicate());
}

#[tokio::test]
async fn the_trail_is_read_backwards_in_pages() {
    let store = fresh().await;
    for _ in 0..3 {
        store.entries().append(&entry(EntryKind::Refusal)).await.unwrap();
    }
    let newest = store.entries().before(i64::MAX, 2).await.unwrap();
    assert_eq!(newest.iter().map(|e| e.seq).collect::<Vec<_>>(), [3, 2]);
    assert_eq!(newest[0].content, entry(EntryKind::Refusal));
    assert_eq!(store.entries().before(2, 2).await.unwrap().len(), 1);
}

fn entry(kind: EntryKind) -> NewEntry {
    NewEntry { at: at(1000), kind, request: None, actor: json!({ "actor": "postern" }), body: json!({}) }
}

#[tokio::test]
async fn a_session_is_touched_deleted_and_swept() {
    let store = fresh().await;
    let session = |id: &str| SessionRow {
        id_hash: id.to_owned(),
        person: person("olga"),
        sid: None,
        created_at: at(1000),
        last_seen_at: at(1000),
        expires_at: at(9000),
        payload: vec![0, 1, 255],
    };
    for id in ["a", "b", "c"] {
        store.sessions().insert(&session(id)).await.unwrap();
    }
    assert_eq!(store.sessions().get("a").await.unwrap(), Some(session("a")));
    store.sessions().touch("a", at(3000)).await.unwrap();
    store.sessions().touch("a", at(2000)).await.unwrap();
    assert_eq!(store.sessions().get("a").await.unwrap().unwrap().last_seen_at, at(3000));
    store.sessions().delete("b").await.unwrap();
    assert_eq!(store.sessions().sweep(at(5000), at(2000)).await.unwrap(), 1);
    assert!(store.sessions().get("a").await.unwrap().is_some());
    assert_eq!(store.sessions().sweep(at(9000), at(0)).await.unwrap(), 1);
}

#[tokio::test]
async fn what_is_on_disk_is_there_after_a_restart() {
    let file = std::env::temp_dir().join(format!("{}.db", Uuid::new_v4()));
    let url = format!("sqlite:{}", file.display());
    let kept = record(1, VM, "olga");
    Store::open(&url).await.unwrap().requests().insert(&kept).await.unwrap();
    let reopened = Store::open(&url).await.unwrap();
    reopened.ping().await.unwrap();
    assert_eq!(reopened.requests().get(kept.request.id).await.unwrap(), Some(kept));
    let (mode,): (String,) = sqlx::query_as("PRAGMA journal_mode").fetch_one(&reopened.pool).await.unwrap();
    assert_eq!(mode, "wal");
    drop(reopened);
    for extension in ["db", "db-wal", "db-shm"] {
        let _gone_already = std::fs::remove_file(file.with_extension(extension));
    }
}

#[tokio::test]
async fn a_store_that_cannot_be_opened_is_named() {
    let error = Store::open("sqlite:/nowhere/at/all/postern.db").await.unwrap_err();
    assert!(error.to_string().contains("sqlite:/nowhere/at/all/postern.db"), "{error}");
}

#[test]
fn the_password_of_a_store_is_not_told() {
    assert_eq!(without_password("postgres://postern:hunter2@db/postern"), "postgres://postern@db/postern");
    assert_eq!(without_password("postgres://postern:hunter2@db:port/postern"), "the configured address");
    assert_eq!(without_password("postgres://db/postern?password=hunter2"), "postgres://db/postern");
    assert_eq!(without_password("sqlite:postern.db?mode=rwc"), "sqlite:postern.db");
}
