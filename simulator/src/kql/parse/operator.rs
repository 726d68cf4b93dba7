//! Queries and their operators.

use super::Parser;
use crate::kql::fault::{Fault, Span};
use crate::kql::syntax::{Assignment, Name, Operator, Query, SortKey, Stage};
use crate::kql::token::Token;

/// The table of a query that begins with an operator.
const DEFAULT_TABLE: &str = "resources";

impl Parser<'_> {
    /// A whole query. It may leave out the table and mean `resources`.
    pub(super) fn query(&mut self) -> Result<Query, Fault> {
        if self.is_word("let") || self.is_word("set") {
            return Err(Fault::unsupported(
                self.span(),
                "Only a single query without statements is supported.",
            ));
        }
        let alone = matches!(self.second(), Token::Symbol("|") | Token::End);
        if alone || !self.at_operator() {
            return self.sub_query();
        }
        let start = self.span().start;
        let source = Name { text: DEFAULT_TABLE.to_owned(), span: Span { start, end: start } };
        let first = self.stage()?;
        self.rest_of_query(source, vec![first])
    }

    /// A table and its operators.
    pub(super) fn sub_query(&mut self) -> Result<Query, Fault> {
        let source = self.name("the name of a table")?;
        self.rest_of_query(source, Vec::new())
    }

    fn rest_of_query(&mut self, source: Name, mut stages: Vec<Stage>) -> Result<Query, Fault> {
        while self.eat("|") {
            stages.push(self.stage()?);
        }
        Ok(Query { source, stages })
    }

    fn at_operator(&self) -> bool {
        const FIRST_WORDS: [&str; 14] = [
            "where",
            "filter",
            "extend",
            "project",
            "mv",
            "mvexpand",
            "join",
            "order",
            "sort",
            "take",
            "limit",
            "top",
            "distinct",
            "summarize",
        ];
        FIRST_WORDS.iter().any(|word| self.is_word(word))
    }

    fn stage(&mut self) -> Result<Stage, Fault> {
        let Name { text, span } = self.operator_name()?;
        let operator = match text.as_str() {
            "where" | "filter" => Operator::Where(self.expression()?),
            "extend" => Operator::Extend(self.list(Self::assignment)?),
            "project" => Operator::Project(self.list(Self::assignment)?),
            "project-away" => Operator::ProjectAway(self.list(Self::pattern)?),
            "mv-expand" | "mvexpand" => Operator::MvExpand(self.mv_expand()?),
            "join" => Operator::Join(self.join()?),
            "order" | "sort" => {
                self.expect_word("by")?;
                Operator::OrderBy(self.list(Self::sort_key)?)
            }
            "take" | "limit" => Operator::Take(self.row_count()?),
            "top" => self.top()?,
            "distinct" if self.eat("*") => Operator::Distinct(Vec::new()),
            "distinct" => Operator::Distinct(self.list(Self::assignment)?),
            "count" => Operator::Count,
            "summarize" => self.summarize()?,
            _ => {
                let message = format!("The operator '{text}' is unknown or not supported.");
                return Err(Fault::unsupported(span, message));
            }
        };
        Ok(Stage { operator, span })
    }

    /// The name of an operator, which alone may hold hyphens.
    fn operator_name(&mut self) -> Result<Name, Fault> {
        let mut name = self.name("an operator")?;
        while self.is("-") && self.adjoins() && matches!(self.second(), Token::Word(_)) {
            self.advance();
            let part = self.name("an operator")?;
            name.text = format!("{}-{}", name.text, part.text);
            name.span.end = part.span.end;
        }
        Ok(name)
    }

    pub(super) fn assignment(&mut self) -> Result<Assignment, Fault> {
        if !self.assigns() {
            return Ok(Assignment { name: None, value: self.expression()? });
        }
        let name = self.name("a column")?;
        self.expect("=")?;
        Ok(Assignment { name: Some(name), value: self.expression()? })
    }

    /// Whether what comes next is a name and an equals sign.
    fn assigns(&self) -> bool {
        let name = match self.peek() {
            Token::Word(_) => 1,
            Token::Symbol("[") => 3,
            _ => return false,
        };
        matches!(self.tokens.get(self.at + name), Some(after) if after.token == Token::Symbol("="))
    }

    /// A name of columns in `project-away`, with `*` for any part of it.
    fn pattern(&mut self) -> Result<Name, Fault> {
        let mut span = self.span();
        let mut text = String::new();
        while text.is_empty() || self.adjoins() {
            match self.peek() {
                Token::Word(word) => text.push_str(word),
                Token::Symbol("*") => text.push('*'),
                Token::Symbol("[") if text.is_empty() => return self.name("a column"),
                _ => break,
            }
            span.end = self.span().end;
            self.advance();
        }
        if text.is_empty() { Err(self.unexpected("a column")) } else { Ok(Name { text, span }) }
    }

    fn top(&mut self) -> Result<Operator, Fault> {
        let count = self.row_count()?;
        self.expect_word("by")?;
        Ok(Operator::Top(count, self.sort_key()?))
    }

    fn sort_key(&mut self) -> Result<SortKey, Fault> {
        let value = self.expression()?;
        let ascending = self.eat_word("asc");
        if !ascending {
            self.eat_word("desc");
        }
        let mut nulls_first = ascending;
        if self.eat_word("nulls") {
            nulls_first = self.eat_word("first");
            if !nulls_first {
                self.expect_word("last")?;
            }
        }
        Ok(SortKey { value, ascending, nulls_first })
    }

    fn summarize(&mut self) -> Result<Operator, Fault> {
        let aggregates = if self.is_word("by") { Vec::new() } else { self.list(Self::assignment)? };
        let by = if self.eat_word("by") { self.list(Self::assignment)? } else { Vec::new() };
        Ok(Operator::Summarize { aggregates, by })
    }
}
