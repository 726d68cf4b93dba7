//! Which requests are looked back at, as the address says it.

use shared::access::Status;

use super::text::{escaped, unescaped};

/// The requests that are looked back at: those that fit all of it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Past([String; 8]);

/// What requests, and what else was done, are told apart by, as the address calls it: `1` for one's
/// own alone, a part of a name, a machine's id or a part of its name, names of states, the first day
/// and the last, names of what was done, and through what it was made.
const KEYS: [&str; 8] = ["mine", "person", "vm", "status", "from", "to", "operation", "made"];

impl Past {
    /// What a query asks for. What it does not know it leaves out: a link may be older than the page.
    pub fn from_query(query: &str) -> Self {
        let mut past = Self::default();
        for pair in query.trim_start_matches('?').split('&') {
            if let Some((key, value)) = pair.split_once('=')
                && let Some(index) = KEYS.iter().position(|known| *known == key)
            {
                past.0[index] = unescaped(value);
            }
        }
        let states = &mut past.0[3];
        let known: Vec<&str> = states.split(',').filter(|name| Status::NAMES.contains(name)).collect();
        *states = known.join(",");
        past
    }

    /// The same with another value for `key`; empty if any will do.
    #[must_use]
    pub fn with(mut self, key: &'static str, value: &str) -> Self {
        if let Some(index) = KEYS.iter().position(|known| *known == key) {
            value.trim().clone_into(&mut self.0[index]);
        }
        self
    }

    /// The value for `key`; empty if any will do.
    pub fn value(&self, key: &'static str) -> &str {
        KEYS.iter().position(|known| *known == key).map_or("", |index| &self.0[index])
    }

    /// The query that asks for it; empty if everything is wanted.
    pub fn query(&self) -> String {
        let set = KEYS.iter().zip(&self.0).filter(|(_, value)| !value.is_empty());
        set.map(|(key, value)| format!("{key}={}", escaped(value))).collect::<Vec<_>>().join("&")
    }

    /// Whether there may be requests that do not fit it.
    pub fn is_choosy(&self) -> bool {
        self.0.iter().any(|value| !value.is_empty())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn its_query_asks_for_the_same() {
        let query = "mine=1&person=o%20%26&status=ended&from=2030-01-09";
        let past = Past::from_query(query);
        assert_eq!((past.query().as_str(), past.value("person"), past.value("to")), (query, "o &", ""));
        assert_eq!(past.with("person", " ").with("mine", "").query(), "status=ended&from=2030-01-09");
    }

    #[test]
    fn what_is_unknown_is_left_out() {
        assert!(!Past::from_query("?utm=1&person").is_choosy());
        assert_eq!(Past::default().query(), "");
        assert_eq!(Past::from_query("status=ended,over").query(), "status=ended");
    }
}
