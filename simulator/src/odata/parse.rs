//! `$filter`: comparisons of columns with literals, joined by `and`, `or`, `not` and parentheses.

use super::{
    Cell, Fault, Kind, Schema,
    token::{Token, tokens},
};

/// How deep parentheses may go.
const DEEPEST: usize = 50;

/// What rows must be like.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Filter {
    And(Box<Self>, Box<Self>),
    Or(Box<Self>, Box<Self>),
    Not(Box<Self>),
    Compare(String, Comparison, Cell),
    In(String, Vec<Cell>),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Comparison {
    Equal,
    Unequal,
    Greater,
    GreaterOrEqual,
    Less,
    LessOrEqual,
}

/// Reads a `$filter`.
pub fn filter(text: &str, schema: &Schema) -> Result<Filter, Fault> {
    let tokens = tokens(text)?;
    let mut parser = Parser::new(&tokens, schema);
    let filter = parser.alternatives()?;
    parser.end()?;
    Ok(filter)
}

/// Reads tokens from left to right.
pub(super) struct Parser<'text> {
    rest: &'text [Token],
    pub(super) schema: &'text Schema,
    depth: usize,
}

impl<'text> Parser<'text> {
    pub(super) fn new(tokens: &'text [Token], schema: &'text Schema) -> Self {
        Self { rest: tokens, schema, depth: 0 }
    }

    /// `a or b`
    pub(super) fn alternatives(&mut self) -> Result<Filter, Fault> {
        let mut left = self.conditions()?;
        while self.takes("or") {
            left = Filter::Or(Box::new(left), Box::new(self.conditions()?));
        }
        Ok(left)
    }

    /// `a and b`, which binds more tightly.
    fn conditions(&mut self) -> Result<Filter, Fault> {
        let mut left = self.condition()?;
        while self.takes("and") {
            left = Filter::And(Box::new(left), Box::new(self.condition()?));
        }
        Ok(left)
    }

    fn condition(&mut self) -> Result<Filter, Fault> {
        self.depth += 1;
        if DEEPEST < self.depth {
            return Err(Fault("The expression is nested too deeply.".to_owned()));
        }
        let condition = if self.takes("not") {
            // `not` binds more tightly than `eq`, so without parentheses it would negate a column.
            if self.rest.first() != Some(&Token::Open) {
                return Err(Fault("'not' must be followed by an expression in parentheses.".to_owned()));
            }
            Filter::Not(Box::new(self.condition()?))
        } else if self.next_is(&Token::Open) {
            let inner = self.alternatives()?;
            self.expect(&Token::Close)?;
            inner
        } else {
            self.comparison()?
        };
        self.depth -= 1;
        Ok(condition)
    }

    fn comparison(&mut self) -> Result<Filter, Fault> {
        let name = self.word("a property")?;
        if self.rest.first() == Some(&Token::Open) {
            return Err(Fault(format!("The function '{name}' is not supported.")));
        }
        let (column, kind) = self.schema.single(&name)?;
        let column = column.to_owned();
        let operator = self.word("an operator")?;
        let comparison = match operator.as_str() {
            "eq" => Comparison::Equal,
            "ne" => Comparison::Unequal,
            "gt" => Comparison::Greater,
            "ge" => Comparison::GreaterOrEqual,
            "lt" => Comparison::Less,
            "le" => Comparison::LessOrEqual,
            "in" => return self.choice(column, kind),
            _ => return Err(Fault(format!("The operator '{operator}' is not supported."))),
        };
        let orders = !matches!(comparison, Comparison::Equal | Comparison::Unequal);
        if orders && kind == Kind::Flag {
            return Err(Fault(format!("The operator '{operator}' does not compare values of '{column}'.")));
        }
        let value = self.literal(&column, kind)?;
        Ok(Filter::Compare(column, comparison, value))
    }

    /// `in ('a', 'b')`
    fn choice(&mut self, column: String, kind: Kind) -> Result<Filter, Fault> {
        self.expect(&Token::Open)?;
        let mut values = vec![self.literal(&column, kind)?];
        while self.next_is(&Token::Comma) {
            values.push(self.literal(&column, kind)?);
        }
        self.expect(&Token::Close)?;
        Ok(Filter::In(column, values))
    }

    /// A value that a column of this kind can have.
    fn literal(&mut self, column: &str, kind: Kind) -> Result<Cell, Fault> {
        let token = self.next()?;
        let value = match (token, kind) {
            (Token::Text(text), Kind::Text) => Some(Cell::Text(text.clone())),
            (Token::Time(at), Kind::Time) => Some(Cell::Time(*at)),
            (Token::Number(number), Kind::Number) => Some(Cell::Number(*number)),
            (Token::Word(word), Kind::Flag) if word == "true" => Some(Cell::Flag(true)),
            (Token::Word(word), Kind::Flag) if word == "false" => Some(Cell::Flag(false)),
            (Token::Word(word), _) if word == "null" => Some(Cell::Null),
            _ => None,
        };
        value.ok_or_else(|| {
            Fault(format!("The property '{column}' cannot be compared with what stands there: {token:?}."))
        })
    }

    fn next(&mut self) -> Result<&'text Token, Fault> {
        let (first, rest) =
            self.rest.split_first().ok_or_else(|| Fault("The expression ends too early.".to_owned()))?;
        self.rest = rest;
        Ok(first)
    }

    pub(super) fn word(&mut self, what: &str) -> Result<String, Fault> {
        match self.next()? {
            Token::Word(word) => Ok(word.clone()),
            other => Err(Fault(format!("Expected {what}, not {other:?}."))),
        }
    }

    /// Goes on if this word comes next.
    pub(super) fn takes(&mut self, word: &str) -> bool {
        let is_next = matches!(self.rest.first(), Some(Token::Word(next)) if next == word);
        if is_next {
            self.rest = &self.rest[1..];
        }
        is_next
    }

    /// Goes on if this comes next.
    pub(super) fn next_is(&mut self, token: &Token) -> bool {
        let is_next = self.rest.first() == Some(token);
        if is_next {
            self.rest = &self.rest[1..];
        }
        is_next
    }

    pub(super) fn expect(&mut self, token: &Token) -> Result<(), Fault> {
        if self.next_is(token) {
            return Ok(());
        }
        Err(Fault(match self.rest.first() {
            Some(found) => format!("Expected {token:?}, not {found:?}."),
            None => "The expression ends too early.".to_owned(),
        }))
    }

    pub(super) fn end(&self) -> Result<(), Fault> {
        match self.rest.first() {
            None => Ok(()),
            Some(token) => Err(Fault(format!("Expected the end, not {token:?}."))),
        }
    }
}
