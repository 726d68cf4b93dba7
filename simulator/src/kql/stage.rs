//! A query run, operator by operator.

mod aggregate;
mod columns;
mod distinct;
mod expand;
mod join;
mod key;
mod naming;
mod order;
mod summarize;

use serde_json::Value;

use super::Tables;
use super::fault::Fault;
use super::scalar::Scalar;
use super::schema::{Column, Schema, Type};
use super::syntax::{Expr, Operator, Query, Stage};
use super::table::Table;

/// Runs a query, or a sub-query of one.
pub(super) fn run(query: &Query, tables: &dyn Tables) -> Result<Table, Fault> {
    let start = Table::read(query, tables)?;
    query.stages.iter().try_fold(start, |table, stage| apply(stage, table, tables))
}

fn apply(stage: &Stage, table: Table, tables: &dyn Tables) -> Result<Table, Fault> {
    let operator = &stage.operator;
    let result = match operator {
        Operator::Where(predicate) => filter(table, predicate),
        Operator::Extend(assignments) => columns::extend(table, assignments),
        Operator::Project(assignments) => columns::project(table, assignments),
        Operator::ProjectAway(patterns) => columns::project_away(table, patterns),
        Operator::MvExpand(mv_expand) => expand::mv_expand(table, mv_expand),
        // The right side names its own operators in what it says.
        Operator::Join(join) => {
            let right = run(&join.right, tables)?;
            join::join(table, &right, join)
        }
        Operator::OrderBy(keys) => order::order_by(table, keys),
        Operator::Take(count) => Ok(take(table, *count)),
        Operator::Top(count, key) => {
            order::order_by(table, std::slice::from_ref(key)).map(|table| take(table, *count))
        }
        Operator::Distinct(assignments) => distinct::distinct(table, assignments, stage.span),
        Operator::Count => Ok(count(&table)),
        Operator::Summarize { aggregates, by } => summarize::summarize(&table, aggregates, by),
    };
    result.map_err(|fault| fault.within(operator.name()))
}

fn filter(mut table: Table, predicate: &Expr) -> Result<Table, Fault> {
    let predicate = Scalar::predicate(predicate, &table.schema)?;
    table.rows.retain(|row| predicate.holds(row));
    Ok(table)
}

fn take(mut table: Table, count: usize) -> Table {
    table.rows.truncate(count);
    table
}

fn count(table: &Table) -> Table {
    let schema = Schema { columns: vec![Column::new("Count", Type::Long)] };
    Table { schema, rows: vec![vec![Value::from(table.rows.len())]] }
}
