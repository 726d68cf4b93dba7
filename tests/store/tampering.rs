//! The trail changed behind everybody's back, with its guards taken away: what is wrong is named.

use backend::audit::verify::{Finding, Report, verify};
use backend::store::{EntryKind, Head, Store};
use serde_json::json;
use tests::database::{Database, Kind};
use tests::on_both_databases;
use uuid::Uuid;

use super::{Place, at, entry, fresh};

on_both_databases![
    a_changed_column_is_found_whichever_it_is,
    entries_that_are_gone_are_found,
    entries_that_changed_places_are_found,
    entries_that_were_pushed_in_or_added_are_found,
    a_head_that_was_changed_or_taken_away_is_found,
    a_trail_that_was_written_anew_is_found_by_a_head_that_was_noted,
];

/// How many entries there are to tamper with.
const LENGTH: i64 = 8;

/// A trail without its guards, and a copy of it that it can be put back from.
async fn defenceless(on: Kind) -> (Store, Place) {
    let (store, place) = fresh(on).await;
    for number in 1..=LENGTH {
        let kind = match number {
            3 => EntryKind::Intent(Uuid::from_u128(3)),
            4 => EntryKind::Outcome(Uuid::from_u128(3)),
            number if number % 2 == 0 => EntryKind::Event,
            _ => EntryKind::Refusal,
        };
        let mut entry = entry(kind);
        (entry.at, entry.body) = (at(1000 + number), json!({ "number": number }));
        store.entries().append(&entry).await.unwrap();
    }
    place.database.disarm().await;
    place.database.run("CREATE TABLE kept_entries AS SELECT * FROM entries").await;
    place.database.run("CREATE TABLE kept_head AS SELECT * FROM trail_head").await;
    (store, place)
}

/// What is found after these statements, before everything is put back.
async fn after(database: &Database, statements: &[&str]) -> Report {
    for statement in statements {
        database.run(statement).await;
    }
    let reader = Store::open_read_only(database.url()).await.unwrap();
    let report = verify(&reader, &[]).await.unwrap();
    for statement in [
        "DELETE FROM entries",
        "DELETE FROM trail_head",
        "INSERT INTO entries SELECT * FROM kept_entries",
        "INSERT INTO trail_head SELECT * FROM kept_head",
    ] {
        database.run(statement).await;
    }
    assert!(verify(&reader, &[]).await.unwrap().is_sound());
    report
}

async fn a_changed_column_is_found_whichever_it_is(on: Kind) {
    let (_store, Place { database, _folder }) = defenceless(on).await;
    // The fourth is an outcome, the fifth a refusal.
    for (seq, change) in [
        (4, "at = at + 1"),
        (5, "kind = 'event'"),
        (4, "attempt = '00000000-0000-0000-0000-000000000009'"),
        (4, "request_id = '00000000-0000-0000-0000-000000000009'"),
        (4, "actor = '{\"actor\":\"provider\"}'"),
        (4, "body = '{}'"),
        (4, "body = body || ' '"),
        (4, "prev = hash"),
        (4, "hash = prev"),
    ] {
        let statement = format!("UPDATE entries SET {change} WHERE seq = {seq}");
        let report = after(&database, &[&statement]).await;
        assert_eq!(report.findings, [Finding::Changed { seq }], "{statement}");
    }
    for seq in 1..=LENGTH {
        let statement = format!("UPDATE entries SET body = '{{}}' WHERE seq = {seq}");
        assert_eq!(after(&database, &[&statement]).await.findings, [Finding::Changed { seq }]);
        let statement = format!("UPDATE entries SET version = 7 WHERE seq = {seq}");
        assert_eq!(
            after(&database, &[&statement]).await.findings,
            [Finding::UnknownVersion { seq, version: 7 }]
        );
    }
}

async fn entries_that_are_gone_are_found(on: Kind) {
    let (_store, Place { database, _folder }) = defenceless(on).await;
    for (condition, finding) in [
        ("seq = 1", Finding::Missing { first: 1, last: 1 }),
        ("seq BETWEEN 3 AND 5", Finding::Missing { first: 3, last: 5 }),
        ("seq = 8", Finding::CutOff { first: 8, last: 8 }),
        ("seq > 5", Finding::CutOff { first: 6, last: 8 }),
        ("1 = 1", Finding::CutOff { first: 1, last: 8 }),
    ] {
        let statement = format!("DELETE FROM entries WHERE {condition}");
        assert_eq!(after(&database, &[&statement]).await.findings, [finding], "{statement}");
    }
    if on == Kind::Postgres {
        assert_eq!(
            after(&database, &["TRUNCATE entries"]).await.findings,
            [Finding::CutOff { first: 1, last: 8 }]
        );
    }
    // The rest closes up: from the gap on, nothing stands where it was written.
    let report =
        after(&database, &["DELETE FROM entries WHERE seq = 7", "UPDATE entries SET seq = 7 WHERE seq = 8"])
            .await;
    assert_eq!(report.findings, [Finding::Moved { seq: 7, from: 8 }, Finding::CutOff { first: 8, last: 8 }]);
}

