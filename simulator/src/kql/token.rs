//! The query's text cut into words, literals and symbols.

use super::fault::{Fault, Span};

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Token {
    /// A name, a keyword, or a word operator with its marks: `in~`, `!contains`.
    Word(String),
    Text(String),
    Long(i64),
    Real(f64),
    Symbol(&'static str),
    End,
}

#[derive(Debug, Clone)]
pub(super) struct Placed {
    pub token: Token,
    pub span: Span,
}

/// Longest first, so that `<=` is not read as `<`.
const SYMBOLS: [&str; 26] = [
    "==", "=~", "!=", "!~", "<=", ">=", "<>", "<", ">", "=", "|", "(", ")", "[", "]", "{", "}", ",", ".",
    "+", "-", "*", "/", "%", ":", ";",
];

/// Cuts `query` into tokens, the last of which is [`Token::End`].
pub(super) fn tokens(query: &str) -> Result<Vec<Placed>, Fault> {
    let mut lexer = Lexer { query, at: 0 };
    let mut tokens = Vec::new();
    loop {
        lexer.skip_blanks();
        let start = lexer.at;
        let token = lexer.next()?;
        let last = token == Token::End;
        tokens.push(Placed { token, span: Span { start, end: lexer.at } });
        if last {
            return Ok(tokens);
        }
    }
}

struct Lexer<'q> {
    query: &'q str,
    at: usize,
}

impl<'q> Lexer<'q> {
    fn next(&mut self) -> Result<Token, Fault> {
        let start = self.at;
        let Some(first) = self.peek() else { return Ok(Token::End) };
        match first {
            '\'' | '"' => self.text(first),
            '@' if self.rest()[1..].starts_with(['\'', '"']) => {
                self.at += 1;
                self.verbatim()
            }
            '0'..='9' => self.number(),
            '!' if self.rest()[1..].starts_with(|c: char| c.is_ascii_alphabetic()) => {
                self.at += 1;
                Ok(self.word(start))
            }
            c if c.is_alphabetic() || c == '_' || c == '$' => Ok(self.word(start)),
            _ => self.symbol(first),
        }
    }

    fn symbol(&mut self, first: char) -> Result<Token, Fault> {
        if let Some(symbol) = SYMBOLS.iter().find(|symbol| self.rest().starts_with(**symbol)) {
            self.at += symbol.len();
            return Ok(Token::Symbol(symbol));
        }
        let start = self.at;
        self.at += first.len_utf8();
        Err(Fault::syntax(self.since(start), format!("Unexpected character '{first}'.")))
    }

    fn word(&mut self, start: usize) -> Token {
        self.take_while(|c| c.is_alphanumeric() || c == '_' || c == '$');
        if matches!(&self.query[start..self.at], "in" | "!in") && self.peek() == Some('~') {
            self.at += 1;
        }
        Token::Word(self.query[start..self.at].to_owned())
    }

    fn number(&mut self) -> Result<Token, Fault> {
        let start = self.at;
        self.take_while(|c| c.is_ascii_digit());
        let mut real = false;
        if self.rest().starts_with('.') && self.rest()[1..].starts_with(|c: char| c.is_ascii_digit()) {
            real = true;
            self.at += 1;
            self.take_while(|c| c.is_ascii_digit());
        }
        let digits = &self.query[start..self.at];
        if self.peek().is_some_and(|c| c.is_alphanumeric() || c == '_') {
            self.take_while(|c| c.is_alphanumeric() || c == '_');
            return Err(Fault::syntax(self.since(start), "Only plain numbers are supported."));
        }
        let token =
            if real { digits.parse().ok().map(Token::Real) } else { digits.parse().ok().map(Token::Long) };
        token.ok_or_else(|| Fault::syntax(self.since(start), "The number is too large."))
    }

    fn text(&mut self, quote: char) -> Result<Token, Fault> {
        let start = self.at;
        self.at += 1;
        let mut text = String::new();
        while let Some(c) = self.bump() {
            match c {
                '\n' => break,
                '\\' => text.push(self.escaped()?),
                _ if c == quote => return Ok(Token::Text(text)),
                _ => text.push(c),
            }
        }
        Err(Fault::syntax(self.since(start), "The string has no end."))
    }

    fn escaped(&mut self) -> Result<char, Fault> {
        let start = self.at - 1;
        match self.bump() {
            Some('n') => Ok('\n'),
            Some('r') => Ok('\r'),
            Some('t') => Ok('\t'),
            Some(c @ ('\\' | '\'' | '"')) => Ok(c),
            _ => {
                let message = "Unknown escape in a string; a backslash itself is written '\\\\'.";
                Err(Fault::syntax(self.since(start), message))
            }
        }
    }

    /// `@'…'`: backslashes stand for themselves and a doubled quote for one.
    fn verbatim(&mut self) -> Result<Token, Fault> {
        let start = self.at - 1;
        let quote = self.bump();
        let mut text = String::new();
        while let Some(c) = self.bump() {
            if Some(c) != quote {
                text.push(c);
            } else if self.peek() == quote {
                self.at += 1;
                text.push(c);
            } else {
                return Ok(Token::Text(text));
            }
        }
        Err(Fault::syntax(self.since(start), "The string has no end."))
    }

    fn skip_blanks(&mut self) {
        loop {
            self.take_while(char::is_whitespace);
            if !self.rest().starts_with("//") {
                return;
            }
            self.take_while(|c| c != '\n');
        }
    }

    fn take_while(&mut self, wanted: impl Fn(char) -> bool) {
        while self.peek().is_some_and(&wanted) {
            self.bump();
        }
    }

    fn bump(&mut self) -> Option<char> {
        let c = self.peek()?;
        self.at += c.len_utf8();
        Some(c)
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn rest(&self) -> &'q str {
        &self.query[self.at..]
    }

    /// From `start` to here, and at most to the end of the line.
    fn since(&self, start: usize) -> Span {
        let end = self.query[start..self.at].find('\n').map_or(self.at, |length| start + length);
        Span { start, end }
    }
}
