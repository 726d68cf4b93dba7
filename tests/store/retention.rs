//! Letting old entries go: the rest is one chain, whatever happens in between.

use backend::audit::AuditLog;
use backend::audit::verify::{Expected, Finding, verify};
use backend::clock::Clock;
use backend::store::{EntryKind, Store};
use jiff::SignedDuration;
use tests::database::Kind;
use tests::on_both_databases;
use uuid::Uuid;

use super::{at, entry, fresh};

on_both_databases![
    old_entries_go_and_the_rest_is_one_chain,
    what_has_no_outcome_keeps_all_behind_it,
    a_death_between_the_note_and_the_deleting_harms_nothing,
    nothing_goes_without_a_word_in_the_trail,
    writers_and_replicas_go_on_meanwhile,
];

const KEPT: SignedDuration = SignedDuration::from_secs(100);

/// Entries that were written at these moments.
async fn written(store: &Store, moments: impl IntoIterator<Item = i64>) {
    for second in moments {
        let mut entry = entry(EntryKind::Refusal);
        entry.at = at(second);
        store.entries().append(&entry).await.unwrap();
    }
}

/// The trail of somebody who keeps entries for a hundred seconds, at this moment.
fn log(store: &Store, now: i64) -> AuditLog {
    let (clock, _) = Clock::by_hand(at(now));
    AuditLog::new(store.clone(), clock).keeping(Some(KEPT))
}

async fn places(store: &Store) -> Vec<i64> {
    let mut entries = store.entries().before(i64::MAX, 1000).await.unwrap();
    entries.reverse();
    entries.into_iter().map(|entry| entry.seq).collect()
}

async fn old_entries_go_and_the_rest_is_one_chain(on: Kind) {
    let (store, _place) = fresh(on).await;
    written(&store, [1000, 1010, 1020, 1090, 1100]).await;
    let noted: Expected = store.entries().head().await.unwrap().to_string().parse().unwrap();
    let last = log(&store, 1150).let_go().await.unwrap().expect("three are too old");
    assert_eq!(last.seq, 3);
    assert_eq!(places(&store).await, [4, 5, 6], "the sixth says that it was shortened");
    let report = verify(&store, std::slice::from_ref(&noted)).await.unwrap();
    assert_eq!((report.findings.as_slice(), report.let_go, report.entries), (&[][..], 3, 3));
    assert_eq!(log(&store, 1150).let_go().await.unwrap(), None, "there is nothing more to let go");
    // The next time the entry that told of this one goes, too.
    written(&store, [1400]).await;
    assert_eq!(log(&store, 1450).let_go().await.unwrap().map(|last| last.seq), Some(6));
    assert!(verify(&store, &[]).await.unwrap().is_sound());
    let forgotten = verify(&store, &[noted]).await.unwrap();
    assert_eq!(forgotten.findings, [Finding::NotedAndLetGo { seq: 5, last: 6 }]);
}

async fn what_has_no_outcome_keeps_all_behind_it(on: Kind) {
    let (store, _place) = fresh(on).await;
    written(&store, [1000]).await;
    store.entries().append(&entry(EntryKind::Intent(Uuid::from_u128(7)))).await.unwrap();
    written(&store, [1020, 1030]).await;
    assert_eq!(log(&store, 2000).let_go().await.unwrap().map(|last| last.seq), Some(1));
    assert_eq!(places(&store).await, [2, 3, 4, 5]);
    store.entries().append(&entry(EntryKind::Outcome(Uuid::from_u128(7)))).await.unwrap();
    assert_eq!(log(&store, 3000).let_go().await.unwrap().map(|last| last.seq), Some(5));
    assert_eq!(places(&store).await, [6, 7], "the last entry stays, however old it is");
    assert!(verify(&store, &[]).await.unwrap().is_sound());
}

async fn a_death_between_the_note_and_the_deleting_harms_nothing(on: Kind) {
    let (store, _place) = fresh(on).await;
    written(&store, (0..10).map(|number| 1000 + number)).await;
    written(&store, [2000]).await;
    let shortened = |last: &backend::store::Head| {
        let mut entry = entry(EntryKind::Event);
        entry.at = at(2000);
        entry.body =
            serde_json::json!({ "event": "trail_shortened", "hash": last.hash, "through": last.seq });
        entry
    };
    let last = store.entries().shorten(at(1500), shortened).await.unwrap().expect("ten are too old");
    assert_eq!(last.seq, 10);
    // It has died, before the first piece, and then between two.
    for deleted in [0, 3] {
        store.entries().forget(deleted).await.unwrap();
        let report = verify(&store, &[]).await.unwrap();
        assert_eq!((report.findings.as_slice(), report.let_go), (&[][..], i64::try_from(deleted).unwrap()));
    }
    assert_eq!(log(&store, 2001).let_go().await.unwrap(), None);
    assert_eq!(places(&store).await, [11, 12], "the next one has gone on");
    assert!(verify(&store, &[]).await.unwrap().is_sound());
}

async fn nothing_goes_without_a_word_in_the_trail(on: Kind) {
    let (store, place) = fresh(on).await;
    written(&store, [1000, 1010, 1020]).await;
    let second = store.entries().before(3, 1).await.unwrap().remove(0);
    let noted = format!("UPDATE trail_start SET seq = 2, hash = '{}'", second.hash);
    for statement in [
        "DELETE FROM entries WHERE seq = 1",
        &noted,
        "DELETE FROM trail_start",
        "UPDATE trail_start SET hash = ''",
    ] {
        let refused = place.database.try_to_run(statement).await.unwrap_err();
        assert!(refused.to_string().contains("append-only"), "{statement}: {refused}");
    }
    // Whoever takes the guards away is found out.
    place.database.disarm().await;
    place.database.run(&noted).await;
    place.database.run("DELETE FROM entries WHERE seq <= 2").await;
    assert_eq!(verify(&store, &[]).await.unwrap().findings, [Finding::Unfounded { seq: 2 }]);
}

async fn writers_and_replicas_go_on_meanwhile(on: Kind) {
    let (store, place) = fresh(on).await;
    let other = Store::open(place.database.url()).await.unwrap();
    written(&store, (0..50).map(|number| 1000 + number)).await;
    let writer = {
        let store = other.clone();
        tokio::spawn(async move { written(&store, (0..50).map(|number| 2000 + number)).await })
    };
    let (one, two) = (log(&store, 2050), log(&other, 2050));
    let (one, two) = futures_util::future::join(one.let_go(), two.let_go()).await;
    assert!(one.unwrap().is_some() || two.unwrap().is_some());
    writer.await.unwrap();
    let report = verify(&other, &[]).await.unwrap();
    assert!(report.is_sound() && report.let_go >= 49, "{report:?}");
}
