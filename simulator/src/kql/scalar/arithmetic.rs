//! Calculation: whole numbers stay whole, and what has no result is null.

use serde_json::Value;

use crate::kql::schema::Type;
use crate::kql::syntax::Arithmetic;

/// The type of a result, if the two types can be calculated with.
pub(super) fn kind(left: Type, right: Type) -> Option<Type> {
    match (left, right) {
        (Type::Long, Type::Long) => Some(Type::Long),
        (Type::Long | Type::Real, Type::Long | Type::Real) => Some(Type::Real),
        (Type::Dynamic, Type::Long | Type::Real | Type::Dynamic)
        | (Type::Long | Type::Real, Type::Dynamic) => Some(Type::Dynamic),
        _ => None,
    }
}

/// Whole numbers divide as whole numbers; a remainder is never negative.
pub(in crate::kql) fn apply(operator: Arithmetic, left: &Value, right: &Value) -> Value {
    let result = match (left.as_i64(), right.as_i64()) {
        (Some(left), Some(right)) => whole(operator, left, right).map(Value::from),
        _ => match (left.as_f64(), right.as_f64()) {
            (Some(left), Some(right)) => Some(Value::from(fractional(operator, left, right))),
            _ => None,
        },
    };
    result.unwrap_or_default()
}

fn whole(operator: Arithmetic, left: i64, right: i64) -> Option<i64> {
    match operator {
        Arithmetic::Add => left.checked_add(right),
        Arithmetic::Subtract => left.checked_sub(right),
        Arithmetic::Multiply => left.checked_mul(right),
        Arithmetic::Divide => left.checked_div(right),
        Arithmetic::Modulo => left.checked_rem_euclid(right),
    }
}

fn fractional(operator: Arithmetic, left: f64, right: f64) -> f64 {
    match operator {
        Arithmetic::Add => left + right,
        Arithmetic::Subtract => left - right,
        Arithmetic::Multiply => left * right,
        Arithmetic::Divide => left / right,
        Arithmetic::Modulo => left.rem_euclid(right),
    }
}
