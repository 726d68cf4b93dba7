mod shortened;

use proptest::prelude::*;

use super::*;

/// A sound trail of so many entries, and its head.
fn trail(length: i64) -> (Vec<Link>, Head) {
    let mut head = Head { seq: 0, hash: NOTHING_BEFORE.to_owned() };
    let mut links = Vec::new();
    for seq in 1..=length {
        let link = sealed(Link {
            seq,
            version: 1,
            at: 1_000_000 * seq,
            kind: "refusal".to_owned(),
            attempt: None,
            request_id: None,
            actor: r#"{"actor":"postern"}"#.to_owned(),
            body: format!(r#"{{"why":["reason {seq}"]}}"#),
            prev: head.hash,
            hash: String::new(),
        });
        head = Head { seq, hash: link.hash.clone() };
        links.push(link);
    }
    (links, head)
}

/// The entry with the hash that fits it.
fn sealed(link: Link) -> Link {
    Link { hash: link.expected_hash().unwrap(), ..link }
}

fn check(links: &[Link], head: Option<Head>, expected: &[Expected]) -> Report {
    let mut chain = Chain::new(head, expected);
    for link in links {
        chain.see(link.clone());
    }
    chain.end(true)
}

fn findings(links: &[Link], head: Head) -> Vec<Finding> {
    check(links, Some(head), &[]).findings
}

/// Every way to change one column.
fn changes() -> impl Strategy<Value = fn(&mut Link)> {
    let changes: [fn(&mut Link); 9] = [
        |link| link.version = 2,
        |link| link.at -= 1,
        |link| link.kind = "event".to_owned(),
        |link| link.attempt = Some("a".to_owned()),
        |link| link.request_id = Some("r".to_owned()),
        |link| link.actor = r#"{"actor":"nobody"}"#.to_owned(),
        |link| link.body = r#"{"why":[]}"#.to_owned(),
        |link| link.prev = "1".repeat(64),
        |link| link.hash = "2".repeat(64),
    ];
    prop::sample::select(changes.to_vec())
}

/// A length, and two places within it.
fn places() -> impl Strategy<Value = (i64, usize, usize)> {
    (2..40_i64).prop_flat_map(|length| {
        let place = 0..usize::try_from(length).unwrap();
        (Just(length), place.clone(), place)
    })
}

fn seq(index: usize) -> i64 {
    i64::try_from(index).unwrap() + 1
}

#[test]
fn an_empty_trail_is_sound() {
    let (links, head) = trail(0);
    assert!(check(&links, Some(head), &[]).is_sound());
}

proptest! {
    #[test]
    fn a_trail_that_nobody_touched_is_sound(length in 0..40_i64, noted in 0..40_i64) {
        let (links, head) = trail(length);
        let noted = links.iter().find(|link| link.seq == noted);
        let noted: Vec<Expected> =
            noted.iter().map(|link| format!("{}:{}", link.seq, link.hash).parse().unwrap()).collect();
        let report = check(&links, Some(head.clone()), &noted);
        prop_assert!(report.is_sound(), "{:?}", report.findings);
        prop_assert_eq!(report.last, head);
    }

    #[test]
    fn a_changed_column_names_its_entry((length, index, _) in places(), change in changes()) {
        let (mut links, head) = trail(length);
        change(&mut links[index]);
        let named = match links[index].version {
            1 => Finding::Changed { seq: seq(index) },
            version => Finding::UnknownVersion { seq: seq(index), version },
        };
        prop_assert_eq!(findings(&links, head), [named]);
    }

    #[test]
    fn a_changed_entry_with_a_new_hash_is_named((length, index, _) in places(), change in changes()) {
        let (mut links, head) = trail(length);
        change(&mut links[index]);
        links[index].version = 1;
        links[index] = sealed(links[index].clone());
        prop_assume!(links != trail(length).0);
        let found = findings(&links, head);
        let named = match seq(index) {
            seq if seq == length && found != [Finding::Replaced { seq }] => Finding::NotTheHead { seq },
            seq => Finding::Replaced { seq },
        };
        prop_assert_eq!(found, [named]);
    }

    #[test]
    fn removed_entries_are_named((length, one, other) in places()) {
        let (first, last) = (one.min(other), one.max(other));
        let (mut links, head) = trail(length);
        links.drain(first..=last);
        let (first, last) = (seq(first), seq(last));
        let named = match last {
            _ if last == length => Finding::CutOff { first, last },
            _ => Finding::Missing { first, last },
        };
        prop_assert_eq!(findings(&links, head), [named]);
    }

    #[test]
    fn entries_that_moved_up_into_the_place_of_one_are_named((length, index, _) in places()) {
        let (mut links, head) = trail(length);
        links.remove(index);
        for link in &mut links[index..] {
            link.seq -= 1;
        }
        let moved = (seq(index)..length).map(|seq| Finding::Moved { seq, from: seq + 1 });
        let cut = Finding::CutOff { first: length, last: length };
        prop_assert_eq!(findings(&links, head), moved.chain([cut]).collect::<Vec<_>>());
    }

    #[test]
    fn two_entries_that_changed_places_are_named((length, one, other) in places()) {
        prop_assume!(one != other);
        let (mut links, head) = trail(length);
        links.swap(one, other);
        for index in [one, other] {
            links[index].seq = seq(index);
        }
        let moved = |index: usize, from| Finding::Moved { seq: seq(index), from: seq(from) };
        let (first, last) = (one.min(other), one.max(other));
        prop_assert_eq!(findings(&links, head), [moved(first, last), moved(last, first)]);
    }

    #[test]
    fn an_entry_that_was_pushed_in_is_named((length, index, _) in places(), chained in any::<bool>()) {
        let (mut links, head) = trail(length);
        for link in &mut links[index..] {
            link.seq += 1;
        }
        let prev = if chained { links[index].prev.clone() } else { "1".repeat(64) };
        let pushed = Link { seq: seq(index), body: r#"{"why":["none"]}"#.to_owned(), prev, ..links[index].clone() };
        links.insert(index, sealed(pushed));
        let inserted = Finding::Inserted { seq: seq(index) };
        let moved = (seq(index) + 1..=length + 1).map(|seq| Finding::Moved { seq, from: seq - 1 });
        let added = Finding::Added { first: length + 1, last: length + 1 };
        let expected = [inserted].into_iter().chain(moved).chain([added]);
        prop_assert_eq!(findings(&links, head), expected.collect::<Vec<_>>());
    }

    #[test]
    fn entries_behind_the_head_are_named((length, index, _) in places()) {
        let (links, _) = trail(length);
        let head = Head { seq: seq(index), hash: links[index].hash.clone() };
        let found = findings(&links, head);
        if seq(index) == length {
            prop_assert!(found.is_empty());
        } else {
            prop_assert_eq!(found, [Finding::Added { first: seq(index) + 1, last: length }]);
        }
    }

    #[test]
    fn a_trail_that_was_written_anew_from_an_entry_on_is_betrayed_by_a_noted_head(
        (length, index, noted) in places(),
    ) {
        let (links, old) = trail(length);
        let mut anew = links.clone();
        anew[index].body = r#"{"why":["another"]}"#.to_owned();
        for at in index..anew.len() {
            if at > index {
                anew[at].prev = anew[at - 1].hash.clone();
            }
            anew[at] = sealed(anew[at].clone());
        }
        let head = Head { hash: anew.last().unwrap().hash.clone(), ..old };
        prop_assert!(check(&anew, Some(head.clone()), &[]).is_sound());
        let expected: Expected = format!("{}:{}", seq(noted), links[noted].hash).parse().unwrap();
        let report = check(&anew, Some(head), &[expected]);
        if noted < index {
            prop_assert!(report.is_sound(), "nothing was changed that far back");
        } else {
            prop_assert_eq!(report.findings, [Finding::NotAsNoted { seq: seq(noted) }]);
        }
    }
}

#[test]
fn a_trail_that_lost_its_tail_and_its_memory_of_it_is_betrayed_by_a_noted_head() {
    let (mut links, head) = trail(5);
    links.truncate(3);
    let shorter = Head { seq: 3, hash: links[2].hash.clone() };
    let expected = [format!("{head}").parse().unwrap()];
    assert_eq!(
        check(&links, Some(shorter), &expected).findings,
        [Finding::NotedAndMissing { seq: 5, last: 3 }]
    );
}

#[test]
fn a_head_that_is_gone_is_told() {
    let (links, _) = trail(3);
    assert_eq!(check(&links, None, &[]).findings, [Finding::NoHead]);
}

#[test]
fn an_entry_before_the_first_is_told() {
    let (mut links, head) = trail(2);
    links.insert(0, Link { seq: 0, ..links[0].clone() });
    assert_eq!(findings(&links, head), [Finding::BeforeTheFirst { seq: 0 }]);
}

#[test]
fn of_a_trail_that_is_wrong_all_over_the_rest_is_counted() {
    let (mut links, head) = trail(1500);
    for link in &mut links {
        link.body.push(' ');
    }
    let report = check(&links, Some(head), &[]);
    assert_eq!((report.findings.len(), report.untold), (1000, 500));
}

#[test]
fn a_noted_head_is_read_as_the_log_has_it() {
    let (_, head) = trail(3);
    assert_eq!(head.to_string().to_uppercase().parse::<Expected>(), Ok(Expected(head.clone())));
    for wrong in ["", "3", "3:", "3:abc", "x:00", &format!("-1:{}", head.hash), &format!("3:{}0", head.hash)]
    {
        assert_eq!(wrong.parse::<Expected>(), Err(NotAHead), "{wrong}");
    }
}
