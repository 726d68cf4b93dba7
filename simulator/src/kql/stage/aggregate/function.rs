//! The functions of `summarize`: their names, what they take, and the columns they give.

use crate::kql::fault::{Fault, Span};
use crate::kql::schema::{Column, Type};
use crate::kql::stage::key;
use crate::kql::syntax::Expr;

/// A function over the rows of a group.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Function {
    Count,
    CountIf,
    DCount,
    Sum,
    Min,
    Max,
    MakeList,
    MakeSet,
    ArgMin,
    ArgMax,
}

impl Function {
    pub fn named(name: &str) -> Option<Self> {
        match name {
            "count" => Some(Self::Count),
            "countif" => Some(Self::CountIf),
            "dcount" => Some(Self::DCount),
            "sum" => Some(Self::Sum),
            "min" => Some(Self::Min),
            "max" => Some(Self::Max),
            "make_list" => Some(Self::MakeList),
            "make_set" => Some(Self::MakeSet),
            "arg_min" => Some(Self::ArgMin),
            "arg_max" => Some(Self::ArgMax),
            _ => None,
        }
    }

    pub fn check_count(self, name: &str, arguments: &[Expr], span: Span) -> Result<(), Fault> {
        let wanted = match self {
            Self::Count => 0..=0,
            Self::ArgMin | Self::ArgMax => 2..=usize::MAX,
            _ => 1..=1,
        };
        if wanted.contains(&arguments.len()) {
            return Ok(());
        }
        let message = format!("{name}(): expects {} argument(s), got {}.", wanted.start(), arguments.len());
        Err(Fault::meaning(span, message))
    }

    pub fn check_kind(self, name: &str, kind: Type, span: Span) -> Result<(), Fault> {
        let fits = match self {
            Self::CountIf => kind == Type::Bool,
            Self::Sum => kind.is_number(),
            Self::Min | Self::Max | Self::ArgMin | Self::ArgMax => kind != Type::Dynamic,
            Self::Count | Self::DCount | Self::MakeList | Self::MakeSet => true,
        };
        if self == Self::DCount {
            key::must_be_scalar(kind, span, "The argument of dcount()")?;
        }
        if fits {
            return Ok(());
        }
        Err(Fault::meaning(span, format!("{name}(): argument 1 cannot be of type {}.", kind.keyword())))
    }

    /// The columns of the answer, given those of the arguments.
    pub fn columns(self, mut arguments: Vec<Column>) -> Vec<Column> {
        let (prefix, kind) = match self {
            Self::Count => return vec![Column::new("count_", Type::Long)],
            Self::ArgMin | Self::ArgMax => return arguments,
            Self::CountIf => return vec![Column::new("countif_", Type::Long)],
            Self::DCount => ("dcount", Some(Type::Long)),
            Self::MakeList => ("list", Some(Type::Dynamic)),
            Self::MakeSet => ("set", Some(Type::Dynamic)),
            Self::Sum => ("sum", None),
            Self::Min => ("min", None),
            Self::Max => ("max", None),
        };
        for column in &mut arguments {
            column.name = format!("{prefix}_{}", column.name);
            column.kind = kind.unwrap_or(column.kind);
        }
        arguments
    }
}
