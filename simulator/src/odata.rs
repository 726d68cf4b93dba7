//! The part of `OData` that Azure Policy's states are asked with: `$filter`, `$apply`, `$orderby` and
//! `$select`, over rows whose columns and types are known. What is not in it is refused by name.

mod apply;
mod evaluate;
mod order;
mod parse;
#[cfg(test)]
mod tests;
mod token;

use jiff::Timestamp;

pub use self::{
    apply::{Stage, stages},
    evaluate::Group,
    order::{Order, orders},
    parse::filter,
};

/// What is wrong with an expression.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Fault(pub String);

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Text,
    Flag,
    Time,
    Number,
    /// Shown, and nothing that could be compared or grouped by.
    List,
}

/// The value of a column.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Cell {
    Null,
    Flag(bool),
    Number(i64),
    Time(Timestamp),
    Text(String),
}

/// The columns that rows have: the names as answers write them, and what they hold.
#[derive(Debug, Clone)]
pub struct Schema(pub Vec<(String, Kind)>);

impl Schema {
    /// The column of this name, whatever its casing.
    pub fn find(&self, name: &str) -> Result<(&str, Kind), Fault> {
        let found = self.0.iter().find(|(known, _)| known.eq_ignore_ascii_case(name));
        found
            .map(|(known, kind)| (known.as_str(), *kind))
            .ok_or_else(|| Fault(format!("Could not find a property named '{name}'.")))
    }

    /// Likewise, for columns that must have a value of their own.
    fn single(&self, name: &str) -> Result<(&str, Kind), Fault> {
        match self.find(name)? {
            (name, Kind::List) => Err(Fault(format!("The property '{name}' is a collection."))),
            found => Ok(found),
        }
    }
}

/// Something with columns.
pub trait Row {
    /// By the column's name as the schema has it.
    fn cell(&self, column: &str) -> Cell;
}

/// The columns that `$select` names.
pub fn columns(text: &str, schema: &Schema) -> Result<Vec<String>, Fault> {
    text.split(',').map(|name| Ok(schema.find(name.trim())?.0.to_owned())).collect()
}
