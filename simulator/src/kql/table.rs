//! A table on its way through a query.

use serde_json::{Map, Value};

use super::fault::{Code, Fault};
use super::scalar::convert::into_text;
use super::schema::{Schema, Type};
use super::syntax::{Expr, Name, Node, Operator, Query};
use super::{Tables, syntax::Comparison};

/// One value for each column.
pub(super) type Row = Vec<Value>;

/// Columns and rows.
#[derive(Debug, Clone)]
pub(super) struct Table {
    pub schema: Schema,
    pub rows: Vec<Row>,
}

impl Table {
    /// The table that a query starts from.
    pub fn read(query: &Query, tables: &dyn Tables) -> Result<Self, Fault> {
        let Name { text, span } = &query.source;
        let name = text.to_lowercase();
        let rows = match selected_type(query) {
            Some(resource_type) => tables.rows_of_type(&name, &resource_type.to_lowercase()),
            None => tables.rows(&name),
        };
        let rows = rows.ok_or_else(|| {
            let message = format!("Table {text} is invalid, unsupported or disallowed.");
            Fault::new(Code::DisallowedLogicalTableName, *span, message)
        })?;
        let schema = Schema::of_resource_graph();
        let rows = rows.into_iter().map(|row| typed(row, &schema)).collect();
        Ok(Self { schema, rows })
    }
}

/// The members of `row` that are columns, each in the column's type.
fn typed(mut row: Map<String, Value>, schema: &Schema) -> Row {
    let typed = |column: &super::schema::Column| {
        let value = row.remove(&column.name).unwrap_or(Value::Null);
        match column.kind {
            Type::String => Value::String(into_text(value)),
            Type::Long | Type::Real | Type::Bool | Type::Dynamic => value,
        }
    };
    schema.columns.iter().map(typed).collect()
}

/// The resource type to which the query's first operator narrows the table, if it does.
fn selected_type(query: &Query) -> Option<&str> {
    let Operator::Where(predicate) = &query.stages.first()?.operator else { return None };
    match &predicate.node {
        Node::And(all) => all.iter().find_map(compared_type),
        _ => compared_type(predicate),
    }
}

fn compared_type(predicate: &Expr) -> Option<&str> {
    match &predicate.node {
        Node::Compare(Comparison::Equal | Comparison::EqualFold, left, right) => {
            match (&left.node, &right.node) {
                (Node::Column(column), Node::Literal(Value::String(text))) if column == "type" => Some(text),
                _ => None,
            }
        }
        _ => None,
    }
}
