//! Operators and functions on single values.

use serde_json::{Value, json};

use super::{value, value_with};

#[test]
fn equality_minds_case_and_its_tilde_form_does_not() {
    assert_eq!(value("name == 'web-01'"), json!(false));
    assert_eq!(value("name =~ 'web-01'"), json!(true));
    assert_eq!(value("name != 'web-01'"), json!(true));
    assert_eq!(value("name !~ 'web-01'"), json!(false));
    assert_eq!(value("'GRÜN' =~ 'grün'"), json!(true));
}

#[test]
fn a_dynamic_takes_the_type_of_what_it_is_compared_with() {
    let properties = json!({"text": "Linux", "number": 5, "bool": true});
    assert_eq!(value_with("properties.text == 'Linux'", &properties), json!(true));
    assert_eq!(value_with("properties.text =~ 'LINUX'", &properties), json!(true));
    assert_eq!(value_with("properties.number == 5", &properties), json!(true));
    assert_eq!(value_with("properties.number >= 5.5", &properties), json!(false));
    assert_eq!(value_with("properties.bool == true", &properties), json!(true));
}

#[test]
fn a_missing_member_differs_from_every_text_but_the_empty_one() {
    assert_eq!(value("properties.a == 'x'"), json!(false));
    assert_eq!(value("properties.a != 'x'"), json!(true));
    assert_eq!(value("properties.a == ''"), json!(true));
}

#[test]
fn null_equals_no_number_and_is_unknown_against_null() {
    assert_eq!(value("toint('') == 5"), json!(false));
    assert_eq!(value("toint('') != 5"), json!(true));
    assert_eq!(value("toint('') == toint('')"), Value::Null);
    assert_eq!(value("toint('') < 5"), Value::Null);
}

#[test]
fn contains_finds_any_part_and_has_only_whole_terms() {
    assert_eq!(value("'the error' contains 'ERR'"), json!(true));
    assert_eq!(value("'the error' has 'err'"), json!(false));
    assert_eq!(value("'the error_log' has 'ERROR'"), json!(true));
    assert_eq!(value("'the error' contains_cs 'ERR'"), json!(false));
    assert_eq!(value("'the error' !has 'err'"), json!(true));
    assert_eq!(value("'/a/virtualMachines/b' has '/virtualmachines/'"), json!(true));
}

#[test]
fn prefixes_and_suffixes_ignore_case_unless_told() {
    assert_eq!(value("name startswith 'WEB'"), json!(true));
    assert_eq!(value("name startswith_cs 'WEB'"), json!(false));
    assert_eq!(value("name endswith '-01'"), json!(true));
    assert_eq!(value("name !endswith '-01'"), json!(false));
}

#[test]
fn membership_looks_at_each_item() {
    assert_eq!(value("name in ('web-01', 'Web-01')"), json!(true));
    assert_eq!(value("name in ('web-01')"), json!(false));
    assert_eq!(value("name in~ ('web-01')"), json!(true));
    assert_eq!(value("name !in ('web-01')"), json!(true));
    assert_eq!(value("name !in~ ('web-01')"), json!(false));
    assert_eq!(value("2 in (1, 2)"), json!(true));
    assert_eq!(value_with("properties.a in (1, 2)", &json!({"a": 2})), json!(true));
    assert_eq!(value_with("'x' in (properties.a)", &json!({"a": ["y", "x"]})), json!(true));
}

#[test]
fn and_binds_more_tightly_than_or() {
    assert_eq!(value("true or false and false"), json!(true));
    assert_eq!(value("(true or false) and false"), json!(false));
    assert_eq!(value("not(true and false)"), json!(true));
}

#[test]
fn sums_and_products_keep_their_precedence() {
    assert_eq!(value("2 + 3 * 4 - 6 / 2"), json!(11));
    assert_eq!(value("(2 + 3) * -4"), json!(-20));
    assert_eq!(value("10 - 3 - 2"), json!(5));
}

#[test]
fn whole_numbers_divide_as_whole_numbers() {
    assert_eq!(value("7 / 2"), json!(3));
    assert_eq!(value("7 / 2.0"), json!(3.5));
    assert_eq!(value("-10 % 4"), json!(2));
}

