//! A query as it was written: what the parser makes and the stages read.

use serde_json::Value;

use super::fault::Span;
use super::schema::Type;

/// A table and what is done with it.
#[derive(Debug)]
pub(super) struct Query {
    pub source: Name,
    pub stages: Vec<Stage>,
}

/// One operator of a query, with the place of its name.
#[derive(Debug)]
pub(super) struct Stage {
    pub operator: Operator,
    pub span: Span,
}

#[derive(Debug)]
pub(super) enum Operator {
    Where(Expr),
    Extend(Vec<Assignment>),
    Project(Vec<Assignment>),
    ProjectAway(Vec<Name>),
    MvExpand(MvExpand),
    Join(Join),
    OrderBy(Vec<SortKey>),
    Take(usize),
    Top(usize, SortKey),
    /// Without expressions: `distinct *`.
    Distinct(Vec<Assignment>),
    Count,
    Summarize {
        aggregates: Vec<Assignment>,
        by: Vec<Assignment>,
    },
}

impl Operator {
    pub fn name(&self) -> &'static str {
        match self {
            Self::Where(_) => "where",
            Self::Extend(_) => "extend",
            Self::Project(_) => "project",
            Self::ProjectAway(_) => "project-away",
            Self::MvExpand(_) => "mv-expand",
            Self::Join(_) => "join",
            Self::OrderBy(_) => "order",
            Self::Take(_) => "take",
            Self::Top(..) => "top",
            Self::Distinct(_) => "distinct",
            Self::Count => "count",
            Self::Summarize { .. } => "summarize",
        }
    }
}

/// A name and its place. In `project-away` it may hold `*` as a wildcard.
#[derive(Debug, Clone)]
pub(super) struct Name {
    pub text: String,
    pub span: Span,
}

/// `name = value`, or the value alone.
#[derive(Debug)]
pub(super) struct Assignment {
    pub name: Option<Name>,
    pub value: Expr,
}

#[derive(Debug)]
pub(super) struct MvExpand {
    pub list: Assignment,
    pub convert_to: Option<Type>,
    pub limit: Option<usize>,
}

#[derive(Debug)]
pub(super) struct Join {
    pub kind: JoinKind,
    pub right: Query,
    pub on: Vec<(Name, Name)>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum JoinKind {
    InnerUnique,
    Inner,
    LeftOuter,
    FullOuter,
}

#[derive(Debug)]
pub(super) struct SortKey {
    pub value: Expr,
    pub ascending: bool,
    pub nulls_first: bool,
}

/// An expression, its place, and how deeply it is nested.
#[derive(Debug)]
pub(super) struct Expr {
    pub node: Node,
    pub span: Span,
    pub depth: usize,
}

#[derive(Debug)]
pub(super) enum Node {
    /// A string, number or bool.
    Literal(Value),
    /// `dynamic(…)`
    Dynamic(Value),
    Column(String),
    /// `value.name` or `value['name']`
    Member(Box<Expr>, String),
    /// `value[index]`
    Element(Box<Expr>, Box<Expr>),
    Call(String, Vec<Expr>),
    Negative(Box<Expr>),
    Arithmetic(Arithmetic, Box<Expr>, Box<Expr>),
    Compare(Comparison, Box<Expr>, Box<Expr>),
    In {
        needle: Box<Expr>,
        haystack: Vec<Expr>,
        fold: bool,
        negated: bool,
    },
    And(Vec<Expr>),
    Or(Vec<Expr>),
    /// `*`, which only `arg_max` and `arg_min` take.
    Star,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Arithmetic {
    Add,
    Subtract,
    Multiply,
    Divide,
    Modulo,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Comparison {
    Equal,
    NotEqual,
    EqualFold,
    NotEqualFold,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    /// `has`, `contains`, … and their negations.
    Text {
        test: TextTest,
        fold: bool,
        negated: bool,
    },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum TextTest {
    Has,
    Contains,
    StartsWith,
    EndsWith,
}
