//! Expressions, by precedence: `or`, `and`, comparison, sum, product, sign, path.

use super::{DEPTH, Parser};
use crate::kql::fault::{Fault, Span};
use crate::kql::syntax::{Arithmetic, Comparison, Expr, Node, TextTest};
use crate::kql::token::Token;

impl Parser<'_> {
    pub(super) fn expression(&mut self) -> Result<Expr, Fault> {
        self.any_of("or", Node::Or, |parser| parser.any_of("and", Node::And, Self::comparison))
    }

    /// Operands with `word` between them, as one flat node.
    fn any_of(
        &mut self,
        word: &str,
        node: fn(Vec<Expr>) -> Node,
        operand: impl Fn(&mut Self) -> Result<Expr, Fault>,
    ) -> Result<Expr, Fault> {
        let start = self.span().start;
        let first = operand(self)?;
        if !self.is_word(word) {
            return Ok(first);
        }
        let mut depth = first.depth;
        let mut operands = vec![first];
        while self.eat_word(word) {
            let next = operand(self)?;
            depth = depth.max(next.depth);
            operands.push(next);
        }
        self.built(node(operands), start, depth)
    }

    fn comparison(&mut self) -> Result<Expr, Fault> {
        let start = self.span().start;
        let left = self.sum()?;
        let word = match self.peek() {
            Token::Word(word) => word.as_str(),
            Token::Symbol(symbol) => symbol,
            _ => return Ok(left),
        };
        if let Some((fold, negated)) = membership(word) {
            self.advance();
            self.expect("(")?;
            let haystack = self.nested(|parser| parser.list(Self::expression))?;
            self.expect(")")?;
            let depth = haystack.iter().map(|expr| expr.depth).fold(left.depth, usize::max);
            return self.built(Node::In { needle: Box::new(left), haystack, fold, negated }, start, depth);
        }
        let Some(comparison) = comparison(word) else { return Ok(left) };
        self.advance();
        let right = self.sum()?;
        let depth = left.depth.max(right.depth);
        self.built(Node::Compare(comparison, Box::new(left), Box::new(right)), start, depth)
    }

    fn sum(&mut self) -> Result<Expr, Fault> {
        let operator = |token: &Token| match token {
            Token::Symbol("+") => Some(Arithmetic::Add),
            Token::Symbol("-") => Some(Arithmetic::Subtract),
            _ => None,
        };
        self.chain(operator, Self::product)
    }

    fn product(&mut self) -> Result<Expr, Fault> {
        let operator = |token: &Token| match token {
            Token::Symbol("*") => Some(Arithmetic::Multiply),
            Token::Symbol("/") => Some(Arithmetic::Divide),
            Token::Symbol("%") => Some(Arithmetic::Modulo),
            _ => None,
        };
        self.chain(operator, Self::signed)
    }

    fn chain(
        &mut self,
        operator: impl Fn(&Token) -> Option<Arithmetic>,
        operand: fn(&mut Self) -> Result<Expr, Fault>,
    ) -> Result<Expr, Fault> {
        let start = self.span().start;
        let mut left = operand(self)?;
        while let Some(arithmetic) = operator(self.peek()) {
            self.advance();
            let right = operand(self)?;
            let depth = left.depth.max(right.depth);
            left = self.built(Node::Arithmetic(arithmetic, Box::new(left), Box::new(right)), start, depth)?;
        }
        Ok(left)
    }

    fn signed(&mut self) -> Result<Expr, Fault> {
        let start = self.span().start;
        if !self.eat("-") {
            return self.path();
        }
        let value = self.nested(Self::signed)?;
        let depth = value.depth;
        self.built(Node::Negative(Box::new(value)), start, depth)
    }

    /// The expression that began at `start` and ends before the current token.
    pub(super) fn built(&self, node: Node, start: usize, inner_depth: usize) -> Result<Expr, Fault> {
        let end = self.tokens[self.at.saturating_sub(1)].span.end.max(start);
        let span = Span { start, end };
        if inner_depth == DEPTH {
            return Err(Fault::syntax(span, "The expression is too long; split it into several operators."));
        }
        Ok(Expr { node, span, depth: inner_depth + 1 })
    }
}

/// The `in` family: whether it ignores case, and whether it is negated.
fn membership(word: &str) -> Option<(bool, bool)> {
    match word {
        "in" => Some((false, false)),
        "!in" => Some((false, true)),
        "in~" => Some((true, false)),
        "!in~" => Some((true, true)),
        _ => None,
    }
}

fn comparison(word: &str) -> Option<Comparison> {
    match word {
        "==" => Some(Comparison::Equal),
        "!=" | "<>" => Some(Comparison::NotEqual),
        "=~" => Some(Comparison::EqualFold),
        "!~" => Some(Comparison::NotEqualFold),
        "<" => Some(Comparison::Less),
        "<=" => Some(Comparison::LessOrEqual),
        ">" => Some(Comparison::Greater),
        ">=" => Some(Comparison::GreaterOrEqual),
        _ => text_comparison(word),
    }
}

fn text_comparison(word: &str) -> Option<Comparison> {
    let (word, negated) = word.strip_prefix('!').map_or((word, false), |rest| (rest, true));
    let (word, fold) = word.strip_suffix("_cs").map_or((word, true), |rest| (rest, false));
    let test = match word {
        "has" => TextTest::Has,
        "contains" => TextTest::Contains,
        "startswith" => TextTest::StartsWith,
        "endswith" => TextTest::EndsWith,
        _ => return None,
    };
    Some(Comparison::Text { test, fold, negated })
}
