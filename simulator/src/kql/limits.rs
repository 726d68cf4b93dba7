//! How much one query may hold, as Resource Graph documents it.

use super::fault::{Code, Fault, Span};
use super::syntax::{Operator, Query};

const JOINS: usize = 3;
const MV_EXPANDS: usize = 3;
/// Joins between different tables, unless both are among [`FREELY_JOINED`].
const REMOTE_TABLES: usize = 1;
const FREELY_JOINED: [&str; 2] = ["resources", "resourcecontainers"];

/// Refuses a query with more joins or `mv-expand` than allowed.
pub(super) fn check(query: &Query) -> Result<(), Fault> {
    let mut found = Found::default();
    found.count(query);
    if let Some(span) = found.joins.get(JOINS) {
        let message = format!("A query may hold at most {JOINS} joins.");
        return Err(Fault::meaning(*span, message));
    }
    if let Some(span) = found.mv_expands.get(MV_EXPANDS) {
        let message = format!("A query may hold at most {MV_EXPANDS} mv-expand.");
        return Err(Fault::meaning(*span, message));
    }
    if let Some(span) = found.remote_tables.get(REMOTE_TABLES) {
        let message = format!("A query may join at most {REMOTE_TABLES} other table.");
        return Err(Fault::new(Code::DisallowedMaxNumberOfRemoteTables, *span, message));
    }
    Ok(())
}

#[derive(Default)]
struct Found {
    joins: Vec<Span>,
    mv_expands: Vec<Span>,
    remote_tables: Vec<Span>,
}

impl Found {
    fn count(&mut self, query: &Query) {
        for stage in &query.stages {
            match &stage.operator {
                Operator::MvExpand(_) => self.mv_expands.push(stage.span),
                Operator::Join(join) => {
                    self.joins.push(stage.span);
                    let tables = [query, &join.right].map(|side| side.source.text.to_lowercase());
                    let free = tables.iter().all(|table| FREELY_JOINED.contains(&table.as_str()));
                    if tables[0] != tables[1] && !free {
                        self.remote_tables.push(join.right.source.span);
                    }
                    self.count(&join.right);
                }
                _ => {}
            }
        }
    }
}
