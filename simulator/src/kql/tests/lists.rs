//! `mv-expand`.

use serde_json::{Value, json};

use super::{ask, refusal, resources};

fn ids(query: &str, rows: Value) -> Value {
    ask(query, &resources(rows))
}

#[test]
fn each_element_gets_a_row_of_its_own() {
    let rows = json!([{"id": "/a", "zones": ["1", "2"]}, {"id": "/b", "zones": ["3"]}]);
    assert_eq!(
        ids("resources | mv-expand zones | project id, zones", rows),
        json!([{"id": "/a", "zones": "1"}, {"id": "/a", "zones": "2"}, {"id": "/b", "zones": "3"}])
    );
}

#[test]
fn a_named_element_stands_beside_the_list() {
    let rows = json!([{"properties": {"list": [{"n": 1}, {"n": 2}]}}]);
    assert_eq!(
        ids(
            "resources | mv-expand item = properties.list | project n = item.n, all = array_length(properties.list)",
            rows
        ),
        json!([{"n": 1, "all": 2}, {"n": 2, "all": 2}])
    );
}

#[test]
fn an_unnamed_path_is_named_after_itself() {
    let rows = json!([{"properties": {"list": [7]}}]);
    assert_eq!(
        ids("resources | mv-expand properties.list | project properties_list", rows),
        json!([{"properties_list": 7}])
    );
}

#[test]
fn null_keeps_its_row_and_an_empty_list_loses_it() {
    let rows = json!([{"id": "/null"}, {"id": "/empty", "zones": []}, {"id": "/one", "zones": ["1"]}]);
    assert_eq!(
        ids("resources | mv-expand zones | project id, zones", rows),
        json!([{"id": "/null", "zones": null}, {"id": "/one", "zones": "1"}])
    );
}

#[test]
fn a_bag_expands_to_bags_of_one() {
    let rows = json!([{"tags": {"a": 1, "b": 2}}]);
    assert_eq!(
        ids("resources | mv-expand tags | project tags", rows),
        json!([{"tags": {"a": 1}}, {"tags": {"b": 2}}])
    );
}

#[test]
fn elements_can_be_given_a_type() {
    let rows = json!([{"zones": ["x", 2, null]}]);
    assert_eq!(
        ids(
            "resources | mv-expand zone = zones to typeof(string) | order by zone asc | project zone",
            rows.clone()
        ),
        json!([{"zone": ""}, {"zone": "2"}, {"zone": "x"}])
    );
    assert_eq!(
        ids("resources | mv-expand zone = zones to typeof(long) | project zone", rows),
        json!([{"zone": null}, {"zone": 2}, {"zone": null}])
    );
}

#[test]
fn a_long_list_is_cut_short_unless_more_is_asked_for() {
    let rows = json!([{"zones": (0..300).collect::<Vec<_>>()}]);
    assert_eq!(ids("resources | mv-expand zones | count", rows.clone()), json!([{"Count": 128}]));
    assert_eq!(ids("resources | mv-expand zones limit 2 | count", rows.clone()), json!([{"Count": 2}]));
    assert_eq!(ids("resources | mv-expand zones limit 400 | count", rows), json!([{"Count": 300}]));
    assert!(refusal("resources | mv-expand zones limit 401").message.contains("400"));
}

#[test]
fn only_a_dynamic_can_be_expanded() {
    assert!(refusal("resources | mv-expand name").message.contains("Only a dynamic"));
    assert!(refusal("resources | mv-expand split(name, '-')").message.contains("needs a name"));
}
