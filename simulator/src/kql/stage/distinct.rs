//! `distinct`: each combination of values once.

use std::collections::HashSet;

use super::{columns, key};
use crate::kql::fault::{Fault, Span};
use crate::kql::syntax::Assignment;
use crate::kql::table::Table;

/// The combinations that occur in the columns named, or in all of them if none is.
pub(super) fn distinct(table: Table, assignments: &[Assignment], span: Span) -> Result<Table, Fault> {
    let mut table = if assignments.is_empty() { table } else { columns::project(table, assignments)? };
    for column in &table.schema.columns {
        key::must_be_scalar(column.kind, span, &format!("Distinct column '{}'", column.name))?;
    }
    let mut seen = HashSet::new();
    table.rows.retain(|row| seen.insert(key::atoms(row)));
    Ok(table)
}
