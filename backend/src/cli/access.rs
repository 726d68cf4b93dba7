//! `postern access`: questions about the access rules.

mod explain;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Subcommand};

/// A question about the access rules.
#[derive(Debug, Args)]
pub struct Access {
    #[command(subcommand)]
    question: Question,
}

#[derive(Debug, Subcommand)]
enum Question {
    /// Say whether somebody may open a port, by which rule, and if not, why not
    ///
    /// Ends with exit code 0 if they may and 1 if they may not.
    Explain(Box<explain::Explain>),
}

impl Access {
    pub async fn run(self, settings: Option<PathBuf>) -> anyhow::Result<ExitCode> {
        match self.question {
            Question::Explain(explain) => explain.run(settings).await,
        }
    }
}
