//! `join`, by a hash of the right side.

use std::collections::{HashMap, HashSet};
use std::iter::repeat_n;

use serde_json::Value;

use super::key::{self, Atom};
use crate::kql::fault::Fault;
use crate::kql::schema::{Column, Schema};
use crate::kql::syntax::{Join, JoinKind, Name};
use crate::kql::table::{Row, Table};

/// Joins two tables. The right columns follow the left ones, renamed where the name is taken.
pub(super) fn join(left: Table, right: &Table, join: &Join) -> Result<Table, Fault> {
    let keys = Keys::find(join, &left.schema, &right.schema)?;
    let mut schema = left.schema;
    let left_width = schema.columns.len();
    for column in &right.schema.columns {
        schema.push_renamed(&column.name, column.kind);
    }
    let absent = |columns: &[Column]| columns.iter().map(|column| column.kind.absent()).collect::<Row>();
    let no_left = absent(&schema.columns[..left_width]);
    let no_right = absent(&schema.columns[left_width..]);

    let by_key = positions_by_key(&right.rows, &keys.right);
    let mut seen = HashSet::new();
    let mut matched = vec![false; right.rows.len()];
    let mut rows = Vec::with_capacity(left.rows.len());
    for row in left.rows {
        let key = atoms(&row, &keys.left);
        let found = by_key.get(&key).map_or(&[][..], Vec::as_slice);
        if join.kind == JoinKind::InnerUnique && !seen.insert(key) {
            continue;
        }
        let outer = matches!(join.kind, JoinKind::LeftOuter | JoinKind::FullOuter);
        if outer && found.is_empty() {
            rows.push(beside(row, &no_right));
            continue;
        }
        for (row, &position) in repeat_n(row, found.len()).zip(found) {
            matched[position] = true;
            rows.push(beside(row, &right.rows[position]));
        }
    }
    if join.kind == JoinKind::FullOuter {
        let unmatched = right.rows.iter().zip(matched).filter(|(_, matched)| !matched);
        rows.extend(unmatched.map(|(row, _)| beside(no_left.clone(), row)));
    }
    Ok(Table { schema, rows })
}

/// Where the keys of the join stand on either side.
struct Keys {
    left: Vec<usize>,
    right: Vec<usize>,
}

impl Keys {
    fn find(join: &Join, left: &Schema, right: &Schema) -> Result<Self, Fault> {
        let mut keys = Self { left: Vec::new(), right: Vec::new() };
        for (on_left, on_right) in &join.on {
            let (left_at, right_at) = (position(on_left, left)?, position(on_right, right)?);
            let (left_kind, right_kind) = (left.columns[left_at].kind, right.columns[right_at].kind);
            key::must_be_scalar(left_kind, on_left.span, &format!("join key '{}'", on_left.text))?;
            key::must_be_scalar(right_kind, on_right.span, &format!("join key '{}'", on_right.text))?;
            if left_kind != right_kind {
                let (left, right) = (left_kind.keyword(), right_kind.keyword());
                let message = format!("The keys of the join are of different types: {left} and {right}.");
                return Err(Fault::meaning(on_left.span, message));
            }
            keys.left.push(left_at);
            keys.right.push(right_at);
        }
        Ok(keys)
    }
}

fn position(name: &Name, schema: &Schema) -> Result<usize, Fault> {
    schema.position(&name.text).ok_or_else(|| {
        let message = format!("Failed to resolve column or scalar expression named '{}'.", name.text);
        Fault::meaning(name.span, message)
    })
}

/// The rows of each key, by their places.
fn positions_by_key(rows: &[Row], keys: &[usize]) -> HashMap<Vec<Atom>, Vec<usize>> {
    let mut by_key: HashMap<Vec<Atom>, Vec<usize>> = HashMap::new();
    for (position, row) in rows.iter().enumerate() {
        by_key.entry(atoms(row, keys)).or_default().push(position);
    }
    by_key
}

fn atoms(row: &[Value], positions: &[usize]) -> Vec<Atom> {
    positions.iter().map(|&position| Atom::from(&row[position])).collect()
}

fn beside(mut left: Row, right: &[Value]) -> Row {
    left.extend_from_slice(right);
    left
}
