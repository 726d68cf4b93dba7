//! What Azure takes as the ports of a machine, told before Azure is asked.

use std::collections::HashSet;

use crate::policy::{JitPolicy, PortRule};
use crate::problem::Violation;

/// How many characters the name of a policy and that of a machine in it may have together
/// (<https://learn.microsoft.com/azure/defender-for-cloud/just-in-time-access-usage>).
pub const LONGEST_NAMES: usize = 56;

/// How many ports one machine may have. Azure names no bound; nobody means more than that.
pub const MOST_PORTS: usize = 64;

/// How many sources one port may have. Azure names no bound either.
pub const MOST_SOURCES: usize = 100;

impl JitPolicy {
    /// What is wrong with it, field by field. Azure takes one in which nothing is.
    pub fn violations(&self) -> Vec<Violation> {
        let mut violations = Vec::new();
        let mut say = |field: String, detail: &str| {
            violations.push(Violation { field, detail: detail.to_owned(), offer: None });
        };
        if self.ports.is_empty() {
            say("ports".to_owned(), "name at least one port; to have none, disable just-in-time access");
        }
        if MOST_PORTS < self.ports.len() {
            say("ports".to_owned(), &format!("these are more than {MOST_PORTS} ports"));
        }
        let mut seen = HashSet::new();
        for (index, rule) in self.ports.iter().enumerate() {
            if !seen.insert(rule.port) {
                let detail = format!("port {} is named twice; it can have one rule", rule.port);
                say(format!("ports[{index}].port"), &detail);
            }
            if let Some(detail) = wrong_sources(rule) {
                say(format!("ports[{index}].sources"), &detail);
            }
        }
        violations
    }
}

fn wrong_sources(rule: &PortRule) -> Option<String> {
    let sources = &rule.sources;
    if sources.is_empty() {
        return Some("say from where it may be requested: addresses, ranges, or * for anywhere".to_owned());
    }
    if MOST_SOURCES < sources.len() {
        return Some(format!("these are more than {MOST_SOURCES} addresses and ranges"));
    }
    if let [_, _, ..] = sources[..]
        && let Some(anywhere) = sources.iter().find(|source| source.is_anywhere())
    {
        return Some(format!("{anywhere} takes in all the others; leave them away, or it"));
    }
    let mut seen = HashSet::new();
    let twice = sources.iter().find(|source| !seen.insert(**source))?;
    Some(format!("{twice} is named twice"))
}
