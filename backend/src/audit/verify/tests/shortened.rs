//! Trails whose oldest entries were let go.

use super::*;

/// What is found in a trail that is said to begin after its entry `start`.
fn shortened(links: &[Link], head: Head, start: Head, expected: &[Expected]) -> Report {
    let mut chain = Chain::new(Some(head), expected).beginning_after(Some(start));
    for link in links {
        chain.see(link.clone());
    }
    chain.end(true)
}

/// A trail of ten entries, of which the last says that it was shortened up to the fourth.
fn to_be_shortened() -> (Vec<Link>, Head, Head) {
    let (mut links, _) = trail(9);
    let start = Head { seq: 4, hash: links[3].hash.clone() };
    let body = format!(r#"{{"event":"trail_shortened","hash":"{}","through":4}}"#, start.hash);
    let before = links[8].clone();
    links.push(sealed(Link { seq: 10, kind: "event".to_owned(), body, prev: before.hash.clone(), ..before }));
    let head = Head { seq: 10, hash: links[9].hash.clone() };
    (links, head, start)
}

#[test]
fn a_trail_that_says_where_it_was_shortened_is_sound_however_far_that_has_come() {
    let (links, head, start) = to_be_shortened();
    for left in 0..=4 {
        let report = shortened(&links[left..], head.clone(), start.clone(), &[]);
        assert_eq!(report.findings, [], "{left}");
        assert_eq!(report.let_go, i64::try_from(left).unwrap());
    }
}

#[test]
fn a_trail_that_was_shortened_further_or_without_a_word_is_not() {
    let (links, head, start) = to_be_shortened();
    let further = shortened(&links[6..], head.clone(), start.clone(), &[]);
    assert_eq!(further.findings, [Finding::Missing { first: 5, last: 6 }]);
    // The note alone says nothing, and neither does one of another entry.
    let (silent, silent_head) = trail(10);
    let said = Head { seq: 4, hash: silent[3].hash.clone() };
    let report = shortened(&silent[4..], silent_head, said, &[]);
    assert_eq!(report.findings, [Finding::Unfounded { seq: 4 }]);
    let moved = Head { seq: 5, hash: links[4].hash.clone() };
    assert_eq!(shortened(&links[5..], head.clone(), moved, &[]).findings, [Finding::Unfounded { seq: 5 }]);
    // Entries that were to go may not be others meanwhile.
    let mut changed = links.clone();
    changed[2].body = "{}".to_owned();
    let report = shortened(&changed[1..], head, start, &[]);
    assert_eq!(report.findings, [Finding::Changed { seq: 3 }]);
}

#[test]
fn what_was_noted_of_an_entry_that_is_gone_is_said_to_be_unknown() {
    let (links, head, start) = to_be_shortened();
    let noted = |index: usize| Expected(Head { seq: seq(index), hash: links[index].hash.clone() });
    let report = shortened(&links[4..], head, start, &[noted(1), noted(3), noted(5)]);
    assert_eq!(report.findings, [Finding::NotedAndLetGo { seq: 2, last: 4 }], "the fourth is still known");
}