async fn entries_that_changed_places_are_found(on: Kind) {
    let (_store, Place { database, _folder }) = defenceless(on).await;
    let report = after(
        &database,
        &[
            "UPDATE entries SET seq = 100 WHERE seq = 2",
            "UPDATE entries SET seq = 2 WHERE seq = 6",
            "UPDATE entries SET seq = 6 WHERE seq = 100",
        ],
    )
    .await;
    assert_eq!(report.findings, [Finding::Moved { seq: 2, from: 6 }, Finding::Moved { seq: 6, from: 2 }]);
}

/// An entry that says what it says and has a hash that fits, as somebody would make it who knows
/// how entries are chained.
async fn forged(store: &Store, seq: i64, after: &Head) -> String {
    let mut trail = store.read_trail().await.unwrap();
    let mut links: Vec<_> = futures_util::TryStreamExt::try_collect(trail.links()).await.unwrap();
    let mut link: backend::store::Link = links.remove(0);
    (link.seq, link.prev, link.body) = (seq, after.hash.clone(), r#"{"forged":true}"#.to_owned());
    link.hash = link.expected_hash().unwrap();
    format!(
        "INSERT INTO entries (seq, version, at, kind, actor, body, prev, hash) VALUES ({}, {}, {}, '{}', '{}', '{}', '{}', '{}')",
        link.seq, link.version, link.at, link.kind, link.actor, link.body, link.prev, link.hash
    )
}

async fn entries_that_were_pushed_in_or_added_are_found(on: Kind) {
    let (store, Place { database, _folder }) = defenceless(on).await;
    let hash_of = async |seq: i64| {
        let entries = store.entries().before(seq + 1, 1).await.unwrap();
        Head { seq, hash: entries[0].hash.clone() }
    };
    let behind = forged(&store, LENGTH + 1, &hash_of(LENGTH).await).await;
    assert_eq!(after(&database, &[&behind]).await.findings, [Finding::Added { first: 9, last: 9 }]);

    let between = forged(&store, 8, &hash_of(7).await).await;
    let report = after(&database, &["UPDATE entries SET seq = 9 WHERE seq = 8", &between]).await;
    assert_eq!(
        report.findings,
        [
            Finding::Inserted { seq: 8 },
            Finding::Moved { seq: 9, from: 8 },
            Finding::Added { first: 9, last: 9 }
        ]
    );

    let instead = forged(&store, 5, &hash_of(4).await).await;
    let report = after(&database, &["DELETE FROM entries WHERE seq = 5", &instead]).await;
    assert_eq!(report.findings, [Finding::Replaced { seq: 5 }]);

    let last = forged(&store, 8, &hash_of(7).await).await;
    let report = after(&database, &["DELETE FROM entries WHERE seq = 8", &last]).await;
    assert_eq!(report.findings, [Finding::NotTheHead { seq: 8 }]);

    let before = forged(&store, 0, &Head { seq: 0, hash: String::new() }).await;
    assert_eq!(after(&database, &[&before]).await.findings, [Finding::BeforeTheFirst { seq: 0 }]);
}

async fn a_head_that_was_changed_or_taken_away_is_found(on: Kind) {
    let (_store, Place { database, _folder }) = defenceless(on).await;
    for (statement, finding) in [
        ("UPDATE trail_head SET hash = 'x'", Finding::NotTheHead { seq: 8 }),
        ("UPDATE trail_head SET seq = 6", Finding::Added { first: 7, last: 8 }),
        ("UPDATE trail_head SET seq = 10", Finding::CutOff { first: 9, last: 10 }),
        ("DELETE FROM trail_head", Finding::NoHead),
    ] {
        assert_eq!(after(&database, &[statement]).await.findings, [finding], "{statement}");
    }
}

async fn a_trail_that_was_written_anew_is_found_by_a_head_that_was_noted(on: Kind) {
    let (store, Place { database, _folder }) = defenceless(on).await;
    let noted = store.entries().head().await.unwrap().to_string().parse().unwrap();
    database.run("DELETE FROM entries WHERE seq > 4").await;
    database.run("UPDATE trail_head SET seq = 4, hash = (SELECT hash FROM entries WHERE seq = 4)").await;
    assert!(verify(&store, &[]).await.unwrap().is_sound(), "nobody can tell without what was noted");
    let report = verify(&store, std::slice::from_ref(&noted)).await.unwrap();
    assert_eq!(report.findings, [Finding::NotedAndMissing { seq: 8, last: 4 }]);

    // However it goes on, the noted entry is not there again.
    for number in 5..=9 {
        let last = store.entries().head().await.unwrap();
        database.run(&forged(&store, number, &last).await).await;
        let follow = format!(
            "UPDATE trail_head SET seq = {number}, hash = (SELECT hash FROM entries WHERE seq = {number})"
        );
        database.run(&follow).await;
    }
    assert!(verify(&store, &[]).await.unwrap().is_sound());
    assert_eq!(verify(&store, &[noted]).await.unwrap().findings, [Finding::NotAsNoted { seq: 8 }]);
}
