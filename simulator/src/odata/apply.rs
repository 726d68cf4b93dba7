//! `$apply`: `filter(…)`, `groupby((…), aggregate(…))` and `aggregate(…)`, one after the other.

use super::{
    Fault, Kind, Schema,
    parse::{Filter, Parser},
    token::{Token, tokens},
};

/// One step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Stage {
    Filter(Filter),
    /// One row for each combination of these columns, and how many rows it stands for under these names.
    Group {
        by: Vec<String>,
        counts: Vec<String>,
    },
}

/// Reads an `$apply`, and says which columns its rows have.
pub fn stages(text: &str, schema: &Schema) -> Result<(Vec<Stage>, Schema), Fault> {
    let tokens = tokens(text)?;
    let mut rest = &tokens[..];
    let mut schema = schema.clone();
    let mut stages = Vec::new();
    loop {
        let end = length(rest);
        let (stage, next) = stage(&rest[..end], &schema)?;
        stages.push(stage);
        schema = next;
        match rest.get(end) {
            Some(_) => rest = &rest[end + 1..],
            None => return Ok((stages, schema)),
        }
    }
}

/// How far a step goes: to a slash that is not in parentheses.
fn length(tokens: &[Token]) -> usize {
    let mut depth = 0;
    let ends = |token: &Token| {
        match token {
            Token::Open => depth += 1,
            Token::Close => depth -= 1,
            _ => {}
        }
        depth == 0 && *token == Token::Slash
    };
    tokens.iter().position(ends).unwrap_or(tokens.len())
}

fn stage(tokens: &[Token], schema: &Schema) -> Result<(Stage, Schema), Fault> {
    let mut parser = Parser::new(tokens, schema);
    let name = parser.word("a transformation")?;
    parser.expect(&Token::Open)?;
    let (stage, next) = match name.as_str() {
        "filter" => (Stage::Filter(parser.alternatives()?), schema.clone()),
        "aggregate" => group(Vec::new(), counts(&mut parser)?, schema)?,
        "groupby" => {
            parser.expect(&Token::Open)?;
            let mut by = vec![column(&mut parser)?];
            while parser.next_is(&Token::Comma) {
                by.push(column(&mut parser)?);
            }
            parser.expect(&Token::Close)?;
            let mut named = Vec::new();
            if parser.next_is(&Token::Comma) {
                let inner = parser.word("a transformation")?;
                if inner != "aggregate" {
                    return Err(Fault(format!("The transformation '{inner}' is not supported in groupby.")));
                }
                parser.expect(&Token::Open)?;
                named = counts(&mut parser)?;
                parser.expect(&Token::Close)?;
            }
            group(by, named, schema)?
        }
        _ => return Err(Fault(format!("The transformation '{name}' is not supported."))),
    };
    parser.expect(&Token::Close)?;
    parser.end()?;
    Ok((stage, next))
}

fn column(parser: &mut Parser<'_>) -> Result<String, Fault> {
    let name = parser.word("a property")?;
    Ok(parser.schema.single(&name)?.0.to_owned())
}

/// `$count as n`, several of them with commas. Nothing else is aggregated.
fn counts(parser: &mut Parser<'_>) -> Result<Vec<String>, Fault> {
    let mut names = Vec::new();
    loop {
        let what = parser.word("$count")?;
        if what != "$count" {
            return Err(Fault(format!("Only $count can be aggregated, not '{what}'.")));
        }
        if !parser.takes("as") {
            return Err(Fault("'$count' must be followed by 'as' and a name.".to_owned()));
        }
        names.push(parser.word("a name")?);
        if !parser.next_is(&Token::Comma) {
            return Ok(names);
        }
    }
}

fn group(by: Vec<String>, counts: Vec<String>, schema: &Schema) -> Result<(Stage, Schema), Fault> {
    let mut columns = Vec::new();
    for name in &by {
        let (name, kind) = schema.find(name)?;
        columns.push((name.to_owned(), kind));
    }
    columns.extend(counts.iter().map(|name| (name.clone(), Kind::Number)));
    Ok((Stage::Group { by, counts }, Schema(columns)))
}
