//! From an expression as written to one with its names resolved and its types checked.

use serde_json::Value;

use super::arithmetic;
use super::compare::Test;
use super::function::{Accepts, Function};
use super::{Code, Scalar};
use crate::kql::fault::{Fault, Span};
use crate::kql::schema::{Schema, Type};
use crate::kql::syntax::{Arithmetic, Comparison, Expr, Node};

pub(super) fn scalar(expr: &Expr, schema: &Schema) -> Result<Scalar, Fault> {
    match &expr.node {
        Node::Literal(value) => Ok(Scalar { kind: literal_type(value), code: Code::Constant(value.clone()) }),
        Node::Dynamic(value) => Ok(Scalar { kind: Type::Dynamic, code: Code::Constant(value.clone()) }),
        Node::Column(name) => column(name, expr.span, schema),
        Node::Member(of, name) => {
            let of = dynamic(of, schema)?;
            Ok(Scalar { kind: Type::Dynamic, code: Code::Member(of, name.clone()) })
        }
        Node::Element(of, index) => {
            let of = dynamic(of, schema)?;
            let place = index.span;
            let index = Box::new(scalar(index, schema)?);
            match index.kind {
                Type::Long | Type::String | Type::Dynamic => {
                    Ok(Scalar { kind: Type::Dynamic, code: Code::Element(of, index) })
                }
                Type::Real | Type::Bool => {
                    Err(Fault::meaning(place, "An index must be a whole number or a string."))
                }
            }
        }
        Node::Call(name, arguments) => call(name, arguments, expr.span, schema),
        Node::Negative(value) => {
            let zero = Scalar { kind: Type::Long, code: Code::Constant(Value::from(0)) };
            calculation(Arithmetic::Subtract, zero, scalar(value, schema)?, expr.span)
        }
        Node::Arithmetic(operator, left, right) => {
            calculation(*operator, scalar(left, schema)?, scalar(right, schema)?, expr.span)
        }
        Node::Compare(comparison, left, right) => {
            let (left, right) = (scalar(left, schema)?, scalar(right, schema)?);
            let test = Test::between(*comparison, left.kind, right.kind)
                .ok_or_else(|| incomparable(left.kind, right.kind, expr.span))?;
            Ok(Scalar { kind: Type::Bool, code: Code::Compare(test, Box::new(left), Box::new(right)) })
        }
        Node::In { needle, haystack, fold, negated } => {
            let comparison = if *fold { Comparison::EqualFold } else { Comparison::Equal };
            let needle = Box::new(scalar(needle, schema)?);
            let item = |item: &Expr| Ok((scalar(item, schema)?, item.span));
            let haystack = haystack.iter().map(item).map(|item| tested(comparison, needle.kind, item?));
            let haystack = haystack.collect::<Result<_, Fault>>()?;
            Ok(Scalar { kind: Type::Bool, code: Code::In { needle, haystack, negated: *negated } })
        }
        Node::And(all) => Ok(Scalar { kind: Type::Bool, code: Code::And(predicates(all, schema)?) }),
        Node::Or(any) => Ok(Scalar { kind: Type::Bool, code: Code::Or(predicates(any, schema)?) }),
        Node::Star => Err(Fault::meaning(expr.span, "'*' is not a value.")),
    }
}

pub(super) fn predicate(expr: &Expr, schema: &Schema) -> Result<Scalar, Fault> {
    let bound = scalar(expr, schema)?;
    match bound.kind {
        Type::Bool => Ok(bound),
        Type::Dynamic => {
            Err(Fault::meaning(expr.span, "A predicate must be a bool; cast a dynamic with tobool()."))
        }
        Type::String | Type::Long | Type::Real => {
            let message = format!("A predicate must be a bool, not a {}.", bound.kind.keyword());
            Err(Fault::meaning(expr.span, message))
        }
    }
}

fn predicates(exprs: &[Expr], schema: &Schema) -> Result<Vec<Scalar>, Fault> {
    exprs.iter().map(|expr| predicate(expr, schema)).collect()
}

fn literal_type(value: &Value) -> Type {
    match value {
        Value::String(_) => Type::String,
        Value::Bool(_) => Type::Bool,
        Value::Number(number) if number.is_f64() => Type::Real,
        Value::Number(_) => Type::Long,
        Value::Null | Value::Array(_) | Value::Object(_) => Type::Dynamic,
    }
}

fn column(name: &str, span: Span, schema: &Schema) -> Result<Scalar, Fault> {
    let position = schema.position(name).ok_or_else(|| {
        Fault::meaning(span, format!("Failed to resolve column or scalar expression named '{name}'."))
    })?;
    Ok(Scalar::column(position, &schema.columns[position]))
}

/// The source of a path.
fn dynamic(expr: &Expr, schema: &Schema) -> Result<Box<Scalar>, Fault> {
    let bound = scalar(expr, schema)?;
    if bound.kind == Type::Dynamic {
        return Ok(Box::new(bound));
    }
    let message = format!(
        "Path expression source must be of type dynamic. Received a source of type {} instead.",
        bound.kind.keyword()
    );
    Err(Fault::meaning(expr.span, message))
}

fn call(name: &str, arguments: &[Expr], span: Span, schema: &Schema) -> Result<Scalar, Fault> {
    let function = Function::named(name).ok_or_else(|| {
        Fault::unsupported(span, format!("The function '{name}' is unknown or not supported."))
    })?;
    let arguments =
        arguments.iter().map(|argument| scalar(argument, schema)).collect::<Result<Vec<_>, _>>()?;
    let kinds: Vec<Type> = arguments.iter().map(|argument| argument.kind).collect();
    let kind = function.check(&kinds).map_err(|message| Fault::meaning(span, message))?;
    let spelled = |(place, argument): (usize, Scalar)| {
        if argument.kind == Type::Bool && function.accepts(place) == Accepts::Spelled {
            Scalar { kind: Type::String, code: Code::Spelled(Box::new(argument)) }
        } else {
            argument
        }
    };
    let arguments = arguments.into_iter().enumerate().map(spelled).collect();
    Ok(Scalar { kind, code: Code::Call(function, arguments) })
}

fn calculation(operator: Arithmetic, left: Scalar, right: Scalar, span: Span) -> Result<Scalar, Fault> {
    let kind = arithmetic::kind(left.kind, right.kind).ok_or_else(|| {
        let (left, right) = (left.kind.keyword(), right.kind.keyword());
        Fault::meaning(span, format!("Cannot calculate with values of types {left} and {right}."))
    })?;
    Ok(Scalar { kind, code: Code::Arithmetic(operator, Box::new(left), Box::new(right)) })
}

/// An item that something of the type `needle` is looked for in. Two dynamics compare as text.
fn tested(
    comparison: Comparison,
    needle: Type,
    (item, span): (Scalar, Span),
) -> Result<(Test, Scalar), Fault> {
    let kind = match (needle, item.kind) {
        (Type::Dynamic, Type::Dynamic) => Type::String,
        (Type::Dynamic, kind) | (kind, _) => kind,
    };
    let test =
        Test::between(comparison, kind, item.kind).ok_or_else(|| incomparable(needle, item.kind, span))?;
    Ok((test, item))
}

fn incomparable(left: Type, right: Type, span: Span) -> Fault {
    let (left, right) = (left.keyword(), right.keyword());
    let message = format!("Cannot compare values of types {left} and {right}. Try adding explicit casts.");
    Fault::meaning(span, message)
}
