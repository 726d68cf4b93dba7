//! The functions of `summarize` at work.

mod function;

use std::collections::HashSet;

use serde_json::Value;

use super::key::Atom;
use super::naming;
use crate::kql::fault::Fault;
use crate::kql::scalar::{Scalar, arithmetic, compare};
use crate::kql::schema::{Column, Schema};
use crate::kql::syntax::{Arithmetic, Assignment, Expr, Node};
use crate::kql::table::Row;
use function::Function;

/// An aggregate function bound to the columns of a table.
pub(super) struct Aggregate {
    /// What it adds to the answer: one column, or for `arg_max` and `arg_min` several.
    pub columns: Vec<Column>,
    function: Function,
    scalars: Vec<Scalar>,
}

/// What an aggregate has seen so far of one group.
pub(super) enum Accumulator {
    Count(usize),
    Sum(Value),
    /// The best value, and what stood beside it.
    Best(Option<(Value, Row)>),
    List(Vec<Value>),
    Set(HashSet<Atom>, Vec<Value>),
}

impl Aggregate {
    /// Binds one `name = function(…)`; `grouped` are the columns that `*` leaves out.
    pub fn bind(assignment: &Assignment, schema: &Schema, grouped: &[String]) -> Result<Self, Fault> {
        let Node::Call(name, arguments) = &assignment.value.node else {
            return Err(Fault::meaning(assignment.value.span, "An aggregate function is expected here."));
        };
        let span = assignment.value.span;
        let function = Function::named(name).ok_or_else(|| {
            Fault::unsupported(span, format!("The aggregate function '{name}' is unknown or not supported."))
        })?;
        function.check_count(name, arguments, span)?;
        let arguments = with_star_resolved(arguments, schema, grouped);
        let mut scalars = Vec::with_capacity(arguments.len());
        let mut columns = Vec::with_capacity(arguments.len());
        for (place, argument) in arguments.iter().enumerate() {
            let (scalar, path) = match argument {
                Argument::Written(expr) => {
                    (Scalar::bind(expr, schema)?, naming::path(expr).unwrap_or_default())
                }
                Argument::Starred(position) => {
                    let column = &schema.columns[*position];
                    (Scalar::column(*position, column), column.name.clone())
                }
            };
            if place == 0 {
                function.check_kind(name, scalar.kind, span)?;
            }
            columns.push(Column::new(path, scalar.kind));
            scalars.push(scalar);
        }
        let mut columns = function.columns(columns);
        if let (Some(name), Some(first)) = (&assignment.name, columns.first_mut()) {
            first.name.clone_from(&name.text);
        }
        Ok(Self { columns, function, scalars })
    }

    pub fn start(&self) -> Accumulator {
        match self.function {
            Function::Count | Function::CountIf => Accumulator::Count(0),
            Function::Sum => Accumulator::Sum(Value::from(0)),
            Function::Min | Function::Max | Function::ArgMin | Function::ArgMax => Accumulator::Best(None),
            Function::MakeList => Accumulator::List(Vec::new()),
            Function::MakeSet | Function::DCount => Accumulator::Set(HashSet::new(), Vec::new()),
        }
    }

    /// Takes a row into account. Nulls do not count.
    pub fn add(&self, accumulator: &mut Accumulator, row: &[Value]) {
        let value = self.scalars.first().map(|scalar| scalar.value(row).into_owned()).unwrap_or_default();
        match accumulator {
            Accumulator::Count(count) => {
                *count += usize::from(self.function == Function::Count || value == Value::Bool(true));
            }
            _ if value.is_null() => {}
            Accumulator::Sum(sum) => *sum = arithmetic::apply(Arithmetic::Add, sum, &value),
            Accumulator::List(list) => list.push(value),
            Accumulator::Set(known, list) => {
                if known.insert(Atom::from(&value)) {
                    list.push(value);
                }
            }
            Accumulator::Best(best) => {
                if best.as_ref().is_none_or(|(best, _)| self.is_better(&value, best)) {
                    let beside =
                        self.scalars[1..].iter().map(|scalar| scalar.value(row).into_owned()).collect();
                    *best = Some((value, beside));
                }
            }
        }
    }

    fn is_better(&self, value: &Value, best: &Value) -> bool {
        let ordering = compare::same_type(value, best);
        match self.function {
            Function::Min | Function::ArgMin => ordering.is_lt(),
            _ => ordering.is_gt(),
        }
    }

    /// A value for each of the columns.
    pub fn finish(&self, accumulator: Accumulator) -> Row {
        match accumulator {
            Accumulator::Count(count) => vec![Value::from(count)],
            Accumulator::Sum(sum) => vec![sum],
            Accumulator::Set(_, list) if self.function == Function::DCount => vec![Value::from(list.len())],
            Accumulator::List(list) | Accumulator::Set(_, list) => vec![Value::Array(list)],
            Accumulator::Best(Some((best, beside))) => [vec![best], beside].concat(),
            Accumulator::Best(None) => self.columns.iter().map(|column| column.kind.absent()).collect(),
        }
    }
}

/// An argument, or one of the columns that `*` stands for.
enum Argument<'a> {
    Written(&'a Expr),
    Starred(usize),
}

fn with_star_resolved<'a>(arguments: &'a [Expr], schema: &Schema, grouped: &[String]) -> Vec<Argument<'a>> {
    let written: Vec<String> = arguments.iter().filter_map(naming::path).collect();
    let mut resolved = Vec::new();
    for argument in arguments {
        if matches!(argument.node, Node::Star) {
            let names = schema.columns.iter().map(|column| &column.name).enumerate();
            let others = names.filter(|(_, name)| !grouped.contains(name) && !written.contains(name));
            resolved.extend(others.map(|(position, _)| Argument::Starred(position)));
        } else {
            resolved.push(Argument::Written(argument));
        }
    }
    resolved
}
