//! Operators that keep, drop, name and sort.

use std::cell::RefCell;

use serde_json::{Map, Value, json};

use super::{World, ask, resources};
use crate::kql::{Tables, answer};

fn three() -> World {
    resources(json!([
        {"id": "/b", "name": "B", "tags": {"n": 2}},
        {"id": "/a", "name": "a", "tags": {"n": 10}},
        {"id": "/c", "name": "c", "tags": {}},
    ]))
}

#[test]
fn where_keeps_what_is_true_and_not_what_is_null() {
    let answer = ask("resources | where tags.n > 5 | project id", &three());
    assert_eq!(answer, json!([{"id": "/a"}]));
}

#[test]
fn where_in_a_row_narrows_further() {
    let answer = ask("resources | where id != '/a' | where name =~ 'b' | project id", &three());
    assert_eq!(answer, json!([{"id": "/b"}]));
}

#[test]
fn extend_adds_columns_and_replaces_those_of_the_same_name() {
    let answer =
        ask("resources | take 1 | extend name = tolower(name), old = name | project name, old", &three());
    assert_eq!(answer, json!([{"name": "b", "old": "B"}]));
}

#[test]
fn an_unnamed_path_is_named_after_itself() {
    let query =
        "resources | take 1 | project tags.n, tostring(tags.n), zones[0].a, toupper(name), tolower(name)";
    let answer = ask(query, &three());
    assert_eq!(
        answer,
        json!([{"tags_n": 2, "tags_n1": "2", "zones_0_a": null, "Column1": "B", "Column2": "b"}])
    );
}

#[test]
fn project_away_drops_by_name_and_by_pattern() {
    let query =
        "resources | take 1 | project id, name, tagA = 1, tagB = 2, zones | project-away name, tag*, z*e*s";
    assert_eq!(ask(query, &three()), json!([{"id": "/b"}]));
}

#[test]
fn order_is_descending_unless_told() {
    let names = |query: &str| ask(&format!("resources | {query} | project name"), &three());
    assert_eq!(names("order by name"), json!([{"name": "c"}, {"name": "a"}, {"name": "B"}]));
    assert_eq!(names("sort by name asc"), json!([{"name": "B"}, {"name": "a"}, {"name": "c"}]));
    assert_eq!(names("sort by tolower(name) desc"), json!([{"name": "c"}, {"name": "B"}, {"name": "a"}]));
}

#[test]
fn numbers_sort_as_numbers_with_nulls_first_when_ascending() {
    let ids =
        |order: &str| ask(&format!("resources | order by toint(tags.n) {order} | project id"), &three());
    assert_eq!(ids("asc"), json!([{"id": "/c"}, {"id": "/b"}, {"id": "/a"}]));
    assert_eq!(ids("desc"), json!([{"id": "/a"}, {"id": "/b"}, {"id": "/c"}]));
    assert_eq!(ids("asc nulls last"), json!([{"id": "/b"}, {"id": "/a"}, {"id": "/c"}]));
    assert_eq!(ids("desc nulls first"), json!([{"id": "/c"}, {"id": "/a"}, {"id": "/b"}]));
}

#[test]
fn later_keys_decide_between_equals() {
    let answer = ask("resources | order by isnull(tags.n) asc, name desc | project id", &three());
    assert_eq!(answer, json!([{"id": "/a"}, {"id": "/b"}, {"id": "/c"}]));
}

#[test]
fn take_limit_and_top_keep_the_first() {
    assert_eq!(ask("resources | take 2 | count", &three()), json!([{"Count": 2}]));
    assert_eq!(ask("resources | limit 99 | count", &three()), json!([{"Count": 3}]));
    assert_eq!(ask("resources | top 1 by id asc | project id", &three()), json!([{"id": "/a"}]));
}

#[test]
fn distinct_keeps_each_combination_once() {
    let world = resources(
        json!([{"name": "a", "kind": "x"}, {"name": "b", "kind": "x"}, {"name": "a", "kind": "x"}]),
    );
    assert_eq!(ask("resources | distinct kind", &world), json!([{"kind": "x"}]));
    assert_eq!(
        ask("resources | distinct name, kind", &world),
        json!([{"name": "a", "kind": "x"}, {"name": "b", "kind": "x"}])
    );
    assert_eq!(ask("resources | project name, kind | distinct * | count", &world), json!([{"Count": 2}]));
    assert_eq!(ask("resources | distinct upper = toupper(name) | take 1", &world), json!([{"upper": "A"}]));
}

#[test]
fn table_names_ignore_case() {
    assert_eq!(ask("Resources | count", &three()), json!([{"Count": 3}]));
}

#[test]
fn the_table_may_be_left_out() {
    assert_eq!(ask("where name == 'a' | project id", &three()), json!([{"id": "/a"}]));
    assert_eq!(ask("mv-expand zones | count", &three()), json!([{"Count": 3}]));
}

#[test]
fn comments_end_with_their_line() {
    let query = "// all of them\nresources // the table\n| count // 'unclosed";
    assert_eq!(ask(query, &three()), json!([{"Count": 3}]));
}

#[test]
fn quoted_columns_are_columns() {
    assert_eq!(
        ask("resources | extend ['my name'] = name | take 1 | project x = ['my name']", &three()),
        json!([{"x": "B"}])
    );
}

#[test]
fn members_of_a_row_that_are_no_columns_are_not_seen() {
    let answer = ask("resources | count", &resources(json!([{"id": "/a", "etag": "W/1"}])));
    assert_eq!(answer, json!([{"Count": 1}]));
    let row = ask("resources", &resources(json!([{"id": "/a", "etag": "W/1"}])));
    assert_eq!(row[0].as_object().expect("a row").len(), 16);
}

#[test]
fn a_kept_answer_gives_its_pages() {
    let kept = answer("resources | project id | order by id asc", &three()).expect("a right query");
    assert_eq!(json!(kept.page(0, 2)), json!([{"id": "/a"}, {"id": "/b"}]));
    assert_eq!(json!(kept.page(2, 2)), json!([{"id": "/c"}]));
    assert_eq!(kept.page(4, 2), []);
}

#[test]
fn a_query_that_begins_with_a_type_asks_for_that_type_alone() {
    struct Asked(RefCell<Vec<String>>);
    impl Tables for Asked {
        fn rows(&self, table: &str) -> Option<Vec<Map<String, Value>>> {
            self.0.borrow_mut().push(table.to_owned());
            Some(Vec::new())
        }
        fn rows_of_type(&self, table: &str, resource_type: &str) -> Option<Vec<Map<String, Value>>> {
            self.rows(&format!("{table} of {resource_type}"))
        }
    }
    let asked = |query: &str| {
        let tables = Asked(RefCell::default());
        answer(query, &tables).expect("a right query");
        tables.0.into_inner()
    };
    assert_eq!(asked("Resources | where type =~ 'A/B'"), ["resources of a/b"]);
    assert_eq!(asked("resources | where type == 'a/b' and name == 'x'"), ["resources of a/b"]);
    assert_eq!(asked("resources | where type != 'a/b'"), ["resources"]);
    assert_eq!(asked("resources | where type == 'a/b' or name == 'x'"), ["resources"]);
    assert_eq!(
        asked("resources | where type == 'a/b' | join (resources | where type == 'c/d') on id"),
        ["resources of a/b", "resources of c/d"]
    );
}
