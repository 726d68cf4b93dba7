//! No text, however odd, does more than be refused.

use proptest::prelude::*;
use serde_json::json;

use super::resources;
use crate::kql::run;

/// Pieces of queries, so that texts come near to being queries.
fn piece() -> impl Strategy<Value = String> {
    let known = prop::sample::select(vec![
        "resources",
        "|",
        "where",
        "extend",
        "project",
        "project-away",
        "mv-expand",
        "join",
        "kind=leftouter",
        "on",
        "summarize",
        "by",
        "count()",
        "arg_max(",
        "order",
        "asc",
        "top",
        "distinct",
        "*",
        "take",
        "1",
        "-1",
        "2.5",
        "id",
        "name",
        "tags",
        "zones",
        "properties.a",
        "[0]",
        "['x']",
        ".b",
        "(",
        ")",
        ",",
        "=",
        "==",
        "=~",
        "!=",
        "in~",
        "!in",
        "has",
        "contains",
        "and",
        "or",
        "not(",
        "+",
        "/",
        "%",
        "'x'",
        "\"y\"",
        "@'z'",
        "dynamic([1])",
        "tostring(",
        "iff(",
        "case(",
        "split(",
        "substring(",
        "//",
        "\n",
        "ü",
        "\\",
        "'",
        "$left.id == $right.id",
    ]);
    prop_oneof![8 => known.prop_map(str::to_owned), 1 => ".{0,3}"]
}

proptest! {
    #[test]
    fn arbitrary_text_never_panics(text in "\\PC{0,80}") {
        let world = resources(json!([{"id": "/a"}]));
        if let Err(invalid) = run(&text, &world) {
            prop_assert!(!invalid.message.is_empty());
        }
    }

    #[test]
    fn almost_queries_never_panic(pieces in prop::collection::vec(piece(), 0..24)) {
        let world = resources(json!([
            {"id": "/a", "name": "a", "zones": ["1", 2, null], "tags": {"x": "y"}, "properties": {"a": {"b": [1]}}},
            {"id": "/b", "zones": [], "properties": {"a": 1.5}},
        ]));
        let text = format!("resources | {}", pieces.join(" "));
        if let Err(invalid) = run(&text, &world) {
            prop_assert!(invalid.line >= 1);
        }
    }
}
