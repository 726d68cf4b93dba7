use super::*;

fn first() -> Link {
    Link {
        seq: 1,
        version: 1,
        at: 1_893_488_400_000_000,
        kind: "refusal".to_owned(),
        attempt: None,
        request_id: None,
        actor: r#"{"actor":"postern"}"#.to_owned(),
        body: r#"{"why":["Übergröße"]}"#.to_owned(),
        prev: NOTHING_BEFORE.to_owned(),
        hash: String::new(),
    }
}

#[test]
fn the_hash_is_the_one_that_the_documentation_gives_for_its_example() {
    let hash = "56e9ec7b53dc2b466cc195eb44fbd68f0670218937bdb5fd14b76f12a3f2e5ff";
    assert_eq!(first().expected_hash().as_deref(), Some(hash));
    assert!(include_str!("../../../../docs/audit.md").contains(hash));
}

#[test]
fn every_column_is_in_the_hash() {
    let changes: [fn(&mut Link); 8] = [
        |link| link.seq = 2,
        |link| link.at += 1,
        |link| link.kind = "event".to_owned(),
        |link| link.attempt = Some(String::new()),
        |link| link.request_id = Some(String::new()),
        |link| link.actor.push(' '),
        |link| link.body.push(' '),
        |link| link.prev = "1".repeat(64),
    ];
    for change in changes {
        let mut other = first();
        change(&mut other);
        assert_ne!(other.expected_hash(), first().expected_hash(), "{other:?}");
    }
}

#[test]
fn what_moves_from_one_column_into_the_next_is_noticed() {
    let here = Link { attempt: Some("ab".to_owned()), request_id: Some("c".to_owned()), ..first() };
    let there = Link { attempt: Some("a".to_owned()), request_id: Some("bc".to_owned()), ..first() };
    let nowhere = Link { attempt: Some("-,".to_owned()), request_id: None, ..first() };
    let hashes = [&here, &there, &nowhere, &first()].map(Link::expected_hash);
    for (index, hash) in hashes.iter().enumerate() {
        assert!(!hashes[..index].contains(hash));
    }
}

#[test]
fn a_version_that_nobody_knows_has_no_hash() {
    assert_eq!(Link { version: 2, ..first() }.expected_hash(), None);
}
