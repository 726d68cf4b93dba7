//! What is written is read here by the rules of each language, and has to be the same again.

use proptest::prelude::*;
use serde_json::{Map, Value, json};

use super::*;

/// Text that means something somewhere.
fn hostile() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        Just("'"),
        Just("''"),
        Just("’"),
        Just("‘"),
        Just("‚"),
        Just("‛"),
        Just("\""),
        Just("\\"),
        Just("\\'"),
        Just("$(id)"),
        Just("${x}"),
        Just("$$"),
        Just("$"),
        Just("{"),
        Just("`id`"),
        Just("!"),
        Just("!!"),
        Just("\n"),
        Just("\r\n"),
        Just("#"),
        Just("#>"),
        Just("//"),
        Just("*/"),
        Just("\nJSON\n"),
        Just("JSON"),
        Just("'@"),
        Just("\u{202e}"),
        Just("\u{2028}"),
        Just("\u{0}"),
        Just("\u{1b}[31m"),
        Just(";"),
        Just("&"),
        Just("|"),
        Just("@"),
        Just("%x%"),
        Just(" "),
        Just("disk full"),
        Just("ä"),
        Just("😀"),
    ];
    prop_oneof![proptest::collection::vec(piece, 0..8).prop_map(|pieces| pieces.concat()), any::<String>(),]
}

fn any_value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        hostile().prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 24, 4, |inner| {
        let name = prop_oneof![Just("number".to_owned()), hostile()];
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            proptest::collection::vec((name, inner), 0..4)
                .prop_map(|fields| Value::Object(fields.into_iter().collect())),
        ]
    })
}

/// One language, to be read.
struct Reader<'a> {
    rest: &'a str,
    is_powershell: bool,
}

impl Reader<'_> {
    fn take(&mut self, token: &str) -> bool {
        self.rest = self.rest.trim_start_matches([' ', '\n']);
        let Some(rest) = self.rest.strip_prefix(token) else { return false };
        self.rest = rest;
        true
    }

    fn value(&mut self) -> Value {
        let [dollar, list, list_end, record] =
            if self.is_powershell { ["$", "@(", ")", "@{"] } else { ["", "[", "]", "{"] };
        for (word, value) in [("null", Value::Null), ("true", json!(true)), ("false", json!(false))] {
            if self.take(&format!("{dollar}{word}")) {
                return value;
            }
        }
        if self.take(list) {
            let mut items = Vec::new();
            while !self.take(list_end) {
                items.push(self.value());
                let _ = self.is_powershell && self.take(",");
            }
            return items.into();
        }
        if self.take(record) {
            let mut fields = Map::new();
            while !self.take("}") {
                let name = self.name();
                assert!(self.take(if self.is_powershell { "=" } else { ":" }), "{:?}", self.rest);
                fields.insert(name, self.value());
            }
            return fields.into();
        }
        if self.rest.starts_with(['\'', '(']) {
            return self.text().into();
        }
        let end = self.rest.find(|c: char| c != '-' && !c.is_ascii_digit()).unwrap_or(self.rest.len());
        let (number, rest) = self.rest.split_at(end);
        self.rest = rest;
        number.parse::<i64>().unwrap_or_else(|_| panic!("no number: {number:?}")).into()
    }

    fn name(&mut self) -> String {
        self.take("");
        if self.rest.starts_with(['\'', '(']) {
            return self.text();
        }
        let end = self.rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap();
        let (name, rest) = self.rest.split_at(end);
        self.rest = rest;
        name.to_owned()
    }

    fn text(&mut self) -> String {
        if !self.is_powershell {
            return self.bicep_text();
        }
        if !self.take("(") {
            return self.powershell_quotes();
        }
        let mut text = self.powershell_quotes();
        while self.take("+") {
            if self.take("[char]0x") {
                let (number, rest) = self.rest.split_once(' ').unwrap();
                text.push(char::from_u32(u32::from_str_radix(number, 16).unwrap()).unwrap());
                self.rest = rest;
            } else {
                text += &self.powershell_quotes();
            }
        }
        assert!(self.take(")"), "{:?}", self.rest);
        text
    }

    /// `about_Quoting_Rules`: each of these is a single quote, and two of them together are one.
    fn powershell_quotes(&mut self) -> String {
        let is_quote = |c| matches!(c, '\'' | '‘' | '’' | '‚' | '‛');
        self.take("");
        let mut characters = self.rest.chars();
        assert!(characters.next().is_some_and(is_quote), "{:?}", self.rest);
        let mut text = String::new();
        while let Some(c) = characters.next() {
            if is_quote(c) && !characters.clone().next().is_some_and(is_quote) {
                self.rest = characters.as_str();
                return text;
            }
            text.push(if is_quote(c) { characters.next().unwrap() } else { c });
        }
        panic!("the text does not end: {text:?}");
    }

    /// <https://learn.microsoft.com/azure/azure-resource-manager/bicep/data-types#strings>
    fn bicep_text(&mut self) -> String {
        let mut characters = self.rest.chars();
        assert_eq!(characters.next(), Some('\''));
        let mut text = String::new();
        while let Some(c) = characters.next() {
            match c {
                '\'' => {
                    self.rest = characters.as_str();
                    return text;
                }
                '\\' => match characters.next().unwrap() {
                    c @ ('\\' | '\'' | '$') => text.push(c),
                    'u' => {
                        let (number, rest) =
                            characters.as_str().strip_prefix('{').unwrap().split_once('}').unwrap();
                        text.push(char::from_u32(u32::from_str_radix(number, 16).unwrap()).unwrap());
                        characters = rest.chars();
                    }
                    other => panic!("\\{other} means nothing"),
                },
                '$' => {
                    assert!(!characters.as_str().starts_with('{'), "an expression begins");
                    text.push(c);
                }
                _ => {
                    assert!(c != '\n' && c != '\r', "a string ends with its line");
                    text.push(c);
                }
            }
        }
        panic!("the text does not end: {text:?}");
    }
}

