//! The audit trail: what is added stays, in one chain, whoever adds it.

use backend::audit::verify::verify;
use backend::store::{EntryKind, Store};
use futures_util::future::join_all;
use tests::database::Kind;
use tests::on_both_databases;
use uuid::Uuid;

use super::{entry, fresh};

on_both_databases![
    an_attempt_has_one_outcome,
    the_trail_is_read_backwards_in_pages,
    entries_cannot_be_changed_or_taken_away,
    the_head_goes_nowhere_but_to_the_next_entry,
    writers_in_several_replicas_make_one_chain,
    what_was_begun_and_not_finished_leaves_no_gap,
    what_is_kept_is_there_after_a_restart,
];

async fn an_attempt_has_one_outcome(on: Kind) {
    let (store, _place) = fresh(on).await;
    let attempt = Uuid::from_u128(7);
    store.entries().append(&entry(EntryKind::Intent(attempt))).await.unwrap();
    store.entries().append(&entry(EntryKind::Outcome(attempt))).await.unwrap();
    let error = store.entries().append(&entry(EntryKind::Outcome(attempt))).await.unwrap_err();
    assert!(error.is_duplicate(), "{error}");
}

async fn the_trail_is_read_backwards_in_pages(on: Kind) {
    let (store, _place) = fresh(on).await;
    for _ in 0..3 {
        store.entries().append(&entry(EntryKind::Refusal)).await.unwrap();
    }
    let newest = store.entries().before(i64::MAX, 2).await.unwrap();
    assert_eq!(newest.iter().map(|e| e.seq).collect::<Vec<_>>(), [3, 2]);
    assert_eq!(newest[0].content, entry(EntryKind::Refusal));
    assert_eq!(store.entries().before(2, 2).await.unwrap().len(), 1);
}

async fn entries_cannot_be_changed_or_taken_away(on: Kind) {
    let (store, place) = fresh(on).await;
    store.entries().append(&entry(EntryKind::Refusal)).await.unwrap();
    let mut statements = vec![
        "UPDATE entries SET actor = 'nobody'",
        "UPDATE entries SET hash = prev",
        "DELETE FROM entries",
        "UPDATE trail_head SET hash = ''",
        "DELETE FROM trail_head",
    ];
    if on == Kind::Postgres {
        statements.extend([
            "TRUNCATE entries",
            "TRUNCATE entries, trail_head CASCADE",
            "TRUNCATE trail_head",
            // Even where a session says that it only replays what another server did.
            "SET session_replication_role = replica; DELETE FROM entries",
        ]);
    }
    for statement in statements {
        let refused = place.database.try_to_run(statement).await.unwrap_err();
        assert!(refused.to_string().contains("append-only"), "{statement}: {refused}");
    }
    assert_eq!(store.entries().before(i64::MAX, 10).await.unwrap().len(), 1);
    assert!(verify(&store, &[]).await.unwrap().is_sound());
}

async fn the_head_goes_nowhere_but_to_the_next_entry(on: Kind) {
    let (store, place) = fresh(on).await;
    store.entries().append(&entry(EntryKind::Refusal)).await.unwrap();
    let insert = |seq: i64, prev: &str| {
        format!(
            "INSERT INTO entries (seq, version, at, kind, actor, body, prev, hash)
             VALUES ({seq}, 1, 0, 'refusal', '{{}}', '{{}}', '{prev}', 'made up')"
        )
    };
    let last = store.entries().head().await.unwrap();
    for statement in [
        insert(2, "made up"),
        insert(3, &last.hash),
        insert(1, &last.hash),
        "UPDATE trail_head SET seq = 2, hash = 'made up'".to_owned(),
        "INSERT INTO trail_head (one, seq, hash) VALUES (2, 0, '')".to_owned(),
    ] {
        assert!(place.database.try_to_run(&statement).await.is_err(), "{statement}");
    }
    assert_eq!(store.entries().head().await.unwrap(), last);
}

