//! `join`.

use serde_json::{Value, json};

use super::{World, ask, refusal};
use crate::kql::Code;

fn people_and_pets() -> World {
    World(vec![
        (
            "resources",
            json!([
                {"id": "1", "name": "ann", "kind": "x"},
                {"id": "2", "name": "bob", "kind": "x"},
                {"id": "3", "name": "cy"},
            ]),
        ),
        (
            "resourcecontainers",
            json!([
                {"id": "1", "name": "cat", "location": "here"},
                {"id": "1", "name": "dog", "location": "there"},
                {"id": "9", "name": "eel", "location": "sea"},
            ]),
        ),
    ])
}

fn joined(kind: &str) -> Value {
    let query = format!(
        "resources | project id, name | join {kind} (resourcecontainers | project id, name, n = strlen(location)) on id"
    );
    ask(&query, &people_and_pets())
}

#[test]
fn an_inner_join_keeps_every_pair_and_renames_what_is_taken() {
    assert_eq!(
        joined("kind=inner"),
        json!([
            {"id": "1", "name": "ann", "id1": "1", "name1": "cat", "n": 4},
            {"id": "1", "name": "ann", "id1": "1", "name1": "dog", "n": 5},
        ])
    );
}

#[test]
fn a_left_outer_join_keeps_the_left_and_leaves_strings_empty() {
    let answer = joined("kind=leftouter");
    assert_eq!(answer.as_array().map(Vec::len), Some(4));
    assert_eq!(answer[2], json!({"id": "2", "name": "bob", "id1": "", "name1": "", "n": null}));
}

#[test]
fn a_full_outer_join_keeps_both() {
    let answer = joined("kind = fullouter");
    assert_eq!(answer.as_array().map(Vec::len), Some(5));
    assert_eq!(answer[4], json!({"id": "", "name": "", "id1": "9", "name1": "eel", "n": 3}));
}

#[test]
fn without_a_kind_the_left_side_is_made_unique_by_key() {
    let query = "resources | project kind, name
        | join (resources | project kind, other = name) on kind
        | where kind == 'x' | project name, other";
    assert_eq!(
        ask(query, &people_and_pets()),
        json!([{"name": "ann", "other": "ann"}, {"name": "ann", "other": "bob"}])
    );
}

#[test]
fn keys_may_have_different_names_on_either_side() {
    let query = "resources | project person = id, name
        | join kind=inner (resourcecontainers | project owner = id, pet = name) on $right.owner == $left.person
        | project name, pet";
    assert_eq!(
        ask(query, &people_and_pets()),
        json!([{"name": "ann", "pet": "cat"}, {"name": "ann", "pet": "dog"}])
    );
}

#[test]
fn all_keys_must_match() {
    let query = "resources | join kind=inner (resources | extend name = iff(name == 'ann', name, '')) on id, name | count";
    assert_eq!(ask(query, &people_and_pets()), json!([{"Count": 1}]));
}

#[test]
fn the_right_side_may_be_a_bare_table() {
    assert_eq!(
        ask("resources | join kind=inner resourcecontainers on id | count", &people_and_pets()),
        json!([{"Count": 2}])
    );
}

#[test]
fn a_second_join_counts_on_in_its_names() {
    let query = "resources | project id | join kind=inner (resources | project id) on id
        | join kind=inner (resources | project id) on id | take 1";
    assert_eq!(ask(query, &people_and_pets()), json!([{"id": "1", "id1": "1", "id2": "1"}]));
}

#[test]
fn a_dynamic_cannot_be_a_key() {
    let invalid = refusal("resources | extend k = tags.a | join (resources | extend k = name) on k");
    assert!(invalid.message.contains("join key 'k' is of a 'dynamic' type"), "{invalid}");
}

#[test]
fn keys_of_different_types_do_not_match() {
    let invalid = refusal("resources | extend k = 1 | join (resources | extend k = name) on k");
    assert!(invalid.message.contains("long and string"), "{invalid}");
}

#[test]
fn a_key_must_be_on_both_sides() {
    let invalid = refusal("resources | join (resources | project other = id) on id");
    assert_eq!(invalid.token, "id");
    assert!(invalid.message.contains("Failed to resolve"), "{invalid}");
}

#[test]
fn a_query_may_join_three_times_and_no_more() {
    let join = " | join kind=leftouter (resources | project id) on id";
    assert_eq!(
        ask(&format!("resources{} | count", join.repeat(3)), &people_and_pets()),
        json!([{"Count": 3}])
    );
    assert!(refusal(&format!("resources{}", join.repeat(4))).message.contains("at most 3 joins"));
}

#[test]
fn a_query_may_expand_three_times_and_no_more() {
    let inner = "resources | mv-expand zones | mv-expand tags";
    let query = format!("resources | mv-expand zones | mv-expand tags | join ({inner}) on id");
    assert!(refusal(&query).message.contains("at most 3 mv-expand"));
}

#[test]
fn only_one_join_may_reach_another_table() {
    let world = World(vec![
        ("resources", json!([{"id": "1"}])),
        ("resourcecontainers", json!([{"id": "1"}])),
        ("securityresources", json!([{"id": "1"}])),
    ]);
    let one = "resources | join (securityresources | project id) on id";
    assert_eq!(ask(&format!("{one} | count"), &world), json!([{"Count": 1}]));
    let free = " | join (resourcecontainers | project id) on id";
    assert_eq!(ask(&format!("resources{free}{free} | count"), &world), json!([{"Count": 1}]));
    let two = refusal(&format!("{one} | join (policyresources | project id) on id"));
    assert_eq!(two.code, Code::DisallowedMaxNumberOfRemoteTables);
}
