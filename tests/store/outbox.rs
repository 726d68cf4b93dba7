//! What others are to be told: taken from the trail once, and seen to by one at a time.

use backend::store::{Entry, EntryKind, NewLetter, OutboxTable, Store};
use tests::database::Kind;
use tests::on_both_databases;
use uuid::Uuid;

use super::{at, entry, fresh};

fn letter(entry: &Entry, _: Option<&Entry>) -> Vec<NewLetter> {
    let body = entry.seq.to_string();
    vec![NewLetter { target: "x".to_owned(), recipient: String::new(), body }]
}

async fn add(store: &Store) {
    store.entries().append(&entry(EntryKind::Event)).await.unwrap();
}

/// The entries that `holder` may tell of at a moment, for ten seconds.
async fn claimed(store: &Store, holder: Uuid, second: i64) -> Vec<i64> {
    let claimed = store.outbox().claim("x", holder, (at(second), at(second + 10)), 10).await.unwrap();
    claimed.iter().map(|letter| letter.seq).collect()
}

async fn what_is_added_after_the_beginning_is_told_once(on: Kind) {
    let (store, _place) = fresh(on).await;
    let outbox = store.outbox();
    add(&store).await;
    outbox.begin().await.unwrap();
    assert_eq!(outbox.fill(10, at(2), letter).await.unwrap(), 0);
    for _ in 0..3 {
        add(&store).await;
    }
    outbox.begin().await.unwrap();
    // Two at once, as two replicas would.
    let (one, other) = tokio::join!(outbox.fill(2, at(6), letter), outbox.fill(2, at(6), letter));
    assert_eq!(one.unwrap() + other.unwrap(), 3);
    assert_eq!(outbox.fill(2, at(7), letter).await.unwrap(), 0);
    assert_eq!(claimed(&store, Uuid::new_v4(), 7).await, [2, 3, 4]);
}

async fn only_one_sees_to_it_until_its_time_is_over(on: Kind) {
    let (store, _place) = fresh(on).await;
    let outbox = store.outbox();
    outbox.begin().await.unwrap();
    add(&store).await;
    outbox.fill(10, at(1), letter).await.unwrap();
    let (one, other) = (Uuid::new_v4(), Uuid::new_v4());

    let claims = [outbox.claim("x", one, (at(2), at(12)), 9), outbox.claim("x", other, (at(2), at(12)), 9)];
    let [a, b] = futures_util::future::join_all(claims).await.try_into().unwrap();
    let letters = [a.unwrap(), b.unwrap()].concat();
    let [first] = &letters[..] else { panic!("{letters:?}") };
    assert_eq!(claimed(&store, other, 11).await, [0; 0]);

    // Whoever had it died: it goes to the next one, under the same name.
    let again = outbox.claim("x", other, (at(12), at(22)), 9).await.unwrap();
    assert_eq!(again[0].id, first.id);
    outbox.postpone(first.id, other, at(50)).await.unwrap();
    assert_eq!(claimed(&store, one, 49).await, [0; 0]);
    // Whoever comes late with what became of it has no say.
    outbox.delivered(first.id, Uuid::new_v4(), Some(&entry(EntryKind::Event))).await.unwrap();
    let again = outbox.claim("x", one, (at(50), at(60)), 9).await.unwrap();
    assert_eq!(again[0].tries, 1);
    let before = store.entries().head().await.unwrap().seq;
    outbox.delivered(first.id, one, Some(&entry(EntryKind::Event))).await.unwrap();
    outbox.delivered(first.id, one, Some(&entry(EntryKind::Event))).await.unwrap();
    assert_eq!(outbox.count().await.unwrap(), 0);
    assert_eq!(store.entries().head().await.unwrap().seq, before + 1, "it is on record once");
}

async fn what_is_too_much_waits_in_the_trail(on: Kind) {
    let (store, place) = fresh(on).await;
    let outbox = store.outbox();
    outbox.begin().await.unwrap();
    add(&store).await;
    let many = OutboxTable::MOST;
    place
        .database
        .run(&format!(
            "INSERT INTO outbox (id, target, recipient, seq, body, created_at, next_at, tries, holder, held_until)
             WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {many})
             SELECT 'id' || i, 'y', '', i, '', 0, 0, 0, '', 0 FROM n"
        ))
        .await;
    assert_eq!(outbox.fill(10, at(2), letter).await.unwrap(), 0);
    place.database.run("DELETE FROM outbox WHERE target = 'y'").await;
    assert_eq!(outbox.fill(10, at(2), letter).await.unwrap(), 1);
}

async fn what_is_given_up_is_on_record_once(on: Kind) {
    let (store, _place) = fresh(on).await;
    let outbox = store.outbox();
    outbox.begin().await.unwrap();
    add(&store).await;
    outbox.fill(10, at(1), letter).await.unwrap();
    let left = outbox.left_since(at(1), at(2), 9).await.unwrap();
    assert!(outbox.give_up(left[0].id, &entry(EntryKind::Event)).await.unwrap());
    assert!(!outbox.give_up(left[0].id, &entry(EntryKind::Event)).await.unwrap());
    assert_eq!(store.entries().head().await.unwrap().seq, 2);
}

on_both_databases!(
    what_is_added_after_the_beginning_is_told_once,
    only_one_sees_to_it_until_its_time_is_over,
    what_is_too_much_waits_in_the_trail,
    what_is_given_up_is_on_record_once,
);