async fn writers_in_several_replicas_make_one_chain(on: Kind) {
    let (one, place) = fresh(on).await;
    let other = Store::open(place.database.url()).await.unwrap();
    let writers = (0..16).map(|writer| {
        let store = if writer % 2 == 0 { one.clone() } else { other.clone() };
        tokio::spawn(async move {
            for _ in 0..25 {
                store.entries().append(&entry(EntryKind::Refusal)).await.unwrap();
            }
        })
    });
    for written in join_all(writers).await {
        written.unwrap();
    }
    let report = verify(&other, &[]).await.unwrap();
    assert!(report.is_sound(), "{:?}", report.findings);
    assert_eq!((report.entries, report.last.seq), (400, 400));
}

async fn what_was_begun_and_not_finished_leaves_no_gap(on: Kind) {
    let (store, _place) = fresh(on).await;
    let attempt = Uuid::from_u128(7);
    store.entries().append(&entry(EntryKind::Intent(attempt))).await.unwrap();
    // This one is refused after it has got its place in the chain.
    store.entries().append(&entry(EntryKind::Intent(attempt))).await.unwrap_err();
    store.entries().append(&entry(EntryKind::Outcome(attempt))).await.unwrap();
    let report = verify(&store, &[]).await.unwrap();
    assert!(report.is_sound() && report.entries == 2, "{:?}", report.findings);
}

async fn what_is_kept_is_there_after_a_restart(on: Kind) {
    let (store, place) = fresh(on).await;
    store.entries().append(&entry(EntryKind::Event)).await.unwrap();
    let head = store.entries().head().await.unwrap();
    drop(store);
    let reopened = Store::open(place.database.url()).await.unwrap();
    reopened.ping().await.unwrap();
    assert_eq!(reopened.entries().head().await.unwrap(), head);
    reopened.entries().append(&entry(EntryKind::Event)).await.unwrap();
    assert!(verify(&reopened, &[head.to_string().parse().unwrap()]).await.unwrap().is_sound());
}

/// Empties every table that is not of the trail.
const FORGET_ALL: &str = "DO $$ DECLARE name text; BEGIN
    FOR name IN SELECT tablename FROM pg_tables WHERE schemaname = current_schema()
        AND tablename NOT IN ('entries', 'trail_head', 'trail_start', '_sqlx_migrations')
    LOOP EXECUTE format('DELETE FROM %I', name); END LOOP;
END $$";

#[tokio::test]
async fn a_role_that_owns_nothing_can_serve_and_not_tamper() {
    let (_owner, place) = fresh(Kind::Postgres).await;
    let role = format!("role_{}", Uuid::new_v4().simple());
    place.database.run(&format!("CREATE ROLE {role} LOGIN")).await;
    // What docs/audit.md says to grant, to this role.
    let documented = include_str!("../../docs/audit.md");
    let grants: Vec<_> = documented.lines().filter(|line| line.starts_with("GRANT ")).collect();
    assert_eq!(grants.len(), 5);
    for grant in grants {
        place.database.run(&grant.replace("TO postern", &format!("TO {role}"))).await;
    }
    let database = place.database.as_role(&role);

    let store = Store::open(database.url()).await.unwrap();
    store.entries().append(&entry(EntryKind::Event)).await.unwrap();
    let reader = Store::open_read_only(database.url()).await.unwrap();
    assert!(verify(&reader, &[]).await.unwrap().is_sound());
    database.try_to_run(FORGET_ALL).await.expect("it may write to every table but those of the trail");

    for statement in [
        "ALTER TABLE entries DISABLE TRIGGER ALL",
        "DROP TRIGGER entries_are_not_changed ON entries",
        "UPDATE entries SET body = '{}'",
        "DELETE FROM entries",
        "TRUNCATE entries",
        "DROP TABLE entries",
        "SET session_replication_role = replica",
    ] {
        let refused = database.try_to_run(statement).await.unwrap_err().to_string();
        assert!(
            refused.contains("must be owner") || refused.contains("permission denied"),
            "{statement}: {refused}"
        );
    }
}
