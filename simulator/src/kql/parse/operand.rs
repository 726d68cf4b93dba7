//! What expressions are made of: literals, columns, paths and calls.

use serde_json::Value;

use super::Parser;
use crate::kql::fault::{Fault, Span};
use crate::kql::syntax::{Expr, Node};
use crate::kql::token::Token;

impl Parser<'_> {
    /// A value and what is taken from it: `a.b`, `a['b']`, `a.['b']`, `a[0]`.
    pub(super) fn path(&mut self) -> Result<Expr, Fault> {
        let start = self.span().start;
        let mut value = self.operand()?;
        loop {
            let mut depth = value.depth;
            let node = if self.eat(".") {
                Node::Member(Box::new(value), self.name("the name of a member")?.text)
            } else if self.eat("[") {
                let index = self.nested(Self::expression)?;
                self.expect("]")?;
                depth = depth.max(index.depth);
                match index.node {
                    Node::Literal(Value::String(name)) => Node::Member(Box::new(value), name),
                    _ => Node::Element(Box::new(value), Box::new(index)),
                }
            } else {
                return Ok(value);
            };
            value = self.built(node, start, depth)?;
        }
    }

    fn operand(&mut self) -> Result<Expr, Fault> {
        let start = self.span().start;
        let node = match self.peek().clone() {
            Token::Symbol("(") => {
                self.advance();
                let inner = self.nested(Self::expression)?;
                self.expect(")")?;
                return Ok(inner);
            }
            Token::Symbol("[") => {
                let column = self.name("an expression")?.text;
                return self.built(Node::Column(column), start, 0);
            }
            Token::Word(word) if *self.second() == Token::Symbol("(") => return self.call(word),
            Token::Word(word) => match word.as_str() {
                "true" | "True" | "TRUE" => Node::Literal(Value::Bool(true)),
                "false" | "False" | "FALSE" => Node::Literal(Value::Bool(false)),
                _ => Node::Column(word),
            },
            Token::Text(text) => Node::Literal(Value::String(text)),
            Token::Long(number) => Node::Literal(Value::from(number)),
            Token::Real(number) => Node::Literal(Value::from(number)),
            Token::Symbol("*") => Node::Star,
            Token::Symbol(_) | Token::End => return Err(self.unexpected("an expression")),
        };
        self.advance();
        self.built(node, start, 0)
    }

    fn call(&mut self, function: String) -> Result<Expr, Fault> {
        let start = self.span().start;
        self.advance();
        self.expect("(")?;
        if function == "dynamic" {
            return self.dynamic(start);
        }
        let arguments = match self.peek() {
            Token::Symbol(")") => Vec::new(),
            _ => self.nested(|parser| parser.list(Self::expression))?,
        };
        self.expect(")")?;
        let depth = arguments.iter().map(|argument| argument.depth).max().unwrap_or(0);
        self.built(Node::Call(function, arguments), start, depth)
    }

    /// The JSON between the parentheses of `dynamic(…)`.
    fn dynamic(&mut self, start: usize) -> Result<Expr, Fault> {
        let from = self.span().start;
        let mut open = 1;
        while open > 0 {
            match self.peek() {
                Token::Symbol("(") => open += 1,
                Token::Symbol(")") => open -= 1,
                Token::End => return Err(self.unexpected("')'")),
                _ => {}
            }
            if open > 0 {
                self.advance();
            }
        }
        let json = Span { start: from, end: self.span().start };
        self.expect(")")?;
        let value = serde_json::from_str(&self.text[json.start..json.end])
            .map_err(|_| Fault::syntax(json, "The dynamic literal is not JSON."))?;
        self.built(Node::Dynamic(value), start, 0)
    }
}
