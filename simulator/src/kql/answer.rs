//! What a query gives.

use serde_json::{Map, Value};

use super::schema::Column;
use super::table::Table;

/// What a query gives: columns in order, and rows with a value for each of them.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer {
    /// The columns, in the order the query put them.
    pub columns: Vec<Column>,
    /// The rows; each has as many values as there are columns.
    pub rows: Vec<Vec<Value>>,
}

impl Answer {
    /// The rows as objects, with every column present in each.
    pub fn into_objects(self) -> Vec<Map<String, Value>> {
        let Self { columns, rows } = self;
        let names = || columns.iter().map(|column| column.name.clone());
        rows.into_iter().map(|row| names().zip(row).collect()).collect()
    }

    /// At most `top` rows as objects, after leaving out the first `skip`.
    ///
    /// A long answer that is kept need not be made into objects more than a page at a time.
    pub fn page(&self, skip: usize, top: usize) -> Vec<Map<String, Value>> {
        let names = || self.columns.iter().map(|column| column.name.clone());
        self.rows.iter().skip(skip).take(top).map(|row| names().zip(row.iter().cloned()).collect()).collect()
    }
}

impl From<Table> for Answer {
    fn from(table: Table) -> Self {
        Self { columns: table.schema.columns, rows: table.rows }
    }
}
