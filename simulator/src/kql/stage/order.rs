//! `order by` and `top`.

use std::cmp::Ordering;

use serde_json::Value;

use super::key;
use crate::kql::fault::Fault;
use crate::kql::scalar::{Scalar, compare};
use crate::kql::syntax::SortKey;
use crate::kql::table::{Row, Table};

/// Sorts the rows; those with equal keys stay in order.
pub(super) fn order_by(table: Table, keys: &[SortKey]) -> Result<Table, Fault> {
    let mut scalars = Vec::with_capacity(keys.len());
    for sort_key in keys {
        let scalar = Scalar::bind(&sort_key.value, &table.schema)?;
        key::must_be_scalar(scalar.kind, sort_key.value.span, "The sort key")?;
        scalars.push(scalar);
    }
    let with_key = |row: Row| {
        let key: Vec<Value> = scalars.iter().map(|scalar| scalar.value(&row).into_owned()).collect();
        (key, row)
    };
    let mut rows: Vec<(Vec<Value>, Row)> = table.rows.into_iter().map(with_key).collect();
    rows.sort_by(|(left, _), (right, _)| {
        let each = keys.iter().zip(left.iter().zip(right));
        each.map(|(key, (left, right))| ordering(key, left, right))
            .find(|found| found.is_ne())
            .unwrap_or(Ordering::Equal)
    });
    Ok(Table { schema: table.schema, rows: rows.into_iter().map(|(_, row)| row).collect() })
}

fn ordering(key: &SortKey, left: &Value, right: &Value) -> Ordering {
    match (left.is_null(), right.is_null()) {
        (true, true) => Ordering::Equal,
        (true, false) if key.nulls_first => Ordering::Less,
        (true, false) => Ordering::Greater,
        (false, true) if key.nulls_first => Ordering::Greater,
        (false, true) => Ordering::Less,
        (false, false) if key.ascending => compare::same_type(left, right),
        (false, false) => compare::same_type(right, left),
    }
}
