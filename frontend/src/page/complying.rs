//! What of compliance is looked at, as the address says it.

use super::text::{escaped, unescaped};

/// What is told apart by, as the address calls it: the tab, what Azure Policy makes of machines, how
/// much they need it, what Postern sees, whether the two differ, resource groups, an owner,
/// subscriptions, an assignment, words, what they are grouped by, and a number of days.
const KEYS: [&str; 12] = [
    "tab",
    "state",
    "severity",
    "live",
    "differs",
    "group",
    "owner",
    "subscription",
    "assignment",
    "q",
    "by",
    "days",
];

/// Those that are no filters.
const KEPT: [&str; 4] = ["tab", "state", "by", "days"];

/// What is looked at: what fits all of it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Complying([String; 12]);

impl Complying {
    /// What a query asks for. What it does not know it leaves out: a link may be older than the page.
    pub fn from_query(query: &str) -> Self {
        let mut complying = Self::default();
        for pair in query.trim_start_matches('?').split('&') {
            if let Some((key, value)) = pair.split_once('=')
                && let Some(index) = KEYS.iter().position(|known| *known == key)
            {
                complying.0[index] = unescaped(value);
            }
        }
        complying
    }

    /// The value for `key`; empty if any will do.
    pub fn value(&self, key: &'static str) -> &str {
        KEYS.iter().position(|known| *known == key).map_or("", |index| &self.0[index])
    }

    /// The values for `key`.
    pub fn values(&self, key: &'static str) -> Vec<String> {
        self.value(key).split(',').filter(|value| !value.is_empty()).map(str::to_owned).collect()
    }

    /// The same with another value for `key`; empty if any will do.
    #[must_use]
    pub fn with(&self, key: &'static str, value: &str) -> Self {
        let mut complying = self.clone();
        if let Some(index) = KEYS.iter().position(|known| *known == key) {
            value.trim().clone_into(&mut complying.0[index]);
        }
        complying
    }

    /// The same with a value for `key` taken in, or left out if it is in.
    #[must_use]
    pub fn toggled(&self, key: &'static str, value: &str) -> Self {
        let mut values = self.values(key);
        match values.iter().position(|known| known == value) {
            Some(place) => drop(values.remove(place)),
            None => values.push(value.to_owned()),
        }
        self.with(key, &values.join(","))
    }

    /// The same tab and grouping without any filter.
    #[must_use]
    pub fn unfiltered(&self) -> Self {
        KEPT.into_iter().fold(Self::default(), |kept, key| kept.with(key, self.value(key)))
    }

    /// Whether there may be machines that do not fit it, whatever their state.
    pub fn is_choosy(&self) -> bool {
        *self != self.unfiltered()
    }

    /// The query that asks for it; empty if nothing special is.
    pub fn query(&self) -> String {
        let set = KEYS.iter().zip(&self.0).filter(|(_, value)| !value.is_empty());
        set.map(|(key, value)| format!("{key}={}", escaped(value))).collect::<Vec<_>>().join("&")
    }

    /// The query that asks the service for the machines. What does not comply is looked at unless
    /// something else is asked for.
    pub fn of_machines(&self) -> String {
        let state = match self.value("state") {
            "" => "non-compliant",
            "all" => "",
            state => state,
        };
        self.with("state", state).with("tab", "").with("days", "").query()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn its_query_asks_for_the_same() {
        let query = "tab=history&group=a%2Cb&q=o%20%26";
        let complying = Complying::from_query(query);
        assert_eq!((complying.query().as_str(), complying.value("q")), (query, "o &"));
        assert_eq!(complying.toggled("group", "a").value("group"), "b");
        assert_eq!(complying.toggled("group", "c").values("group"), ["a", "b", "c"]);
        assert_eq!(complying.unfiltered().query(), "tab=history");
        assert!(complying.is_choosy() && !complying.unfiltered().is_choosy());
    }

    #[test]
    fn what_does_not_comply_is_looked_at_first() {
        let of = |query: &str| Complying::from_query(query).of_machines();
        assert_eq!(of("utm=1&tab=machines"), "state=non-compliant");
        assert_eq!(of("state=all&by=owner"), "by=owner");
        assert_eq!(of("state=exempt"), "state=exempt");
    }
}
