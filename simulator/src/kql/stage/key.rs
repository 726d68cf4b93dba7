//! Values by which rows are brought together.

use serde_json::Value;

use crate::kql::fault::{Fault, Span};
use crate::kql::schema::Type;

/// A value that can be looked up. Null is equal to null here, unlike in a comparison.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum Atom {
    Null,
    Text(String),
    Long(i64),
    Real(u64),
    Bool(bool),
}

impl From<&Value> for Atom {
    fn from(value: &Value) -> Self {
        match value {
            Value::Null => Self::Null,
            Value::Bool(bool) => Self::Bool(*bool),
            Value::Number(number) => match number.as_i64() {
                Some(long) => Self::Long(long),
                None => Self::Real(number.as_f64().unwrap_or_default().to_bits()),
            },
            Value::String(text) => Self::Text(text.clone()),
            Value::Array(_) | Value::Object(_) => Self::Text(value.to_string()),
        }
    }
}

/// Refuses a key that is a dynamic, as Kusto does for `what`.
pub(super) fn must_be_scalar(kind: Type, span: Span, what: &str) -> Result<(), Fault> {
    if kind == Type::Dynamic {
        let message =
            format!("{what} is of a 'dynamic' type. Please use an explicit cast, such as tostring().");
        return Err(Fault::meaning(span, message));
    }
    Ok(())
}

/// A row as one key.
pub(super) fn atoms(row: &[Value]) -> Vec<Atom> {
    row.iter().map(Atom::from).collect()
}
