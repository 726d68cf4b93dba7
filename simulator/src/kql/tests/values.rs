//! Types, casts, and what stands where there is nothing.

use serde_json::{Value, json};

use super::{ask, resources, value, value_with};
use crate::kql::{Column, Type, answer};

#[test]
fn a_missing_string_column_is_empty_and_a_missing_dynamic_one_is_null() {
    let answer = ask("resources | project kind, sku", &resources(json!([{"id": "/a"}])));
    assert_eq!(answer, json!([{"kind": "", "sku": null}]));
}

#[test]
fn a_null_string_column_is_empty() {
    let answer = ask("resources | project managedBy", &resources(json!([{"managedBy": null}])));
    assert_eq!(answer, json!([{"managedBy": ""}]));
}

#[test]
fn a_missing_member_is_null_all_the_way_down() {
    assert_eq!(value_with("properties.a.b.c", &json!({"a": 1})), Value::Null);
}

#[test]
fn the_text_of_a_dynamic_is_its_string_or_its_json() {
    assert_eq!(value_with("tostring(properties.a)", &json!({"a": "x"})), json!("x"));
    assert_eq!(value_with("tostring(properties.a)", &json!({"a": [1, true]})), json!("[1,true]"));
    assert_eq!(value_with("tostring(properties.a)", &json!({})), json!(""));
}

#[test]
fn a_dynamic_bool_is_spelled_as_in_json_and_a_real_one_as_in_dotnet() {
    assert_eq!(value_with("tostring(properties.a)", &json!({"a": true})), json!("true"));
    assert_eq!(value("tostring(1 == 1)"), json!("True"));
    assert_eq!(value("strcat('is ', 1 == 2)"), json!("is False"));
}

#[test]
fn casts_take_numbers_text_and_bools() {
    assert_eq!(value("toint('12')"), json!(12));
    assert_eq!(value("toint(true)"), json!(1));
    assert_eq!(value("tolong(12.9)"), json!(12));
    assert_eq!(value("todouble('1.5')"), json!(1.5));
    assert_eq!(value("tobool('TRUE')"), json!(true));
    assert_eq!(value("tobool('0')"), json!(false));
    assert_eq!(value_with("tobool(properties.a)", &json!({"a": false})), json!(false));
}

#[test]
fn what_cannot_be_cast_is_null() {
    assert_eq!(value("toint('twelve')"), Value::Null);
    assert_eq!(value("toint(3000000000)"), Value::Null);
    assert_eq!(value("tolong('1.5')"), Value::Null);
    assert_eq!(value("tobool('yes')"), Value::Null);
    assert_eq!(value("todouble(tolower('x'))"), Value::Null);
}

#[test]
fn json_in_text_becomes_a_dynamic() {
    assert_eq!(value(r#"parse_json('{"a": [1, 2]}').a[1]"#), json!(2));
    assert_eq!(value("todynamic('not json')"), json!("not json"));
    assert_eq!(value("parse_json('')"), Value::Null);
}

#[test]
fn a_dynamic_literal_holds_json() {
    assert_eq!(value(r#"dynamic({"a": [1, "x)"]})"#), json!({"a": [1, "x)"]}));
    assert_eq!(value("dynamic(null)"), Value::Null);
}

#[test]
fn only_null_and_the_empty_string_are_empty() {
    assert_eq!(value("isempty('')"), json!(true));
    assert_eq!(value("isempty(' ')"), json!(false));
    assert_eq!(value("isempty(dynamic(null))"), json!(true));
    assert_eq!(value("isempty(dynamic([]))"), json!(false));
    assert_eq!(value("isnotempty(name)"), json!(true));
}

#[test]
fn a_string_is_never_null() {
    assert_eq!(value("isnull(kind)"), json!(false));
    assert_eq!(value("isnotnull(kind)"), json!(true));
    assert_eq!(value("isnull(properties.a)"), json!(true));
}

#[test]
fn columns_keep_their_order_and_know_their_types() {
    let query =
        "resources | project name, tags, n = array_length(zones), zoned = isnotnull(zones), r = toreal(1)";
    let columns = answer(query, &resources(json!([]))).expect("a right query").columns;

    let expected = [
        ("name", Type::String),
        ("tags", Type::Dynamic),
        ("n", Type::Long),
        ("zoned", Type::Bool),
        ("r", Type::Real),
    ];
    assert_eq!(columns, expected.map(|(name, kind)| Column { name: name.to_owned(), kind }));
}