fn read(text: &str, is_powershell: bool) -> Value {
    let mut reader = Reader { rest: text, is_powershell };
    let value = reader.value();
    assert_eq!(reader.rest, "");
    value
}

#[test]
fn a_rule_looks_as_people_write_it() {
    let rule = json!({ "id": "it's", "ports": [{ "number": 22, "odd name": null }] });
    let term = Term::from(rule).with_variable("number", "end");
    assert_eq!(
        term.written(&POWERSHELL, 0),
        "@{\n  id = 'it''s'\n  ports = @(\n    @{\n      number = $end\n      'odd name' = $null\n    }\n  )\n}"
    );
    assert_eq!(
        term.written(&JSON, 0),
        "{\n  \"id\": \"it\\u0027s\",\n  \"ports\": [\n    {\n      \"number\": \"'\"$end\"'\",\n      \"odd name\": null\n    }\n  ]\n}"
    );
}

#[test]
fn typographic_quotes_end_no_text_in_powershell() {
    assert_eq!(quoted_for_powershell("a’; calc #"), "'a’’; calc #'");
    assert_eq!(quoted_for_powershell("a\nb"), "('a' + [char]0xa + 'b')");
}

#[test]
fn no_expression_begins_in_bicep() {
    assert_eq!(Term::Text("a${b}'$".to_owned()).written(&BICEP, 0), "'a\\${b}\\'$'");
    assert_eq!(Term::Number("1.5".to_owned()).written(&BICEP, 0), "json('1.5')");
}

proptest! {
    #[test]
    fn what_is_written_is_read_as_the_same(value in any_value()) {
        let term = Term::from(value.clone());
        prop_assert_eq!(read(&term.written(&POWERSHELL, 0), true), value.clone());
        prop_assert_eq!(read(&term.written(&BICEP, 0), false), value.clone());
        let json = term.written(&JSON, 3);
        prop_assert!(!json.contains(['\'', '!']), "{json}");
        prop_assert_eq!(serde_json::from_str::<Value>(&json).unwrap(), value);
    }
}
