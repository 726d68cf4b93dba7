//! What `postern` can be told to do. Each command has a file of its own.

mod access;
mod audit;
mod doctor;
mod serve;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// Just-in-time access to Azure virtual machines.
///
/// Without a command it serves.
#[derive(Debug, Parser)]
#[command(
    name = "postern",
    version,
    after_help = "Every setting can also be given in the environment: [server] listen is POSTERN__SERVER__LISTEN.\nA failure ends with exit code 2."
)]
pub struct Cli {
    /// The settings [environment: `POSTERN_CONFIG`]
    #[arg(long, value_name = "FILE", global = true)]
    config: Option<PathBuf>,
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve the page and the API until interrupted
    Serve,
    /// Ask what the access rules say
    Access(access::Access),
    /// Check the audit trail, or write it out
    Audit(audit::Audit),
    /// Check that everything is there that Postern needs, and not more
    Doctor(doctor::Doctor),
}

impl Cli {
    /// Does what the command line asks for. The exit code is the command's answer.
    pub async fn run(self) -> anyhow::Result<ExitCode> {
        match self.command.unwrap_or(Command::Serve) {
            Command::Serve => serve::run(self.config).await?,
            Command::Access(access) => return access.run(self.config).await,
            Command::Audit(audit) => return audit.run(self.config).await,
            Command::Doctor(wanted) => return doctor::run(self.config, wanted).await,
        }
        Ok(ExitCode::SUCCESS)
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }

    #[test]
    fn without_a_command_it_serves() {
        let bare = Cli::try_parse_from(["postern", "--config", "here.toml"]).unwrap();
        assert!(bare.command.is_none());
        let said = Cli::try_parse_from(["postern", "serve", "--config", "here.toml"]).unwrap();
        assert!(matches!(said.command, Some(Command::Serve)));
        assert_eq!((bare.config.clone(), bare.config), (said.config, Some("here.toml".into())));
    }
}
