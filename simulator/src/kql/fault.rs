//! Why a query was refused, and where in its text.

use serde_json::{Value, json};

/// How much of the text at fault is repeated.
const LONGEST_TOKEN: usize = 200;

/// Why a query was not run.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message} (line {line}, position {character}, token '{token}')")]
pub struct InvalidQuery {
    /// What kind of mistake it is.
    pub code: Code,
    /// What is wrong, in a sentence.
    pub message: String,
    /// The line of the mistake, counted from 1.
    pub line: usize,
    /// The character within that line, counted from 0 as Azure does.
    pub character: usize,
    /// The text at fault, `<EOF>` at the end of the query.
    pub token: String,
}

impl InvalidQuery {
    /// The entry that stands for this mistake in `error.details`.
    pub fn detail(&self) -> Value {
        json!({
            "code": self.code.as_str(),
            "message": self.message,
            "line": self.line,
            "characterPositionInLine": self.character,
            "token": self.token,
        })
    }
}

/// The kind of a mistake, by the code that Azure gives it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Code {
    /// The text is not a query.
    ParserFailure,
    /// An operator, function or flavour of one that is not in the supported subset.
    InvalidQueryLanguage,
    /// A table that does not exist.
    DisallowedLogicalTableName,
    /// More joins across tables than allowed.
    DisallowedMaxNumberOfRemoteTables,
    /// Anything else: an unknown column, types that do not go together, too many operators.
    InvalidQuery,
}

impl Code {
    /// The code as it stands in Azure's answer.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::ParserFailure => "ParserFailure",
            Self::InvalidQueryLanguage => "InvalidQueryLanguage",
            Self::DisallowedLogicalTableName => "DisallowedLogicalTableName",
            Self::DisallowedMaxNumberOfRemoteTables => "DisallowedMaxNumberOfRemoteTables",
            Self::InvalidQuery => "InvalidQuery",
        }
    }
}

/// A stretch of the query's text, in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Span {
    pub start: usize,
    pub end: usize,
}

/// A mistake that knows its place but not yet the text around it.
#[derive(Debug, Clone)]
pub(super) struct Fault {
    code: Code,
    message: String,
    span: Span,
}

impl Fault {
    pub fn new(code: Code, span: Span, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), span }
    }

    /// The text is not a query.
    pub fn syntax(span: Span, message: impl Into<String>) -> Self {
        Self::new(Code::ParserFailure, span, message)
    }

    /// The text is a query, but not one that makes sense.
    pub fn meaning(span: Span, message: impl Into<String>) -> Self {
        Self::new(Code::InvalidQuery, span, message)
    }

    /// The query uses more of the language than is supported.
    pub fn unsupported(span: Span, message: impl Into<String>) -> Self {
        Self::new(Code::InvalidQueryLanguage, span, message)
    }

    /// Names the operator in which the mistake was made.
    #[must_use]
    pub fn within(mut self, operator: &str) -> Self {
        self.message = format!("'{operator}' operator: {}", self.message);
        self
    }

    pub fn locate(self, query: &str) -> InvalidQuery {
        let before = query.get(..self.span.start).unwrap_or(query);
        let line = before.matches('\n').count() + 1;
        let character = before.chars().rev().take_while(|&c| c != '\n').count();
        let token = match query.get(self.span.start..self.span.end) {
            Some("") | None => "<EOF>".to_owned(),
            Some(token) => token.chars().take(LONGEST_TOKEN).collect(),
        };
        InvalidQuery { code: self.code, message: self.message, line, character, token }
    }
}
