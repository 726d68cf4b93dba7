//! Comparisons: which types go together, and the answer, which may be null.

use std::cmp::Ordering;

use serde_json::{Number, Value};

use super::convert;
use super::text;
use crate::kql::schema::Type;
use crate::kql::syntax::{Comparison, TextTest};

/// A comparison whose sides are known to be comparable.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Test {
    comparison: Comparison,
    domain: Domain,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Domain {
    Text,
    Number,
    Bool,
}

impl Test {
    /// The test for values of two types, if they can be compared that way.
    ///
    /// A dynamic takes the type of the other side; two dynamics have none to take, except as text.
    pub fn between(comparison: Comparison, left: Type, right: Type) -> Option<Self> {
        let domain = match comparison {
            Comparison::EqualFold | Comparison::NotEqualFold | Comparison::Text { .. } => {
                (left.is_text() && right.is_text()).then_some(Domain::Text)
            }
            _ => match (left, right) {
                (Type::Dynamic, Type::Dynamic) => None,
                (Type::String | Type::Dynamic, Type::String | Type::Dynamic) => Some(Domain::Text),
                (Type::Long | Type::Real, right) if right.is_number() || right == Type::Dynamic => {
                    Some(Domain::Number)
                }
                (Type::Dynamic, Type::Long | Type::Real) => Some(Domain::Number),
                (Type::Bool | Type::Dynamic, Type::Bool) | (Type::Bool, Type::Dynamic) => {
                    matches!(comparison, Comparison::Equal | Comparison::NotEqual).then_some(Domain::Bool)
                }
                _ => None,
            },
        };
        Some(Self { comparison, domain: domain? })
    }

    pub fn holds(self, left: &Value, right: &Value) -> bool {
        self.apply(left, right) == Value::Bool(true)
    }

    /// True, false, or null where a null makes the answer unknown.
    pub fn apply(self, left: &Value, right: &Value) -> Value {
        match self.domain {
            Domain::Text => Value::Bool(self.texts(&convert::text(left), &convert::text(right))),
            Domain::Number => match (left, right) {
                (Value::Number(left), Value::Number(right)) => {
                    Value::Bool(self.ordered(numbers(left, right)))
                }
                _ => self.without_value(left, right),
            },
            Domain::Bool => match (left, right) {
                (Value::Bool(left), Value::Bool(right)) => Value::Bool(self.ordered(Some(left.cmp(right)))),
                _ => self.without_value(left, right),
            },
        }
    }

    fn texts(self, left: &str, right: &str) -> bool {
        match self.comparison {
            Comparison::EqualFold => text::equal_fold(left, right),
            Comparison::NotEqualFold => !text::equal_fold(left, right),
            Comparison::Text { test, fold, negated } => {
                let found = if fold {
                    text_test(test, &left.to_lowercase(), &right.to_lowercase())
                } else {
                    text_test(test, left, right)
                };
                found != negated
            }
            _ => self.ordered(Some(left.cmp(right))),
        }
    }

    fn ordered(self, ordering: Option<Ordering>) -> bool {
        let Some(ordering) = ordering else { return false };
        match self.comparison {
            Comparison::Equal | Comparison::EqualFold => ordering.is_eq(),
            Comparison::NotEqual | Comparison::NotEqualFold => ordering.is_ne(),
            Comparison::Less => ordering.is_lt(),
            Comparison::LessOrEqual => ordering.is_le(),
            Comparison::Greater => ordering.is_gt(),
            Comparison::GreaterOrEqual => ordering.is_ge(),
            Comparison::Text { .. } => false,
        }
    }

    /// The answer when at least one side is null or a dynamic of another type.
    fn without_value(self, left: &Value, right: &Value) -> Value {
        let known = !(left.is_null() && right.is_null());
        match self.comparison {
            Comparison::Equal if known => Value::Bool(false),
            Comparison::NotEqual if known => Value::Bool(true),
            _ => Value::Null,
        }
    }
}

fn text_test(test: TextTest, left: &str, right: &str) -> bool {
    match test {
        TextTest::Has => text::has_term(left, right),
        TextTest::Contains => left.contains(right),
        TextTest::StartsWith => left.starts_with(right),
        TextTest::EndsWith => left.ends_with(right),
    }
}

/// Compares two numbers, exactly if both are whole.
pub(super) fn numbers(left: &Number, right: &Number) -> Option<Ordering> {
    match (left.as_i64(), right.as_i64()) {
        (Some(left), Some(right)) => Some(left.cmp(&right)),
        _ => left.as_f64()?.partial_cmp(&right.as_f64()?),
    }
}

/// Compares two values of one type, neither of them null.
pub(in crate::kql) fn same_type(left: &Value, right: &Value) -> Ordering {
    match (left, right) {
        (Value::Number(left), Value::Number(right)) => numbers(left, right).unwrap_or(Ordering::Equal),
        (Value::Bool(left), Value::Bool(right)) => left.cmp(right),
        _ => convert::text(left).cmp(&convert::text(right)),
    }
}
