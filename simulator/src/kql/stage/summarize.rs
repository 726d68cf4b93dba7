//! `summarize`: rows brought together by what they have in common.

use std::collections::HashMap;

use super::aggregate::{Accumulator, Aggregate};
use super::columns::evaluated;
use super::key::{self, Atom};
use crate::kql::fault::Fault;
use crate::kql::schema::Column;
use crate::kql::syntax::Assignment;
use crate::kql::table::{Row, Table};

/// One row for each combination of the `by` columns, or one row in all.
pub(super) fn summarize(table: &Table, aggregates: &[Assignment], by: &[Assignment]) -> Result<Table, Fault> {
    let (mut schema, by_scalars) = evaluated(by, &table.schema)?;
    for (column, assignment) in schema.columns.iter().zip(by) {
        let what = format!("Summarize group key '{}'", column.name);
        key::must_be_scalar(column.kind, assignment.value.span, &what)?;
    }
    let grouped: Vec<String> = schema.columns.iter().map(|column| column.name.clone()).collect();
    let mut plans = Vec::with_capacity(aggregates.len());
    for assignment in aggregates {
        let aggregate = Aggregate::bind(assignment, &table.schema, &grouped)?;
        for Column { name, kind } in &aggregate.columns {
            schema.push_renamed(name, *kind);
        }
        plans.push(aggregate);
    }
    let start = || plans.iter().map(Aggregate::start).collect::<Vec<_>>();
    let mut groups: Vec<(Row, Vec<Accumulator>)> = Vec::new();
    let mut known: HashMap<Vec<Atom>, usize> = HashMap::new();
    if by.is_empty() {
        groups.push((Row::new(), start()));
        known.insert(Vec::new(), 0);
    }
    for row in &table.rows {
        let values: Row = by_scalars.iter().map(|scalar| scalar.value(row).into_owned()).collect();
        let group = *known.entry(values.iter().map(Atom::from).collect()).or_insert_with(|| {
            groups.push((values, start()));
            groups.len() - 1
        });
        for (plan, accumulator) in plans.iter().zip(&mut groups[group].1) {
            plan.add(accumulator, row);
        }
    }
    let finished = |(mut row, accumulators): (Row, Vec<Accumulator>)| {
        for (plan, accumulator) in plans.iter().zip(accumulators) {
            row.extend(plan.finish(accumulator));
        }
        row
    };
    Ok(Table { rows: groups.into_iter().map(finished).collect(), schema })
}
