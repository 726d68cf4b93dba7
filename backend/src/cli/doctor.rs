//! `postern doctor`: is everything there that Postern needs, and not more?

use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

use backend::clock::Clock;
use backend::config::Config;
use backend::doctor::{self, Verdict};
use backend::rules::Rules;
use clap::Args;
use uuid::Uuid;

#[derive(Debug, Args)]
pub struct Doctor {
    /// Only print the least role that the identity at Azure needs, for `az role definition create`
    #[arg(long)]
    role: bool,
    /// The subscriptions that the role can be assigned in
    #[arg(long = "subscription", value_name = "ID", requires = "role")]
    subscriptions: Vec<Uuid>,
}

/// Exit code 1 if anything is wrong, 0 if at most a look is worth while.
pub async fn run(settings: Option<PathBuf>, wanted: Doctor) -> anyhow::Result<ExitCode> {
    let config = Config::load(settings)?;
    let mut out = std::io::stdout().lock();
    if wanted.role {
        let rules = Rules::from_file(&config.access.rules)?;
        let role = doctor::custom_role(&rules, config.identity.mode, config.jit.close, &wanted.subscriptions);
        writeln!(out, "{}", serde_json::to_string_pretty(&role)?)?;
        return Ok(ExitCode::SUCCESS);
    }
    let mut worst = Verdict::Fine;
    let mut lost = None;
    doctor::examine(config, &Clock::system(), |finding| {
        worst = worst.max(finding.verdict);
        lost = lost.take().or_else(|| writeln!(out, "{finding}").err());
    })
    .await;
    match (lost, worst) {
        (Some(error), _) => Err(error.into()),
        (None, Verdict::Wrong) => Ok(ExitCode::FAILURE),
        (None, Verdict::Fine | Verdict::Doubtful) => Ok(ExitCode::SUCCESS),
    }
}
