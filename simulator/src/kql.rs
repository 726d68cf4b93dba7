//! A small interpreter for the part of Kusto that Azure Resource Graph queries are written in.
//!
//! It answers a query as Azure would or refuses it; it never guesses. An unknown table,
//! column, operator or function is an [`InvalidQuery`], not an empty answer, so that a
//! misspelt query fails here and not first in Azure.
//!
//! What bites in Kusto bites here too:
//!
//! - A string is never null. A missing string column, `tostring(null)` and the string columns
//!   of an unmatched `leftouter` row are all `""`.
//! - Property paths are `dynamic`. A dynamic compares with a string, number or bool, but not
//!   with another dynamic, and it cannot be a key of `join`, `summarize`, `distinct` or
//!   `order by` without a cast.
//! - An assignment sees the columns of the previous operator only, not its own neighbours.
//! - `mv-expand` keeps a row whose value is null, drops one whose array is empty, and stops
//!   after 128 elements unless told otherwise.
//! - `order by` is descending unless told otherwise; nulls come first in ascending order.
//! - Table names ignore case; columns and members do not.
//! - At most three joins and three `mv-expand` in one query, as Resource Graph allows.

mod answer;
mod fault;
mod limits;
mod parse;
mod scalar;
mod schema;
mod stage;
mod syntax;
mod table;
#[cfg(test)]
mod tests;
mod token;

use serde_json::{Map, Value};

pub use answer::Answer;
pub use fault::{Code, InvalidQuery};
pub use schema::{Column, Type};

/// What can be queried.
pub trait Tables {
    /// The rows of a table, or `None` if there is none of that name.
    ///
    /// The name arrives in lower case. Of each row the columns that every Resource Graph table
    /// has are read; other members are not visible to queries, as in Azure.
    fn rows(&self, table: &str) -> Option<Vec<Map<String, Value>>>;

    /// The rows of one resource type, asked for when a query begins by selecting them.
    ///
    /// The type arrives in lower case. The query still filters what it gets, so giving all rows
    /// is right, only slower where there are very many.
    fn rows_of_type(&self, table: &str, _resource_type: &str) -> Option<Vec<Map<String, Value>>> {
        self.rows(table)
    }
}

/// Runs a query and gives its rows as objects.
pub fn run(query: &str, tables: &dyn Tables) -> Result<Vec<Map<String, Value>>, InvalidQuery> {
    Ok(answer(query, tables)?.into_objects())
}

/// Runs a query and gives its columns, in order and with types, beside its rows.
pub fn answer(query: &str, tables: &dyn Tables) -> Result<Answer, InvalidQuery> {
    let answer = || {
        let query = parse::query(query)?;
        limits::check(&query)?;
        stage::run(&query, tables)
    };
    answer().map(Answer::from).map_err(|fault| fault.locate(query))
}
