//! The service.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context;
use backend::clock::Clock;
use backend::config::Config;
use backend::rules::Rules;
use backend::state::AppState;
use backend::{app, log, server};
use tokio::net::TcpListener;

const HELP: &str = "\
Just-in-time access to Azure virtual machines.

Usage: postern [--config <FILE>]

Options:
  --config <FILE>  the settings  [environment: POSTERN_CONFIG]
  --version        the version
  --help           this text

Every setting can also be given in the environment: [server] listen is POSTERN__SERVER__LISTEN.
";

#[tokio::main]
async fn main() -> ExitCode {
    match run().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // The log may not have been started yet, and whoever starts a service looks here.
            eprintln!("postern: {error:#}");
            ExitCode::FAILURE
        }
    }
}

async fn run() -> anyhow::Result<()> {
    let file = match arguments()? {
        Wanted::Service { settings } => settings,
        Wanted::Words(words) => {
            say(&words);
            return Ok(());
        }
    };
    let config = Config::load(file)?;
    log::start(&config.log);
    let listen = config.server.listen;
    let public_url = config.server.public_url.clone();
    let rules = Rules::from_file(&config.access.rules)?;
    let state = AppState::start(config, rules, Clock::system()).await?;
    let listener = TcpListener::bind(listen).await.with_context(|| format!("cannot listen on {listen}"))?;
    tracing::info!(%listen, %public_url, "Postern is ready");
    server::serve(listener, app(state.clone(), &public_url), state, server::interrupted()).await?;
    Ok(())
}

/// What the command line asks for.
enum Wanted {
    /// The service, set up by this file, if one was named.
    Service { settings: Option<PathBuf> },
    /// Nothing but these words.
    Words(String),
}

fn arguments() -> anyhow::Result<Wanted> {
    use lexopt::prelude::*;
    let mut settings = None;
    let mut parser = lexopt::Parser::from_env();
    while let Some(argument) = parser.next()? {
        match argument {
            Long("config") => settings = Some(parser.value()?.into()),
            Long("version") | Short('V') => {
                return Ok(Wanted::Words(format!("postern {}\n", env!("CARGO_PKG_VERSION"))));
            }
            Long("help") | Short('h') => return Ok(Wanted::Words(HELP.to_owned())),
            Long(_) | Short(_) | Value(_) => anyhow::bail!("{}; see --help", argument.unexpected()),
        }
    }
    Ok(Wanted::Service { settings })
}

#[expect(clippy::print_stdout, reason = "these words are what was asked for")]
fn say(words: &str) {
    print!("{words}");
}
