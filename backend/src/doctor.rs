//! Whether everything is there that Postern needs, and not more: `postern doctor`.
//!
//! It looks and changes nothing, but that a database which is not there yet is made.

mod azure;
mod notify;
mod rdp;
mod role;
mod settings;
mod sign_in;
mod skew;
mod store;

use std::error::Error;
use std::fmt;

use crate::azure::http_client::{self, Timeouts};
use crate::clock::Clock;
use crate::config::Config;
use crate::rules::Rules;

pub use role::custom_role;

/// What was found out about one thing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// Whether it is as it should be.
    pub verdict: Verdict,
    /// How it is, in a sentence.
    pub says: String,
    /// What to do about it, in a sentence.
    pub fix: Option<String>,
}

/// Whether something is as it should be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verdict {
    /// It is.
    Fine,
    /// It works, and is worth a look.
    Doubtful,
    /// It does not work, or is dangerous.
    Wrong,
}

impl Finding {
    fn fine(says: impl Into<String>) -> Self {
        Self { verdict: Verdict::Fine, says: says.into(), fix: None }
    }

    fn doubtful(says: impl Into<String>, fix: impl Into<String>) -> Self {
        Self { verdict: Verdict::Doubtful, says: says.into(), fix: Some(fix.into()) }
    }

    fn wrong(says: impl Into<String>, fix: impl Into<String>) -> Self {
        Self { verdict: Verdict::Wrong, says: says.into(), fix: Some(fix.into()) }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mark = match self.verdict {
            Verdict::Fine => "ok  ",
            Verdict::Doubtful => "look",
            Verdict::Wrong => "BAD ",
        };
        write!(f, "{mark}  {}", self.says)?;
        match &self.fix {
            Some(fix) => write!(f, "\n      → {fix}"),
            None => Ok(()),
        }
    }
}

/// Looks at everything that `config` names, one thing after another, and tells each finding.
pub async fn examine(config: Config, clock: &Clock, mut tell: impl FnMut(Finding)) {
    settings::server(&config.server).into_iter().for_each(&mut tell);
    let rules = match Rules::from_file(&config.access.rules) {
        Ok(rules) => {
            settings::rules(&rules).into_iter().for_each(&mut tell);
            rules
        }
        Err(error) => {
            tell(Finding::wrong(in_full(&error), "Correct the file; Postern does not start with it."));
            Rules::default()
        }
    };
    rdp::examine(&config.rdp, clock).into_iter().for_each(&mut tell);
    settings::identity(config.identity, &config.sign_in, &rules).into_iter().for_each(&mut tell);
    store::examine(&config.store).await.into_iter().for_each(&mut tell);
    notify::examine(&config.notify, &config.server.public_url).await.into_iter().for_each(&mut tell);
    let timeouts = Timeouts::default();
    let http = match http_client::client(timeouts) {
        Ok(http) => http,
        Err(error) => {
            return tell(Finding::wrong(
                format!("No outgoing connection can be set up: {}.", in_full(&error)),
                "Install the system's CA certificates (Debian: ca-certificates).",
            ));
        }
    };
    rdp::examine_vault(&config, &http, timeouts, clock).await.into_iter().for_each(&mut tell);
    skew::examine(&http, config.sign_in.issuer.as_str(), clock).await.into_iter().for_each(&mut tell);
    let public_url = &config.server.public_url;
    sign_in::examine(config.sign_in, public_url, &http, clock).await.into_iter().for_each(&mut tell);
    let acting = (config.identity.mode, config.jit.close);
    azure::examine(&config.azure, acting, &rules, http, timeouts, clock, &mut tell).await;
}

/// An error with what lies behind it.
fn in_full(error: &(dyn Error + 'static)) -> String {
    let mut text = error.to_string();
    let mut behind = error.source();
    while let Some(source) = behind {
        let said = source.to_string();
        if !text.contains(&said) {
            text = format!("{text}: {said}");
        }
        behind = source.source();
    }
    text
}
