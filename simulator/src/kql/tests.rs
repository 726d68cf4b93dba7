//! What the interpreter does, told in queries.

mod any_text;
mod expressions;
mod joins;
mod lists;
mod operators;
mod refusals;
mod sheet;
mod summaries;
mod values;

use serde_json::{Map, Value, json};

use super::{InvalidQuery, Tables, run};

/// Tables by name, each a list of objects.
pub(super) struct World(pub Vec<(&'static str, Value)>);

impl Tables for World {
    fn rows(&self, table: &str) -> Option<Vec<Map<String, Value>>> {
        let (_, rows) = self.0.iter().find(|(name, _)| *name == table)?;
        let rows = rows.as_array().expect("a table is a list");
        Some(rows.iter().map(|row| row.as_object().expect("a row is an object").clone()).collect())
    }
}

/// A world whose `resources` are these.
pub(super) fn resources(rows: Value) -> World {
    World(vec![("resources", rows)])
}

/// The answer to a query that is right.
pub(super) fn ask(query: &str, world: &World) -> Value {
    match run(query, world) {
        Ok(rows) => json!(rows),
        Err(invalid) => panic!("{query}\n{invalid}"),
    }
}

/// The single value of an expression, for a row whose `properties` are given.
pub(super) fn value_with(expression: &str, properties: &Value) -> Value {
    let world = resources(json!([{"id": "/a", "name": "Web-01", "properties": properties}]));
    ask(&format!("resources | project value = {expression}"), &world)[0]["value"].take()
}

/// The single value of an expression that needs no row.
pub(super) fn value(expression: &str) -> Value {
    value_with(expression, &Value::Null)
}

/// Why a query is refused.
pub(super) fn refusal(query: &str) -> InvalidQuery {
    match run(query, &resources(json!([]))) {
        Ok(rows) => panic!("{query}\nwas answered with {rows:?}"),
        Err(invalid) => invalid,
    }
}
