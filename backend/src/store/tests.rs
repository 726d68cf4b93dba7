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
