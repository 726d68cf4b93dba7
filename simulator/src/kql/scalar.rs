//! Expressions bound to the columns of a table, and what they give for a row.

pub(super) mod arithmetic;
mod bind;
pub(super) mod compare;
pub(super) mod convert;
mod function;
mod text;

use std::borrow::Cow;

use serde_json::Value;

use super::fault::Fault;
use super::schema::{Column, Schema, Type};
use super::syntax::{Arithmetic, Expr};
use compare::Test;
use function::Function;

/// An expression whose names and types are known to be right.
pub(super) struct Scalar {
    pub kind: Type,
    code: Code,
}

enum Code {
    Constant(Value),
    Column(usize),
    Member(Box<Scalar>, String),
    Element(Box<Scalar>, Box<Scalar>),
    Call(&'static Function, Vec<Scalar>),
    /// A bool as text, which Kusto writes with a capital.
    Spelled(Box<Scalar>),
    Arithmetic(Arithmetic, Box<Scalar>, Box<Scalar>),
    Compare(Test, Box<Scalar>, Box<Scalar>),
    In {
        needle: Box<Scalar>,
        haystack: Vec<(Test, Scalar)>,
        negated: bool,
    },
    And(Vec<Scalar>),
    Or(Vec<Scalar>),
}

static NULL: Value = Value::Null;

impl Scalar {
    /// Resolves the names in `expr` and checks its types.
    pub fn bind(expr: &Expr, schema: &Schema) -> Result<Self, Fault> {
        bind::scalar(expr, schema)
    }

    /// An expression that must be a bool.
    pub fn predicate(expr: &Expr, schema: &Schema) -> Result<Self, Fault> {
        bind::predicate(expr, schema)
    }

    /// The column at a place, as it is.
    pub fn column(position: usize, column: &Column) -> Self {
        Self { kind: column.kind, code: Code::Column(position) }
    }

    /// The value for a row. Nothing fails here: what has no answer is null.
    pub fn value<'r>(&'r self, row: &'r [Value]) -> Cow<'r, Value> {
        match &self.code {
            Code::Constant(value) => Cow::Borrowed(value),
            Code::Column(position) => Cow::Borrowed(row.get(*position).unwrap_or(&NULL)),
            Code::Member(of, name) => {
                taken(of.value(row), |value| value.get(name), |value| value.get_mut(name))
            }
            Code::Element(of, index) => element(of.value(row), &index.value(row)),
            Code::Call(function, arguments) => {
                let arguments: Vec<_> = arguments.iter().map(|argument| argument.value(row)).collect();
                Cow::Owned((function.call)(&arguments))
            }
            Code::Spelled(of) => match of.value(row).as_ref() {
                Value::Bool(true) => Cow::Owned(Value::from("True")),
                Value::Bool(false) => Cow::Owned(Value::from("False")),
                other => Cow::Owned(other.clone()),
            },
            Code::Arithmetic(operator, left, right) => {
                Cow::Owned(arithmetic::apply(*operator, &left.value(row), &right.value(row)))
            }
            Code::Compare(test, left, right) => Cow::Owned(test.apply(&left.value(row), &right.value(row))),
            Code::In { needle, haystack, negated } => {
                let needle = needle.value(row);
                let found = haystack.iter().any(|(test, item)| is_among(*test, &needle, &item.value(row)));
                Cow::Owned(Value::Bool(found != *negated))
            }
            Code::And(all) => Cow::Owned(Value::Bool(all.iter().all(|each| each.holds(row)))),
            Code::Or(any) => Cow::Owned(Value::Bool(any.iter().any(|each| each.holds(row)))),
        }
    }

    /// Whether the value for a row is true; null is not.
    pub fn holds(&self, row: &[Value]) -> bool {
        *self.value(row) == Value::Bool(true)
    }
}

/// A part of a value: borrowed if the whole is, else taken out of it.
fn taken(
    whole: Cow<'_, Value>,
    borrow: impl FnOnce(&Value) -> Option<&Value>,
    take: impl FnOnce(&mut Value) -> Option<&mut Value>,
) -> Cow<'_, Value> {
    match whole {
        Cow::Borrowed(whole) => Cow::Borrowed(borrow(whole).unwrap_or(&NULL)),
        Cow::Owned(mut whole) => Cow::Owned(take(&mut whole).map(Value::take).unwrap_or_default()),
    }
}

/// An element by its number, from the end if negative, or a member by its name.
fn element<'r>(whole: Cow<'r, Value>, index: &Value) -> Cow<'r, Value> {
    if let Value::String(name) = index {
        return taken(whole, |value| value.get(name), |value| value.get_mut(name));
    }
    let length = whole.as_array().map_or(0, Vec::len);
    let position = index.as_i64().and_then(|index| {
        let from_start = if index < 0 { i64::try_from(length).ok()?.checked_add(index)? } else { index };
        usize::try_from(from_start).ok()
    });
    match position {
        Some(position) => taken(whole, |value| value.get(position), |value| value.get_mut(position)),
        None => Cow::Borrowed(&NULL),
    }
}

/// Whether `item`, or an element of it if it is an array, is the same as `needle`.
fn is_among(test: Test, needle: &Value, item: &Value) -> bool {
    match item {
        Value::Array(items) => items.iter().any(|item| test.holds(needle, item)),
        _ => test.holds(needle, item),
    }
}
