//! The service, and what whoever runs it needs beside it on the command line.

mod cli;

use std::process::ExitCode;

use clap::Parser;

use cli::Cli;

/// Some commands answer a question with 0 or 1; this says that there is no answer, as `clap` does
/// of a command line it cannot read.
const NO_ANSWER: u8 = 2;

#[tokio::main]
async fn main() -> ExitCode {
    match Cli::parse().run().await {
        Ok(code) => code,
        Err(error) => {
            // The log may not have been started yet, and whoever starts a service looks here.
            eprintln!("postern: {error:#}");
            ExitCode::from(NO_ANSWER)
        }
    }
}
