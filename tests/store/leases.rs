//! Turns, which only one has at a time.

use jiff::{SignedDuration, Timestamp};
use tests::database::Kind;
use uuid::Uuid;

use super::fresh;

async fn a_turn_that_somebody_else_had_is_not_gone_on_with(on: Kind) {
    let (store, _place) = fresh(on).await;
    let leases = store.leases();
    let at = |seconds| Timestamp::UNIX_EPOCH + SignedDuration::from_secs(seconds);
    let (ours, theirs) = (Uuid::new_v4(), Uuid::new_v4());
    assert!(leases.take("a", ours, at(0), at(10)).await.unwrap());
    assert!(!leases.take("a", theirs, at(9), at(19)).await.unwrap());
    assert!(leases.renew("a", ours, at(20)).await.unwrap());
    assert!(!leases.renew("a", theirs, at(20)).await.unwrap());
    // Theirs came and went meanwhile, and whoever slept cannot know.
    assert!(leases.take("a", theirs, at(20), at(30)).await.unwrap());
    assert!(!leases.renew("a", ours, at(30)).await.unwrap());
    leases.give_back("a", theirs).await.unwrap();
    assert!(!leases.renew("a", ours, at(30)).await.unwrap());
    assert!(leases.take("b", ours, at(0), at(10)).await.unwrap());
    assert!(leases.renew("b", ours, at(30)).await.unwrap(), "late, and nobody else had it");
}

#[tokio::test]
async fn a_turn_that_somebody_else_had_is_not_gone_on_with_on_sqlite() {
    a_turn_that_somebody_else_had_is_not_gone_on_with(Kind::Sqlite).await;
}

#[tokio::test]
async fn a_turn_that_somebody_else_had_is_not_gone_on_with_on_postgres() {
    a_turn_that_somebody_else_had_is_not_gone_on_with(Kind::Postgres).await;
}
