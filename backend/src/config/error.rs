//! What can be wrong with the settings.

use std::io;
use std::path::{Path, PathBuf};

/// A setting is not as it must be. The message says which, what it is, and what it should be; what
/// lies behind that is its source.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file cannot be read.
    #[error("the settings file {} cannot be read", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The file is not TOML.
    #[error("{}, line {line}: {message}", path.display())]
    Syntax {
        /// The file.
        path: PathBuf,
        /// Where it stops being TOML.
        line: usize,
        /// Why.
        message: String,
    },
    /// The environment holds a name that cannot be one of a setting.
    #[error("the settings cannot be read")]
    Unreadable(#[source] config::ConfigError),
    /// A setting that must be there is not.
    #[error("`{name}` is not set; expected {expected}. It can also be given as {variable}")]
    Missing {
        /// Its name.
        name: String,
        /// Its name in the environment.
        variable: String,
        /// What it should be.
        expected: &'static str,
    },
    /// A setting is not what it should be.
    #[error("`{name}` is {given}; expected {expected}")]
    Wrong {
        /// Its name.
        name: String,
        /// What it is.
        given: String,
        /// What it should be.
        expected: &'static str,
    },
    /// A secret is not what it should be.
    #[error("`{name}` is not as it must be, and not shown because it is a secret; expected {expected}")]
    WrongSecret {
        /// Its name.
        name: String,
        /// What it should be.
        expected: &'static str,
    },
    /// The file of a secret cannot be read.
    #[error("`{name}` is `{}`, which cannot be read", path.display())]
    SecretFile {
        /// The setting that names the file.
        name: String,
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// A secret is given in two ways.
    #[error("`{one}` and `{other}` are both set; expected one of them")]
    Twice {
        /// One of them.
        one: String,
        /// The other.
        other: String,
    },
    /// There is no such setting.
    #[error("`{name}` is not a setting; there are {known}")]
    Unknown {
        /// Its name.
        name: String,
        /// The names there are in its place.
        known: String,
    },
}

impl ConfigError {
    pub(super) fn syntax(path: &Path, text: &str, error: &toml::de::Error) -> Self {
        let before = text.get(..error.span().map_or(0, |span| span.start)).unwrap_or(text);
        let line = before.matches('\n').count() + 1;
        Self::Syntax { path: path.to_owned(), line, message: error.message().to_owned() }
    }
}
