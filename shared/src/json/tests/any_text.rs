use proptest::prelude::*;
use serde_json::Value;

use super::*;

#[test]
fn what_is_no_json_is_refused() {
    for text in
        ["", "{", "[1,]", "{\"a\":}", "{a:1}", "\"a", "\"\\x\"", "\"\\ud800\"", "nul", "1 2", "\"\n\""]
    {
        assert!(Json::parse(text).is_err(), "{text}");
    }
    assert!(Json::parse(&"[".repeat(100_000)).is_err());
}

fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        ".*".prop_map(Value::from)
    ];
    leaf.prop_recursive(4, 32, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            prop::collection::btree_map(".*", inner, 0..6).prop_map(|fields| fields.into_iter().collect()),
        ]
    })
}

proptest! {
    #[test]
    fn json_survives_being_read_and_written(value in any_json()) {
        for text in [value.to_string(), serde_json::to_string_pretty(&value).unwrap()] {
            let written = Json::parse(&text).unwrap().to_string();
            prop_assert_eq!(serde_json::from_str::<Value>(&written).unwrap(), value.clone());
        }
    }

    #[test]
    fn arbitrary_text_never_panics(text in ".*") {
        let _ = Json::parse(&text);
    }
}
