//! Whether a row is let through, and rows in groups.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use super::{
    Cell, Row,
    parse::{Comparison, Filter},
};

impl Filter {
    pub fn lets_through(&self, row: &impl Row) -> bool {
        match self {
            Self::And(left, right) => left.lets_through(row) && right.lets_through(row),
            Self::Or(left, right) => left.lets_through(row) || right.lets_through(row),
            Self::Not(inner) => !inner.lets_through(row),
            Self::In(column, values) => {
                let cell = row.cell(column);
                values.iter().any(|value| compare(&cell, value) == Ordering::Equal)
            }
            Self::Compare(column, comparison, value) => {
                let ordering = compare(&row.cell(column), value);
                match comparison {
                    Comparison::Equal => ordering == Ordering::Equal,
                    Comparison::Unequal => ordering != Ordering::Equal,
                    Comparison::Greater => ordering == Ordering::Greater,
                    Comparison::GreaterOrEqual => ordering != Ordering::Less,
                    Comparison::Less => ordering == Ordering::Less,
                    Comparison::LessOrEqual => ordering != Ordering::Greater,
                }
            }
        }
    }
}

/// Texts compare without regard to case: Azure's own examples filter by ids as one writes them,
/// while answers have them in lower case.
fn compare(a: &Cell, b: &Cell) -> Ordering {
    match (a, b) {
        (Cell::Text(a), Cell::Text(b)) => {
            let lower = |text: &str| text.bytes().map(|byte| byte.to_ascii_lowercase()).collect::<Vec<_>>();
            if a.eq_ignore_ascii_case(b) { Ordering::Equal } else { lower(a).cmp(&lower(b)) }
        }
        _ => a.cmp(b),
    }
}

/// A row that stands for several.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    pub cells: Vec<(String, Cell)>,
}

impl Row for Group {
    fn cell(&self, column: &str) -> Cell {
        let found = self.cells.iter().find(|(name, _)| name == column);
        found.map_or(Cell::Null, |(_, cell)| cell.clone())
    }
}

impl Group {
    /// Puts rows together that are alike in these columns, and counts them under these names.
    ///
    /// Without columns there is one group, of no rows too.
    pub fn of<R: Row>(rows: &[R], by: &[String], counts: &[String]) -> Vec<Self> {
        let mut groups: BTreeMap<Vec<Cell>, i64> = BTreeMap::new();
        if by.is_empty() {
            groups.insert(Vec::new(), 0);
        }
        for row in rows {
            *groups.entry(by.iter().map(|column| row.cell(column)).collect()).or_default() += 1;
        }
        let named = |(cells, count): (Vec<Cell>, i64)| {
            let counts = counts.iter().map(|name| (name.clone(), Cell::Number(count)));
            Self { cells: by.iter().cloned().zip(cells).chain(counts).collect() }
        };
        groups.into_iter().map(named).collect()
    }
}
