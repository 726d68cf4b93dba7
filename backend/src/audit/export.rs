//! The trail for other programs: as JSON lines, which leave nothing out, or as CSV for people with
//! a spreadsheet.

mod csv;
mod jsonl;

pub use csv::harmless;

use std::io::{self, Write};

use futures_util::StreamExt;
use jiff::Timestamp;

use crate::store::{Link, Store, StoreError};

/// How entries are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// A table with a line per entry, for spreadsheets.
    Csv,
    /// A JSON object per line with everything that is hashed.
    JsonLines,
}

/// From when to when. The end does not count.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Period {
    /// Nothing from before.
    pub since: Option<Timestamp>,
    /// Nothing from then on.
    pub until: Option<Timestamp>,
}

/// Writes the entries of a period to `out`, one by one as they are read, all of them as they are
/// at one moment. Tells how many there were.
pub async fn export(
    store: &Store,
    format: Format,
    period: Period,
    out: &mut (impl Write + Send),
) -> Result<u64, ExportError> {
    let mut trail = store.read_trail().await?;
    let mut links = trail.links();
    let mut sheet = match format {
        Format::Csv => Sheet::Csv(Box::new(csv::Table::begin(out)?)),
        Format::JsonLines => Sheet::JsonLines(out),
    };
    let mut count = 0;
    while let Some(link) = links.next().await {
        let link = link?;
        if period.contains(link.at) {
            sheet.add(&link)?;
            count += 1;
        }
    }
    sheet.end()?;
    Ok(count)
}

/// What entries are written on.
enum Sheet<W: Write> {
    Csv(Box<csv::Table<W>>),
    JsonLines(W),
}

impl<W: Write> Sheet<W> {
    fn add(&mut self, link: &Link) -> io::Result<()> {
        match self {
            Self::Csv(table) => table.add(link),
            Self::JsonLines(out) => jsonl::write(link, out),
        }
    }

    fn end(self) -> io::Result<()> {
        match self {
            Self::Csv(table) => table.end(),
            Self::JsonLines(mut out) => out.flush(),
        }
    }
}

impl Period {
    fn contains(self, micros: i64) -> bool {
        self.since.is_none_or(|since| since.as_microsecond() <= micros)
            && self.until.is_none_or(|until| micros < until.as_microsecond())
    }
}

/// The trail could not be written out.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// It cannot be read.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// What is read cannot be written.
    #[error("the entries cannot be written")]
    Write(#[from] io::Error),
}

#[cfg(test)]
mod tests;
