use super::*;

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

#[tokio::test]
async fn a_database_in_memory_outlives_whoever_hangs_up() {
    let store = Store::in_memory().await.unwrap();
    for polls in (0..8).cycle().take(400) {
        // Goes as far as it gets while others get their turn so often, and no further.
        let mut asked = std::pin::pin!(store.ping());
        for _ in 0..polls {
            if futures_util::poll!(&mut asked).is_ready() {
                break;
            }
            tokio::task::yield_now().await;
        }
    }
    store.ping().await.unwrap();
}
