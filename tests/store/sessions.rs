//! Who is signed in.

use backend::store::SessionRow;
use tests::database::Kind;
use tests::on_both_databases;

use super::{at, fresh, person};

on_both_databases![a_session_is_touched_deleted_and_swept, of_two_replicas_the_first_to_seal_anew_wins];

fn session(id: &str) -> SessionRow {
    SessionRow {
        id_hash: id.to_owned(),
        person: person("olga"),
        sid: None,
        created_at: at(1000),
        last_seen_at: at(1000),
        expires_at: at(9000),
        payload: vec![0, 1, 255],
    }
}

async fn a_session_is_touched_deleted_and_swept(on: Kind) {
    let (store, _place) = fresh(on).await;
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

async fn of_two_replicas_the_first_to_seal_anew_wins(on: Kind) {
    let (store, _place) = fresh(on).await;
    for id in ["a", "b"] {
        store.sessions().insert(&session(id)).await.unwrap();
    }
    let read = store.sessions().get("a").await.unwrap().unwrap();
    assert!(store.sessions().replace_payload(&read, &[1]).await.unwrap());
    assert!(!store.sessions().replace_payload(&read, &[2]).await.unwrap());
    assert_eq!(store.sessions().get("a").await.unwrap().unwrap().payload, [1]);
    assert_eq!(store.sessions().get("b").await.unwrap(), Some(session("b")));
}
