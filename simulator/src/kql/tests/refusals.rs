//! What is refused, and how it is told.

use serde_json::json;

use super::refusal;
use crate::kql::Code;

#[test]
fn an_unknown_column_is_named_with_its_place() {
    let invalid = refusal("resources\n| where nmae == 'x'");
    assert_eq!(
        invalid.detail(),
        json!({
            "code": "InvalidQuery",
            "message": "'where' operator: Failed to resolve column or scalar expression named 'nmae'.",
            "line": 2,
            "characterPositionInLine": 8,
            "token": "nmae",
        })
    );
    assert_eq!(
        invalid.to_string(),
        "'where' operator: Failed to resolve column or scalar expression named 'nmae'. (line 2, position 8, token 'nmae')"
    );
}

#[test]
fn columns_mind_case() {
    assert_eq!(refusal("resources | project ID").token, "ID");
}

#[test]
fn a_column_that_was_dropped_is_unknown() {
    assert_eq!(refusal("resources | project id | where name == 'x'").token, "name");
    assert_eq!(refusal("resources | project-away name | project name").token, "name");
    assert_eq!(refusal("resources | project-away nmae").token, "nmae");
}

#[test]
fn an_assignment_does_not_see_its_neighbours() {
    assert_eq!(refusal("resources | extend a = 1, b = a").token, "a");
}

#[test]
fn an_unknown_table_is_refused() {
    let invalid = refusal("jitpolicies | count");
    assert_eq!(invalid.code, Code::DisallowedLogicalTableName);
    assert_eq!(invalid.message, "Table jitpolicies is invalid, unsupported or disallowed.");
}

#[test]
fn an_unknown_table_in_a_join_is_refused() {
    assert_eq!(refusal("resources | join (nowhere) on id").token, "nowhere");
}

#[test]
fn unknown_operators_and_functions_are_refused() {
    let operator = refusal("resources | mv-explode zones");
    assert_eq!((operator.code, operator.token.as_str()), (Code::InvalidQueryLanguage, "mv-explode"));
    let function = refusal("resources | extend a = to_string(name)");
    assert_eq!((function.code, function.token.as_str()), (Code::InvalidQueryLanguage, "to_string(name)"));
    assert_eq!(refusal("resources | join kind=leftanti (resources) on id").token, "leftanti");
    assert_eq!(refusal("resources | join hint.strategy=broadcast (resources) on id").token, "hint");
}

#[test]
fn only_a_single_query_is_taken() {
    assert_eq!(refusal("let x = 1; resources").token, "let");
    assert_eq!(refusal("resources | take 1; resources | take 2").token, "resources");
}

#[test]
fn a_query_that_stops_short_ends_at_eof() {
    for query in [
        "",
        "  // nothing",
        "resources |",
        "resources | where",
        "resources | where id ==",
        "resources | project id,",
    ] {
        let invalid = refusal(query);
        assert_eq!((invalid.code, invalid.token.as_str()), (Code::ParserFailure, "<EOF>"), "{query}");
    }
}

#[test]
fn what_does_not_close_is_refused() {
    assert_eq!(refusal("resources | where name == 'x").token, "'x");
    assert_eq!(refusal("resources | where (name == 'x'").token, "<EOF>");
    assert_eq!(refusal("resources | where name == dynamic([1)").token, "[1");
}

#[test]
fn what_follows_an_operator_must_be_a_pipe() {
    let invalid = refusal("resources | where name == 'x' name");
    assert_eq!(invalid.message, "Expected '|' or the end of the query, found 'name'.");
}

#[test]
fn types_that_do_not_go_together_are_refused() {
    for expression in [
        "name == 5",
        "name + 'x'",
        "name =~ 5",
        "tags.a == tags.b",
        "true < false",
        "name in (1, 2)",
        "array_length(name)",
        "iff(true, 1, 'x')",
        "iff('yes', 1, 2)",
        "coalesce(1, 'x')",
        "tolower(5)",
        "name.first",
        "tags[1.5]",
        "not(name)",
        "*",
    ] {
        let invalid = refusal(&format!("resources | project x = {expression}"));
        assert_eq!(invalid.code, Code::InvalidQuery, "{expression}");
    }
}

#[test]
fn a_predicate_must_be_a_bool() {
    assert!(refusal("resources | where name").message.contains("not a string"));
    assert!(refusal("resources | where tags.on").message.contains("tobool()"));
    assert!(refusal("resources | where tags.on or true").message.contains("tobool()"));
}

#[test]
fn functions_count_their_arguments() {
    assert!(refusal("resources | project x = tolower()").message.contains("expects 1 argument(s), got 0"));
    assert!(refusal("resources | project x = split(name)").message.contains("expects 2 or 3"));
    assert!(
        refusal("resources | project x = case(true, 1)").message.contains("pairs of predicate and value")
    );
}

#[test]
fn a_sort_key_must_have_a_type() {
    assert!(refusal("resources | order by properties.a").message.contains("'dynamic' type"));
    assert!(refusal("resources | distinct tags").message.contains("'dynamic' type"));
}

#[test]
fn a_column_is_not_named_twice() {
    assert_eq!(refusal("resources | project a = 1, a = 2").token, "a");
    assert_eq!(refusal("resources | extend a = 1, a = 2").token, "a");
}

#[test]
fn text_nested_without_end_is_refused_and_not_followed() {
    assert!(
        refusal(&format!("resources | where {}", "(".repeat(100_000))).message.contains("nested too deeply")
    );
    assert!(
        refusal(&format!("resources | where {}", "-".repeat(100_000))).message.contains("nested too deeply")
    );
    let sum = vec!["1"; 100_000].join(" + ");
    assert!(refusal(&format!("resources | where {sum} == 0")).message.contains("too long"));
    assert!(refusal(&format!("resources | where {sum} == 0")).token.len() < 1000);
    let path = ".a".repeat(100_000);
    assert!(refusal(&format!("resources | where properties{path} == 0")).message.contains("too long"));
}

#[test]
fn numbers_have_bounds_and_no_units() {
    assert_eq!(refusal("resources | take 99999999999999999999").token, "99999999999999999999");
    assert_eq!(refusal("resources | where 1d == 1").token, "1d");
}
