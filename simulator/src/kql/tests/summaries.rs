//! `summarize`.

use serde_json::json;

use super::{World, ask, refusal, resources};

fn machines() -> World {
    resources(json!([
        {"id": "/a", "name": "a", "location": "west", "tags": {"cpus": 4}},
        {"id": "/b", "name": "b", "location": "west", "tags": {"cpus": 2}},
        {"id": "/c", "name": "c", "location": "north", "tags": {}},
    ]))
}

#[test]
fn rows_are_counted_by_group() {
    assert_eq!(
        ask("resources | summarize count() by location", &machines()),
        json!([{"location": "west", "count_": 2}, {"location": "north", "count_": 1}])
    );
}

#[test]
fn without_groups_there_is_one_row_even_of_nothing() {
    assert_eq!(ask("resources | summarize n = count()", &machines()), json!([{"n": 3}]));
    let query = "resources | summarize count(), max(name), max(toint(tags.n)), make_list(name)";
    assert_eq!(
        ask(query, &resources(json!([]))),
        json!([{"count_": 0, "max_name": "", "max_tags_n": null, "list_name": []}])
    );
    assert_eq!(ask("resources | summarize count() by name", &resources(json!([]))), json!([]));
}

#[test]
fn groups_may_be_expressions_and_named() {
    let query = "resources | summarize n = count() by known = isnotnull(tags.cpus), tostring(tags.cpus) | where known";
    assert_eq!(
        ask(query, &machines()),
        json!([{"known": true, "tags_cpus": "4", "n": 1}, {"known": true, "tags_cpus": "2", "n": 1}])
    );
}

#[test]
fn nulls_do_not_count() {
    let query = "resources | extend cpus = toint(tags.cpus)
        | summarize sum(cpus), min(cpus), max(cpus), make_list(cpus), dcount(cpus), many = countif(cpus > 2)";
    assert_eq!(
        ask(query, &machines()),
        json!([{"sum_cpus": 6, "min_cpus": 2, "max_cpus": 4, "list_cpus": [4, 2], "dcount_cpus": 2, "many": 1}])
    );
}

#[test]
fn a_set_holds_each_value_once() {
    assert_eq!(
        ask("resources | summarize make_set(location)", &machines()),
        json!([{"set_location": ["west", "north"]}])
    );
}

#[test]
fn the_row_with_the_most_comes_whole() {
    let query = "resources | project name, location, cpus = toint(tags.cpus) | summarize arg_max(cpus, *) by location";
    assert_eq!(
        ask(query, &machines()),
        json!([{"location": "west", "cpus": 4, "name": "a"}, {"location": "north", "cpus": null, "name": ""}])
    );
    assert_eq!(
        ask("resources | summarize arg_min(name, id)", &machines()),
        json!([{"name": "a", "id": "/a"}])
    );
}

#[test]
fn groups_alone_are_distinct_values() {
    assert_eq!(
        ask("resources | summarize by location", &machines()),
        json!([{"location": "west"}, {"location": "north"}])
    );
}

#[test]
fn a_dynamic_cannot_be_a_group() {
    let invalid = refusal("resources | summarize count() by tags");
    assert!(invalid.message.contains("Summarize group key 'tags' is of a 'dynamic' type"), "{invalid}");
    assert!(refusal("resources | summarize max(tags.a)").message.contains("cannot be of type dynamic"));
}

#[test]
fn only_aggregates_can_be_summarized() {
    assert!(refusal("resources | summarize name").message.contains("aggregate function is expected"));
    assert!(refusal("resources | summarize percentile(name)").message.contains("'percentile' is unknown"));
    assert!(refusal("resources | summarize count(name)").message.contains("expects 0"));
}