#[test]
fn what_has_no_result_is_null() {
    assert_eq!(value("1 / 0"), Value::Null);
    assert_eq!(value("1.0 / 0"), Value::Null);
    assert_eq!(value("9223372036854775807 + 1"), Value::Null);
    assert_eq!(value("toint('') + 1"), Value::Null);
    assert_eq!(value_with("properties.a + 1", &json!({"a": "x"})), Value::Null);
}

#[test]
fn paths_go_by_name_quoted_name_and_number() {
    let properties = json!({"odata.type": "x", "$type": "y", "list": [1, 2, 3], "a": {"b": [{"c": "deep"}]}});
    assert_eq!(value_with("properties['odata.type']", &properties), json!("x"));
    assert_eq!(value_with("properties.['odata.type']", &properties), json!("x"));
    assert_eq!(value_with("properties.$type", &properties), json!("y"));
    assert_eq!(value_with("properties.list[0]", &properties), json!(1));
    assert_eq!(value_with("properties.list[-1]", &properties), json!(3));
    assert_eq!(value_with("properties.list[array_length(properties.list) - 2]", &properties), json!(2));
    assert_eq!(value_with("properties.list[7]", &properties), Value::Null);
    assert_eq!(value_with("properties.list[-7]", &properties), Value::Null);
    assert_eq!(value_with("properties[tolower('LIST')][1]", &properties), json!(2));
    assert_eq!(value_with("properties.a.b[0].c", &properties), json!("deep"));
    assert_eq!(value_with("properties.A", &properties), Value::Null);
}

#[test]
fn a_choice_takes_the_first_that_holds() {
    assert_eq!(value("iff(name == 'x', 1, 2)"), json!(2));
    assert_eq!(value("iif(true, 'a', 'b')"), json!("a"));
    assert_eq!(value("iff(toint('') == 1, 'a', 'b')"), json!("b"));
    assert_eq!(value("case(false, 'a', true, 'b', 'c')"), json!("b"));
    assert_eq!(value("case(false, 'a', 'c')"), json!("c"));
    assert_eq!(value("coalesce(toint('x'), 3)"), json!(3));
    assert_eq!(value("coalesce(kind, location, name)"), json!("Web-01"));
}

#[test]
fn text_is_cut_and_put_together() {
    assert_eq!(value("tolower(name)"), json!("web-01"));
    assert_eq!(value("toupper(name)"), json!("WEB-01"));
    assert_eq!(value("strcat(name, '/', 3, dynamic(null))"), json!("Web-01/3"));
    assert_eq!(value("split('a/b/c', '/')"), json!(["a", "b", "c"]));
    assert_eq!(value("split('a/b/c', '/')[2]"), json!("c"));
    assert_eq!(value("split('a/b/c', '/', 1)"), json!(["b"]));
    assert_eq!(value("split('a/b/c', '/', 9)"), Value::Null);
    assert_eq!(value("split('abc', '')"), Value::Null);
    assert_eq!(value("strlen('grün')"), json!(4));
    assert_eq!(value("substring(name, 4)"), json!("01"));
    assert_eq!(value("substring(name, 0, 3)"), json!("Web"));
    assert_eq!(value("replace_string(name, '-', '')"), json!("Web01"));
}

#[test]
fn lists_and_bags_can_be_looked_into() {
    assert_eq!(value("array_length(dynamic([1, 2]))"), json!(2));
    assert_eq!(value("array_length(dynamic({}))"), Value::Null);
    assert_eq!(value(r#"bag_keys(dynamic({"a": 1, "b": 2}))"#), json!(["a", "b"]));
}

#[test]
fn strings_are_quoted_either_way_and_may_hold_the_other_quote() {
    assert_eq!(value(r#""it's""#), json!("it's"));
    assert_eq!(value(r"'it\'s\t\\'"), json!("it's\t\\"));
    assert_eq!(value(r"@'C:\temp''s'"), json!(r"C:\temp's"));
    assert_eq!(value("'not // a comment'"), json!("not // a comment"));
}
