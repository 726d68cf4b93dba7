//! `extend`, `project` and `project-away`.

use serde_json::Value;

use super::naming::Namer;
use crate::kql::fault::Fault;
use crate::kql::scalar::Scalar;
use crate::kql::schema::{Column, Schema};
use crate::kql::syntax::{Assignment, Name};
use crate::kql::table::{Row, Table};

/// Adds columns, in place of those of the same name.
pub(super) fn extend(table: Table, assignments: &[Assignment]) -> Result<Table, Fault> {
    let mut schema = table.schema.clone();
    let mut namer = Namer::default();
    let mut added = Vec::with_capacity(assignments.len());
    for assignment in assignments {
        let scalar = Scalar::bind(&assignment.value, &table.schema)?;
        let position = schema.put(Column::new(namer.name(assignment)?, scalar.kind));
        added.push((position, scalar));
    }
    let width = schema.columns.len();
    let extended = |mut row: Row| {
        let values: Vec<Value> = added.iter().map(|(_, scalar)| scalar.value(&row).into_owned()).collect();
        row.resize(width, Value::Null);
        for ((position, _), value) in added.iter().zip(values) {
            row[*position] = value;
        }
        row
    };
    Ok(Table { schema, rows: table.rows.into_iter().map(extended).collect() })
}

/// Keeps the columns that are named, in that order.
pub(super) fn project(table: Table, assignments: &[Assignment]) -> Result<Table, Fault> {
    let (schema, scalars) = evaluated(assignments, &table.schema)?;
    let projected = |row: Row| scalars.iter().map(|scalar| scalar.value(&row).into_owned()).collect();
    Ok(Table { schema, rows: table.rows.into_iter().map(projected).collect() })
}

/// The columns that `assignments` make, and how.
pub(super) fn evaluated(assignments: &[Assignment], from: &Schema) -> Result<(Schema, Vec<Scalar>), Fault> {
    let mut schema = Schema::default();
    let mut namer = Namer::default();
    let mut scalars = Vec::with_capacity(assignments.len());
    for assignment in assignments {
        let scalar = Scalar::bind(&assignment.value, from)?;
        schema.push_renamed(&namer.name(assignment)?, scalar.kind);
        scalars.push(scalar);
    }
    Ok((schema, scalars))
}

/// Drops the columns that match a pattern.
pub(super) fn project_away(table: Table, patterns: &[Name]) -> Result<Table, Fault> {
    for Name { text, span } in patterns {
        if !text.contains('*') && table.schema.position(text).is_none() {
            let message = format!("Failed to resolve column or scalar expression named '{text}'.");
            return Err(Fault::meaning(*span, message));
        }
    }
    let stays = |column: &Column| !patterns.iter().any(|pattern| matches(&pattern.text, &column.name));
    let kept: Vec<bool> = table.schema.columns.iter().map(stays).collect();
    let mut schema = table.schema;
    schema.columns.retain(stays);
    let remaining =
        |row: Row| row.into_iter().zip(&kept).filter(|(_, kept)| **kept).map(|(value, _)| value).collect();
    Ok(Table { schema, rows: table.rows.into_iter().map(remaining).collect() })
}

/// Whether `name` is `pattern`, in which `*` stands for anything.
fn matches(pattern: &str, name: &str) -> bool {
    let Some((first, rest)) = pattern.split_once('*') else { return pattern == name };
    let Some(mut name) = name.strip_prefix(first) else { return false };
    let mut parts: Vec<&str> = rest.split('*').collect();
    let last = parts.pop().unwrap_or_default();
    for part in parts {
        match name.split_once(part) {
            Some((_, after)) => name = after,
            None => return false,
        }
    }
    name.ends_with(last)
}
