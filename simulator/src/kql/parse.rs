//! From text to [`Query`].

mod expression;
mod operand;
mod operator;
mod relation;

use super::fault::{Fault, Span};
use super::syntax::{Name, Query};
use super::token::{Placed, Token, tokens};

/// How deeply parentheses, brackets, calls and sub-queries may be nested.
const NESTING: usize = 32;
/// How deep an expression may become, nesting and chains of operators together.
const DEPTH: usize = 200;

/// Parses a whole query.
pub(super) fn query(text: &str) -> Result<Query, Fault> {
    let mut parser = Parser { text, tokens: tokens(text)?, at: 0, nesting: 0 };
    let query = parser.query()?;
    parser.eat(";");
    match parser.peek() {
        Token::End => Ok(query),
        _ => Err(parser.unexpected("'|' or the end of the query")),
    }
}

struct Parser<'q> {
    text: &'q str,
    tokens: Vec<Placed>,
    at: usize,
    nesting: usize,
}

impl Parser<'_> {
    fn peek(&self) -> &Token {
        &self.tokens[self.at].token
    }

    fn span(&self) -> Span {
        self.tokens[self.at].span
    }

    /// The token after the current one.
    fn second(&self) -> &Token {
        self.tokens.get(self.at + 1).map_or(&Token::End, |placed| &placed.token)
    }

    /// Goes on by one token, and stays at the last.
    fn advance(&mut self) {
        self.at = (self.at + 1).min(self.tokens.len() - 1);
    }

    /// Whether the current token follows the one before without a blank.
    fn adjoins(&self) -> bool {
        self.at > 0 && self.tokens[self.at - 1].span.end == self.span().start
    }

    fn is(&self, symbol: &str) -> bool {
        matches!(self.peek(), Token::Symbol(found) if *found == symbol)
    }

    fn is_word(&self, word: &str) -> bool {
        matches!(self.peek(), Token::Word(found) if found == word)
    }

    fn eat(&mut self, symbol: &str) -> bool {
        let found = self.is(symbol);
        if found {
            self.advance();
        }
        found
    }

    fn eat_word(&mut self, word: &str) -> bool {
        let found = self.is_word(word);
        if found {
            self.advance();
        }
        found
    }

    fn expect(&mut self, symbol: &str) -> Result<(), Fault> {
        if self.eat(symbol) { Ok(()) } else { Err(self.unexpected(&format!("'{symbol}'"))) }
    }

    fn expect_word(&mut self, word: &str) -> Result<(), Fault> {
        if self.eat_word(word) { Ok(()) } else { Err(self.unexpected(&format!("'{word}'"))) }
    }

    /// A name, plain or as `['name']`.
    fn name(&mut self, wanted: &str) -> Result<Name, Fault> {
        let span = self.span();
        if let Token::Word(text) = self.peek() {
            let text = text.clone();
            self.advance();
            return Ok(Name { text, span });
        }
        if self.is("[") && matches!(self.second(), Token::Text(_)) {
            self.advance();
            let text = self.text(wanted)?;
            let end = self.span().end;
            self.expect("]")?;
            return Ok(Name { text, span: Span { start: span.start, end } });
        }
        Err(self.unexpected(wanted))
    }

    fn text(&mut self, wanted: &str) -> Result<String, Fault> {
        match self.peek() {
            Token::Text(text) => {
                let text = text.clone();
                self.advance();
                Ok(text)
            }
            _ => Err(self.unexpected(wanted)),
        }
    }

    fn row_count(&mut self) -> Result<usize, Fault> {
        match self.peek() {
            Token::Long(number) => {
                let count = usize::try_from(*number).unwrap_or(usize::MAX);
                self.advance();
                Ok(count)
            }
            _ => Err(self.unexpected("a number of rows")),
        }
    }

    /// One or more of something, with commas between.
    fn list<T>(&mut self, mut item: impl FnMut(&mut Self) -> Result<T, Fault>) -> Result<Vec<T>, Fault> {
        let mut items = vec![item(self)?];
        while self.eat(",") {
            items.push(item(self)?);
        }
        Ok(items)
    }

    /// Parses something one level deeper; text nested without end is refused, not followed.
    fn nested<T>(&mut self, inner: impl FnOnce(&mut Self) -> Result<T, Fault>) -> Result<T, Fault> {
        if self.nesting == NESTING {
            return Err(Fault::syntax(self.span(), "The query is nested too deeply."));
        }
        self.nesting += 1;
        let parsed = inner(self);
        self.nesting -= 1;
        parsed
    }

    fn unexpected(&self, wanted: &str) -> Fault {
        let found = match self.peek() {
            Token::End => "the end of the query".to_owned(),
            _ => format!("'{}'", &self.text[self.span().start..self.span().end]),
        };
        Fault::syntax(self.span(), format!("Expected {wanted}, found {found}."))
    }
}
