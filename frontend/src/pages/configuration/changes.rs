//! What an edit changes, in words.

use shared::policy::{JitPolicy, PortRule};
use shared::port::Protocol;
use shared::source::Source;

/// What becomes of a port.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// It comes.
    Added,
    /// It goes.
    Removed,
    /// It stays, and is different.
    Changed,
}

impl Kind {
    /// In a word.
    pub fn word(self) -> &'static str {
        match self {
            Self::Added => "Added",
            Self::Removed => "Removed",
            Self::Changed => "Changed",
        }
    }
}

/// What is different between two configurations, port by port.
pub fn changes(from: Option<&JitPolicy>, to: Option<&JitPolicy>) -> Vec<(Kind, String)> {
    let rules = |policy: Option<&JitPolicy>| policy.map(|policy| policy.ports.clone()).unwrap_or_default();
    let (from, to) = (rules(from), rules(to));
    let of = |rules: &[PortRule], port| rules.iter().find(|rule| rule.port == port).cloned();
    let gone = from.iter().filter(|rule| of(&to, rule.port).is_none());
    let gone = gone.map(|rule| (Kind::Removed, format!("Port {}", rule.port)));
    let here = to.iter().filter_map(|rule| match of(&from, rule.port) {
        None => Some((Kind::Added, format!("Port {}: {}", rule.port, described(rule)))),
        Some(before) if before == *rule => None,
        Some(before) => Some((Kind::Changed, format!("Port {}: {}", rule.port, difference(&before, rule)))),
    });
    gone.chain(here).collect()
}

/// What a rule says, such as `any protocol, from any source, at most 3 h`.
pub fn described(rule: &PortRule) -> String {
    format!("{}, from {}, at most {}", protocol(rule.protocol), whence(&rule.sources), rule.longest.words())
}

fn difference(before: &PortRule, after: &PortRule) -> String {
    let parts = [
        (protocol(before.protocol), protocol(after.protocol)),
        (format!("from {}", whence(&before.sources)), format!("from {}", whence(&after.sources))),
        (format!("at most {}", before.longest.words()), format!("at most {}", after.longest.words())),
    ];
    let different = parts.into_iter().filter(|(before, after)| before != after);
    let told: Vec<String> = different.map(|(before, after)| format!("{before} → {after}")).collect();
    if told.is_empty() { "the same sources in another order".to_owned() } else { told.join("; ") }
}

/// A protocol in the portal's words.
pub fn protocol(protocol: Protocol) -> String {
    match protocol {
        Protocol::Any => "any protocol".to_owned(),
        protocol => protocol.to_string(),
    }
}

/// From where, such as `203.0.113.0/24`.
pub fn whence(sources: &[Source]) -> String {
    match sources {
        [only] if only.is_anywhere() => "any source".to_owned(),
        sources => sources.iter().map(Source::to_string).collect::<Vec<_>>().join(", "),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn policy(ports: &[u16]) -> JitPolicy {
        JitPolicy { ports: ports.iter().map(|port| PortRule::usual((*port).try_into().unwrap())).collect() }
    }

    #[test]
    fn what_stays_as_it_is_is_not_told() {
        assert!(changes(Some(&policy(&[22, 3389])), Some(&policy(&[3389, 22]))).is_empty());
        assert!(changes(None, None).is_empty());
    }

    #[test]
    fn ports_come_and_go() {
        let told = changes(Some(&policy(&[22, 3389])), Some(&policy(&[3389, 5986])));
        let added = "Port 5986: any protocol, from any source, at most 3 h";
        assert_eq!(told, [(Kind::Removed, "Port 22".to_owned()), (Kind::Added, added.to_owned())]);
        assert_eq!(changes(Some(&policy(&[22])), None).len(), 1);
    }

    #[test]
    fn a_port_that_stays_says_what_is_different_about_it() {
        let (before, mut after) = (policy(&[22]), policy(&[22]));
        after.ports[0].sources = vec!["203.0.113.0/24".parse().unwrap()];
        after.ports[0].longest = "PT1H".parse().unwrap();
        let told = changes(Some(&before), Some(&after));
        let words = "Port 22: from any source → from 203.0.113.0/24; at most 3 h → at most 1 h";
        assert_eq!(told, [(Kind::Changed, words.to_owned())]);
    }
}
