//! The file of access rules.

mod rule;

use std::collections::BTreeSet;
use std::fmt::{self, Write as _};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use aws_lc_rs::digest::{SHA256, digest};
use serde::Deserialize;
use toml::Spanned;

use super::Rules;
use rule::WireRule;

pub use rule::duration_in_words;

/// Which version of a file rules come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin {
    /// The SHA-256 of the file, in hexadecimal.
    pub sha256: String,
    /// How many rules it holds.
    pub rules: usize,
}

/// There are no access rules to be had from a file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RulesError {
    /// There is no such file, or it may not be read.
    #[error("the access rules in {} cannot be read: {reason}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// Why.
        reason: String,
    },
    /// Something in the file is wrong.
    #[error("{}, {fault}", path.display())]
    InFile {
        /// The file.
        path: PathBuf,
        /// What, and where.
        fault: Fault,
    },
}

/// Something in a file of access rules is wrong.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub struct Fault {
    /// The line.
    pub line: usize,
    /// The rule and the key in it, if it is a value of ours rather than TOML that is wrong.
    pub place: Option<(String, &'static str)>,
    /// What is wrong and what was expected.
    pub reason: String,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: ", self.line)?;
        if let Some((rule, key)) = &self.place {
            write!(f, "access rule “{rule}”, {key}: ")?;
        }
        f.write_str(&self.reason)
    }
}

impl Rules {
    /// Reads the rules from a file.
    pub fn from_file(path: &Path) -> Result<Self, RulesError> {
        Self::read(path).map(|(rules, _)| rules)
    }

    /// Reads the rules from a file, and tells which version of it that was.
    pub fn read(path: &Path) -> Result<(Self, Origin), RulesError> {
        let text = std::fs::read_to_string(path)
            .map_err(|error| RulesError::File { path: path.to_owned(), reason: error.to_string() })?;
        let rules: Self =
            text.parse().map_err(|fault| RulesError::InFile { path: path.to_owned(), fault })?;
        let hash = digest(&SHA256, text.as_bytes());
        let sha256 = hash.as_ref().iter().fold(String::new(), |mut hex, byte| {
            write!(hex, "{byte:02x}").expect("a String takes every character");
            hex
        });
        let origin = Origin { sha256, rules: rules.count() };
        Ok((rules, origin))
    }
}

impl FromStr for Rules {
    type Err = Fault;

    fn from_str(text: &str) -> Result<Self, Fault> {
        let file: File = toml::from_str(text).map_err(|error| {
            let line = line_of(text, error.span().unwrap_or_default());
            // What was expected of a value stands in lines of its own.
            Fault { line, place: None, reason: error.message().trim_end().replace('\n', ", ") }
        })?;
        let mut names = BTreeSet::new();
        let mut rules = Vec::new();
        for wire in file.rule {
            let name = wire.name.clone();
            let fault = |wrong: Wrong| Fault {
                line: line_of(text, wrong.span),
                place: Some((name.get_ref().clone(), wrong.key)),
                reason: wrong.reason,
            };
            if name.get_ref().trim().is_empty() || !names.insert(name.get_ref().clone()) {
                let reason = "every rule needs a name of its own".to_owned();
                return Err(fault(Wrong { key: "name", span: name.span(), reason }));
            }
            rules.push(wire.read().map_err(fault)?);
        }
        Ok(Self(rules))
    }
}

/// What is wrong with a value of a rule.
struct Wrong {
    key: &'static str,
    span: Range<usize>,
    reason: String,
}

impl Wrong {
    fn at<T>(value: &Spanned<T>, key: &'static str, reason: impl Into<String>) -> Self {
        Self { key, span: value.span(), reason: reason.into() }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    rule: Vec<WireRule>,
}

fn line_of(text: &str, span: Range<usize>) -> usize {
    text.get(..span.start).unwrap_or(text).matches('\n').count() + 1
}
