//! `mv-expand`: one row for each element of a list.

use std::iter::repeat_n;

use serde_json::{Map, Value};

use super::naming;
use crate::kql::fault::Fault;
use crate::kql::scalar::Scalar;
use crate::kql::scalar::convert;
use crate::kql::schema::{Column, Type};
use crate::kql::syntax::MvExpand;
use crate::kql::table::Table;

/// How many elements of one row are expanded if the query says nothing.
const DEFAULT_LIMIT: usize = 128;
/// How many the query may ask for.
const MAXIMUM_LIMIT: usize = 400;

/// Expands a list into the column of the name given, or of the list itself.
pub(super) fn mv_expand(table: Table, mv_expand: &MvExpand) -> Result<Table, Fault> {
    let MvExpand { list, convert_to, limit } = mv_expand;
    let scalar = Scalar::bind(&list.value, &table.schema)?;
    if scalar.kind != Type::Dynamic {
        let message = format!("Only a dynamic can be expanded, not a {}.", scalar.kind.keyword());
        return Err(Fault::meaning(list.value.span, message));
    }
    let limit = limit.unwrap_or(DEFAULT_LIMIT);
    if limit > MAXIMUM_LIMIT {
        return Err(Fault::meaning(
            list.value.span,
            format!("At most {MAXIMUM_LIMIT} elements can be expanded."),
        ));
    }
    let name = list.name.as_ref().map(|name| name.text.clone()).or_else(|| naming::path(&list.value));
    let name = name.ok_or_else(|| Fault::meaning(list.value.span, "The expanded column needs a name."))?;
    let kind = convert_to.unwrap_or(Type::Dynamic);
    let mut schema = table.schema;
    let target = schema.put(Column::new(name, kind));
    let width = schema.columns.len();
    let mut rows = Vec::with_capacity(table.rows.len());
    for row in table.rows {
        let mut elements = elements(scalar.value(&row).into_owned());
        elements.truncate(limit);
        for (mut row, element) in repeat_n(row, elements.len()).zip(elements) {
            row.resize(width, Value::Null);
            row[target] = convert::element(element, kind);
            rows.push(row);
        }
    }
    Ok(Table { schema, rows })
}

/// An array's elements, a bag's members as bags of one, and anything else as it is: null too.
fn elements(list: Value) -> Vec<Value> {
    match list {
        Value::Array(elements) => elements,
        Value::Object(bag) => bag.into_iter().map(|member| Value::Object(Map::from_iter([member]))).collect(),
        single => vec![single],
    }
}
