//! Cutting an expression into words.

use jiff::Timestamp;

use super::Fault;

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Token {
    /// A name or a keyword.
    Word(String),
    Text(String),
    Number(i64),
    Time(Timestamp),
    Open,
    Close,
    Comma,
    Slash,
}

pub(super) fn tokens(text: &str) -> Result<Vec<Token>, Fault> {
    let mut tokens = Vec::new();
    let mut rest = text.trim_start();
    while let Some(first) = rest.chars().next() {
        let (token, length) = match first {
            '(' => (Token::Open, 1),
            ')' => (Token::Close, 1),
            ',' => (Token::Comma, 1),
            '/' => (Token::Slash, 1),
            '\'' => quoted(rest)?,
            '0'..='9' | '-' => number_or_time(rest)?,
            'a'..='z' | 'A'..='Z' | '_' | '$' => {
                let length = run(rest, |c| c.is_ascii_alphanumeric() || "_$.".contains(c));
                (Token::Word(rest[..length].to_owned()), length)
            }
            other => return Err(Fault(format!("The character '{other}' is not expected in '{text}'."))),
        };
        tokens.push(token);
        rest = rest[length..].trim_start();
    }
    Ok(tokens)
}

/// A text in single quotes, in which two of them stand for one.
fn quoted(rest: &str) -> Result<(Token, usize), Fault> {
    let mut value = String::new();
    let mut chars = rest.char_indices().skip(1).peekable();
    while let Some((at, c)) = chars.next() {
        if c != '\'' {
            value.push(c);
        } else if chars.next_if(|(_, next)| *next == '\'').is_some() {
            value.push('\'');
        } else {
            return Ok((Token::Text(value), at + 1));
        }
    }
    Err(Fault(format!("There is an unterminated literal in \"{rest}\".")))
}

/// `7`, or `2026-09-01T00:00:00Z` without quotes.
fn number_or_time(rest: &str) -> Result<(Token, usize), Fault> {
    let length = run(rest, |c| c.is_ascii_alphanumeric() || "-:.+".contains(c));
    let word = &rest[..length];
    let token = word.parse().map(Token::Number).or_else(|_| word.parse().map(Token::Time));
    token.map(|token| (token, length)).map_err(|_| Fault(format!("'{word}' is no literal.")))
}

fn run(rest: &str, goes_on: impl Fn(char) -> bool) -> usize {
    rest.find(|c| !goes_on(c)).unwrap_or(rest.len())
}
