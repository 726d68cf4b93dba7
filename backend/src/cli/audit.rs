//! `postern audit`: whether the trail is as it was written, and the trail for others.

use std::io::{self, BufWriter, ErrorKind, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::bail;
use backend::audit::export::{ExportError, Format, Period, export};
use backend::audit::verify::{Expected, verify};
use backend::config::Config;
use backend::store::Store;
use clap::{Args, Subcommand, ValueEnum};
use jiff::Timestamp;
use secrecy::{ExposeSecret, SecretString};

/// Something is wrong with the trail.
const NOT_SOUND: u8 = 1;

/// What can be asked of the trail. The database is only read.
#[derive(Debug, Args)]
pub struct Audit {
    /// The database, such as sqlite:copy.db, if it is not that of the settings
    #[arg(long, value_name = "URL", global = true)]
    store: Option<SecretString>,
    #[command(subcommand)]
    question: Question,
}

#[derive(Debug, Subcommand)]
enum Question {
    /// Look for entries that were changed, removed, moved, inserted or cut off
    ///
    /// Ends with 0 if the trail is as it was written, with 1 if it is not, and with 2 if there is
    /// no entry to look at.
    Verify {
        /// An entry as somebody noted it, from the log for one; can be repeated
        #[arg(long, value_name = "SEQ:HASH")]
        expect: Vec<Expected>,
    },
    /// Write the entries to standard output
    Export {
        /// How
        #[arg(long)]
        format: Shape,
        /// Only entries from then on, such as 2026-01-31T00:00:00Z
        #[arg(long, value_name = "TIME")]
        since: Option<Timestamp>,
        /// Only entries from before
        #[arg(long, value_name = "TIME")]
        until: Option<Timestamp>,
    },
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Shape {
    /// A table for spreadsheets
    Csv,
    /// A JSON object per line, with all that is hashed
    Jsonl,
}

impl Audit {
    /// Answers.
    pub async fn run(self, settings: Option<PathBuf>) -> anyhow::Result<ExitCode> {
        let url = match self.store {
            Some(url) => url,
            None => Config::load(settings)?.store.url,
        };
        let store = Store::open_read_only(url.expose_secret()).await?;
        match self.question {
            Question::Verify { expect } => tell_whether_sound(&store, &expect).await,
            Question::Export { format, since, until } => {
                let format = match format {
                    Shape::Csv => Format::Csv,
                    Shape::Jsonl => Format::JsonLines,
                };
                write_out(&store, format, Period { since, until }).await
            }
        }
    }
}

async fn tell_whether_sound(store: &Store, expected: &[Expected]) -> anyhow::Result<ExitCode> {
    let report = verify(store, expected).await?;
    let mut out = io::stdout().lock();
    for finding in &report.findings {
        writeln!(out, "{finding}")?;
    }
    if report.untold > 0 {
        writeln!(out, "and {} more", report.untold)?;
    }
    if report.let_go > 0 {
        writeln!(out, "entries 1 to {} were let go when their time was over", report.let_go)?;
    }
    let entries = match report.entries {
        1 => "1 entry".to_owned(),
        several => format!("{several} entries"),
    };
    if report.is_sound() && report.entries == 0 {
        // From the first sign-in on there are entries; so this is no trail to be calm about.
        bail!(
            "THE AUDIT TRAIL IS EMPTY, so nothing can be said of it: either nobody has ever signed in, or this is not all of the database; the newest entries of an SQLite file stand in the `-wal` file beside it, so copy it with `sqlite3 postern.db \".backup copy.db\"`"
        );
    }
    if report.is_sound() {
        writeln!(out, "{entries}, each as it was written; the head is {}", report.last)?;
        Ok(ExitCode::SUCCESS)
    } else {
        writeln!(out, "{entries}: the audit trail is not as it was written")?;
        Ok(ExitCode::from(NOT_SOUND))
    }
}

async fn write_out(store: &Store, format: Format, period: Period) -> anyhow::Result<ExitCode> {
    let mut out = BufWriter::new(io::stdout());
    match export(store, format, period, &mut out).await {
        Ok(_) => Ok(ExitCode::SUCCESS),
        // Whoever reads it has seen enough.
        Err(ExportError::Write(error)) if error.kind() == ErrorKind::BrokenPipe => Ok(ExitCode::SUCCESS),
        Err(error) => Err(error.into()),
    }
}
