//! The file of access rules.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::str::FromStr;

use regex::Regex;
use serde::Deserialize;
use shared::duration::AccessDuration;
use shared::port::Port;
use shared::source::Source;
use shared::vm::Network;

use super::{ReasonRule, Rule, Rules, SourceRule, Subjects, Verb};

/// The file is not one of access rules; the message names the place and the reason.
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
    /// Not TOML, an unknown key, or a value of the wrong kind. TOML's own message shows the line.
    #[error("the access rules cannot be read: {0}")]
    Toml(String),
    /// A value that TOML is happy with and we are not.
    #[error("access rule “{rule}”, {key}: {reason}")]
    Value {
        /// The rule.
        rule: String,
        /// The key in it.
        key: &'static str,
        /// What is wrong and what was expected.
        reason: String,
    },
}

impl Rules {
    /// Reads the rules from a file.
    pub fn from_file(path: &Path) -> Result<Self, RulesError> {
        let text = std::fs::read_to_string(path)
            .map_err(|error| RulesError::File { path: path.to_owned(), reason: error.to_string() })?;
        text.parse()
    }
}

impl FromStr for Rules {
    type Err = RulesError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let file: File = toml::from_str(text).map_err(|error| RulesError::Toml(error.to_string()))?;
        let mut names = BTreeSet::new();
        for rule in &file.rule {
            if rule.name.trim().is_empty() || !names.insert(rule.name.as_str()) {
                let reason = "every rule needs a name of its own".to_owned();
                return Err(RulesError::Value { rule: rule.name.clone(), key: "name", reason });
            }
        }
        file.rule.into_iter().map(Rule::try_from).collect::<Result<_, _>>().map(Self)
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    rule: Vec<WireRule>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WireRule {
    name: String,
    to: WireSubjects,
    on: Vec<String>,
    may: Vec<Verb>,
    ports: Option<Vec<u16>>,
    longest: Option<String>,
    #[serde(default)]
    source: WireSource,
    #[serde(default)]
    reason: WireReason,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, default)]
#[derive(Default)]
struct WireSubjects {
    roles: Vec<String>,
    groups: Vec<String>,
    users: Vec<String>,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
struct WireSource {
    widest: Option<u8>,
    networks: BTreeMap<String, String>,
    anywhere: bool,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
struct WireReason {
    required: bool,
    pattern: Option<String>,
    hint: Option<String>,
}

impl TryFrom<WireRule> for Rule {
    type Error = RulesError;

    fn try_from(wire: WireRule) -> Result<Self, Self::Error> {
        let name = wire.name;
        let wrong = |key, reason: String| RulesError::Value { rule: name.clone(), key, reason };

        let WireSubjects { roles, groups, users } = wire.to;
        if roles.is_empty() && groups.is_empty() && users.is_empty() {
            return Err(wrong("to", "name at least one role, group or user".to_owned()));
        }
        if wire.on.is_empty() {
            return Err(wrong("on", "name at least one scope".to_owned()));
        }
        let on = parsed(&wire.on).map_err(|reason| wrong("on", reason))?;
        let ports =
            wire.ports.as_deref().map(parsed_ports).transpose().map_err(|reason| wrong("ports", reason))?;
        let longest = wire
            .longest
            .map_or(Ok(AccessDuration::LONGEST), |text| parsed_longest(&text))
            .map_err(|reason| wrong("longest", reason))?;
        let widest = wire.source.widest.unwrap_or(32);
        if !(1..=32).contains(&widest) {
            let reason = format!(
                "{widest} is not an IPv4 prefix length from 1 to 32; for the whole Internet say anywhere = true"
            );
            return Err(wrong("source.widest", reason));
        }
        let networks = wire
            .source
            .networks
            .into_iter()
            .map(|(network, range)| Ok(Network { name: network, range: bounded(&range)? }))
            .collect::<Result<_, String>>()
            .map_err(|reason| wrong("source.networks", reason))?;
        let pattern = wire
            .reason
            .pattern
            .map(|pattern| Regex::new(&pattern).map_err(|error| wrong("reason.pattern", error.to_string())))
            .transpose()?;
        let reason = ReasonRule { required: wire.reason.required, pattern, hint: wire.reason.hint };
        let source = SourceRule { widest, networks, anywhere: wire.source.anywhere };
        let to = Subjects { roles, groups, users };
        Ok(Self { to, on, may: wire.may, ports, longest, source, reason, name })
    }
}

fn parsed<T: FromStr<Err: ToString>>(texts: &[String]) -> Result<Vec<T>, String> {
    texts.iter().map(|text| text.parse().map_err(|error: T::Err| error.to_string())).collect()
}

fn parsed_ports(numbers: &[u16]) -> Result<Vec<Port>, String> {
    numbers.iter().map(|number| Port::try_from(*number).map_err(|error| error.to_string())).collect()
}

/// A time as people write it in a file: `3h`, `90m` or `1h 30m`, as well as ISO 8601.
fn parsed_longest(text: &str) -> Result<AccessDuration, String> {
    let expected = || format!("`{text}` is not a time such as 3h, 90m or PT1H30M");
    let length: jiff::SignedDuration = text.parse().map_err(|_| expected())?;
    if length.as_secs() % 60 != 0 {
        return Err(format!("`{text}` is not a whole number of minutes"));
    }
    AccessDuration::from_minutes(length.as_mins()).map_err(|error| error.to_string())
}

fn bounded(text: &str) -> Result<Source, String> {
    let source: Source = text.parse().map_err(|error: shared::source::ParseSourceError| error.to_string())?;
    if source.is_anywhere() {
        return Err(format!("`{text}` is the whole Internet; for that say anywhere = true"));
    }
    Ok(source)
}
