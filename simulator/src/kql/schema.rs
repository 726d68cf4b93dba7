//! The columns of a table and their types.

use serde_json::Value;

/// The type of a column or expression.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Type {
    /// Text, never null.
    String,
    /// A whole number.
    Long,
    /// A number with a fraction.
    Real,
    /// A truth value.
    Bool,
    /// Any JSON value.
    Dynamic,
}

impl Type {
    /// The name that Resource Graph's `table` format gives the type.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::String => "string",
            Self::Long => "integer",
            Self::Real => "number",
            Self::Bool => "boolean",
            Self::Dynamic => "object",
        }
    }

    /// The name that the query language gives the type.
    pub(super) fn keyword(self) -> &'static str {
        match self {
            Self::String => "string",
            Self::Long => "long",
            Self::Real => "real",
            Self::Bool => "bool",
            Self::Dynamic => "dynamic",
        }
    }

    pub(super) fn from_keyword(keyword: &str) -> Option<Self> {
        match keyword {
            "string" => Some(Self::String),
            "long" | "int" => Some(Self::Long),
            "real" | "double" => Some(Self::Real),
            "bool" | "boolean" => Some(Self::Bool),
            "dynamic" => Some(Self::Dynamic),
            _ => None,
        }
    }

    pub(super) fn is_number(self) -> bool {
        matches!(self, Self::Long | Self::Real)
    }

    pub(super) fn is_text(self) -> bool {
        matches!(self, Self::String | Self::Dynamic)
    }

    /// What stands where there is nothing: a string cannot be null.
    pub(super) fn absent(self) -> Value {
        match self {
            Self::String => Value::String(String::new()),
            Self::Long | Self::Real | Self::Bool | Self::Dynamic => Value::Null,
        }
    }
}

/// A column of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// Its name, unique in the table.
    pub name: String,
    /// The type of all its values.
    pub kind: Type,
}

impl Column {
    pub(super) fn new(name: impl Into<String>, kind: Type) -> Self {
        Self { name: name.into(), kind }
    }
}

/// The columns of a table, in order.
#[derive(Debug, Clone, Default)]
pub(super) struct Schema {
    pub columns: Vec<Column>,
}

impl Schema {
    /// The columns that every Resource Graph table has.
    pub fn of_resource_graph() -> Self {
        const STRINGS: [&str; 9] = [
            "id",
            "name",
            "type",
            "tenantId",
            "kind",
            "location",
            "resourceGroup",
            "subscriptionId",
            "managedBy",
        ];
        const DYNAMICS: [&str; 7] =
            ["sku", "plan", "properties", "tags", "identity", "zones", "extendedLocation"];
        let strings = STRINGS.iter().map(|&name| Column::new(name, Type::String));
        let dynamics = DYNAMICS.iter().map(|&name| Column::new(name, Type::Dynamic));
        Self { columns: strings.chain(dynamics).collect() }
    }

    pub fn position(&self, name: &str) -> Option<usize> {
        self.columns.iter().position(|column| column.name == name)
    }

    /// Puts a column in place of the one of the same name, or at the end, and tells where.
    pub fn put(&mut self, column: Column) -> usize {
        if let Some(position) = self.position(&column.name) {
            self.columns[position] = column;
            return position;
        }
        self.columns.push(column);
        self.columns.len() - 1
    }

    /// Adds a column, under the next free name (`id`, `id1`, `id2`) if its own is taken.
    pub fn push_renamed(&mut self, name: &str, kind: Type) {
        let mut free = name.to_owned();
        let mut number = 0;
        while self.position(&free).is_some() {
            number += 1;
            free = format!("{name}{number}");
        }
        self.columns.push(Column::new(free, kind));
    }
}
