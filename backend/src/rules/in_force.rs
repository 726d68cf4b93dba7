//! The rules that hold now. They can be read again while the service runs.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use tokio::sync::watch;

use super::{Origin, Rules, RulesError};

/// The rules that hold now. Clones share them.
#[derive(Debug, Clone)]
pub struct RulesInForce(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    file: Option<PathBuf>,
    current: watch::Sender<Arc<Rules>>,
}

impl RulesInForce {
    /// Reads the rules from a file, and remembers it for [`Self::read_again`].
    pub fn from_file(file: PathBuf) -> Result<Self, RulesError> {
        let (rules, origin) = Rules::read(&file)?;
        log(&file, &origin);
        Ok(Self(Arc::new(Inner { file: Some(file), current: watch::Sender::new(rules.into()) })))
    }

    /// The rules as they are at this moment. Whoever decides several things at once asks once.
    pub fn now(&self) -> Arc<Rules> {
        self.0.current.borrow().clone()
    }

    /// Reads the file again. If anything is wrong with it, the rules stay as they are.
    ///
    /// Either way it is logged: which version of the file holds, or why it is not the newest.
    pub fn read_again(&self) -> Result<Option<Origin>, RulesError> {
        let Some(file) = &self.0.file else { return Ok(None) };
        match Rules::read(file) {
            Ok((rules, origin)) => {
                self.0.current.send_replace(rules.into());
                log(file, &origin);
                Ok(Some(origin))
            }
            Err(error) => {
                let shown = &error as &dyn std::error::Error;
                tracing::error!(error = shown, "the access rules could not be read again; the old ones hold");
                Err(error)
            }
        }
    }
}

impl From<Rules> for RulesInForce {
    /// Rules that do not come from a file, and so never change.
    fn from(rules: Rules) -> Self {
        Self(Arc::new(Inner { file: None, current: watch::Sender::new(rules.into()) }))
    }
}

fn log(file: &Path, Origin { sha256, rules }: &Origin) {
    tracing::info!(file = %file.display(), %sha256, rules, "these access rules are in force");
}

#[cfg(test)]
mod tests;
