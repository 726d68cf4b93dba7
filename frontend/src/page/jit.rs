//! Which machines the list of just-in-time access shows, as its address says it.

use shared::jit_list::Tab;

use super::text::{escaped, unescaped};

/// What machines can be told apart by there, beside words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum By {
    /// By subscription.
    Subscription,
    /// By resource group.
    Group,
    /// By region.
    Location,
    /// By power state.
    Power,
    /// By whether a port is open now.
    Open,
    /// By whether any source may ask.
    Source,
}

impl By {
    /// Every way, in the order that the page offers them.
    pub const ALL: [Self; 6] =
        [Self::Subscription, Self::Group, Self::Location, Self::Power, Self::Open, Self::Source];

    /// Its name in an address.
    pub fn key(self) -> &'static str {
        match self {
            Self::Subscription => "subscription",
            Self::Group => "group",
            Self::Location => "location",
            Self::Power => "power",
            Self::Open => "open",
            Self::Source => "source",
        }
    }
}

/// What rows can be ordered by.
const SORTS: [&str; 7] = ["name", "approved", "last_access", "group", "subscription", "severity", "reason"];

/// A tab, what it is narrowed by, and its order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct JitWanted {
    /// The tab.
    pub tab: Tab,
    /// Words that all occur in what is known of the machine.
    pub words: String,
    /// What the rows are ordered by, a minus sign first for the other way round.
    pub sort: String,
    /// Which values count, in the order in which they were chosen.
    values: Vec<(By, Vec<String>)>,
}

impl JitWanted {
    /// What a query asks for. What it does not know it leaves out.
    pub fn from_query(query: &str) -> Self {
        let mut wanted = Self::default();
        for (key, value) in query.trim_start_matches('?').split('&').filter_map(|pair| pair.split_once('=')) {
            let value = unescaped(value);
            match key {
                "q" => wanted.words = value,
                "sort" if SORTS.contains(&value.trim_start_matches('-')) => wanted.sort = value,
                "tab" => {
                    let tab = Tab::ALL.into_iter().find(|tab| tab.name() == value);
                    wanted.tab = tab.unwrap_or_default();
                }
                key => {
                    let by = By::ALL.into_iter().find(|by| by.key() == key);
                    let values: Vec<String> =
                        value.split(',').filter(|value| !value.is_empty()).map(str::to_owned).collect();
                    wanted.values.extend(by.filter(|_| !values.is_empty()).map(|by| (by, values)));
                }
            }
        }
        wanted
    }

    /// The query that asks for it; empty if nothing special is.
    pub fn query(&self) -> String {
        let tab = (self.tab != Tab::default()).then(|| format!("tab={}", self.tab.name()));
        let sort = (!self.sort.is_empty()).then(|| format!("sort={}", escaped(&self.sort)));
        [tab, Some(self.filters()).filter(|filters| !filters.is_empty()), sort]
            .into_iter()
            .flatten()
            .collect::<Vec<_>>()
            .join("&")
    }

    fn filters(&self) -> String {
        let words = (!self.words.is_empty()).then(|| format!("q={}", escaped(&self.words)));
        let values = self.values.iter().map(|(by, values)| {
            let values: Vec<String> = values.iter().map(|value| escaped(value)).collect();
            format!("{}={}", by.key(), values.join(","))
        });
        words.into_iter().chain(values).collect::<Vec<_>>().join("&")
    }

    /// The values that count; none if any will do.
    pub fn by(&self, by: By) -> &[String] {
        self.values.iter().find(|(known, _)| *known == by).map_or(&[], |(_, values)| values)
    }

    /// The same with `value` taken in or left out.
    #[must_use]
    pub fn toggled(&self, by: By, value: &str) -> Self {
        let mut values = self.by(by).to_vec();
        match values.iter().position(|known| known == value) {
            Some(place) => drop(values.remove(place)),
            None => values.push(value.to_owned()),
        }
        let mut wanted = self.clone();
        match wanted.values.iter().position(|(known, _)| *known == by) {
            Some(place) if values.is_empty() => drop(wanted.values.remove(place)),
            Some(place) => wanted.values[place].1 = values,
            None => wanted.values.push((by, values)),
        }
        wanted
    }

    /// The same with other words.
    #[must_use]
    pub fn with_words(&self, words: &str) -> Self {
        Self { words: words.trim().to_owned(), ..self.clone() }
    }

    /// The same filters on another tab, in the order of the names.
    #[must_use]
    pub fn on(&self, tab: Tab) -> Self {
        Self { tab, sort: String::new(), ..self.clone() }
    }

    /// The same by another order; the other way round, if it is that order already.
    #[must_use]
    pub fn sorted(&self, key: &str) -> Self {
        let now = if self.sort.is_empty() { "name" } else { &self.sort };
        let sort = if now == key { format!("-{key}") } else { key.to_owned() };
        Self { sort: if sort == "name" { String::new() } else { sort }, ..self.clone() }
    }

    /// The same tab with all machines in it.
    #[must_use]
    pub fn unfiltered(&self) -> Self {
        Self { tab: self.tab, sort: self.sort.clone(), ..Self::default() }
    }

    /// Whether there may be machines that it leaves out.
    pub fn is_choosy(&self) -> bool {
        !self.words.is_empty() || !self.values.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn its_query_asks_for_the_same() {
        let query = "tab=not-configured&q=web%20prod&group=rg-1,rg-2&open=now&sort=-severity";
        let wanted = JitWanted::from_query(query);
        assert_eq!(wanted.query(), query);
        assert_eq!(wanted.by(By::Group), ["rg-1", "rg-2"]);
        assert!(wanted.is_choosy() && !wanted.unfiltered().is_choosy());
        assert_eq!(wanted.unfiltered().query(), "tab=not-configured&sort=-severity");
    }

    #[test]
    fn what_is_unknown_or_empty_is_left_out() {
        assert_eq!(JitWanted::from_query("?utm=1&power=&tab=all&q=&sort=zzz"), JitWanted::default());
        assert_eq!(JitWanted::default().query(), "");
    }

    #[test]
    fn a_value_is_taken_in_and_left_out_again() {
        let one = JitWanted::default().toggled(By::Power, "running");
        let two = one.toggled(By::Power, "stopped");
        assert_eq!(two.query(), "power=running,stopped");
        assert_eq!(two.toggled(By::Power, "stopped"), one);
        assert_eq!(one.toggled(By::Power, "running"), JitWanted::default());
    }

    #[test]
    fn an_order_is_turned_round_when_it_is_asked_for_again() {
        let by = |sort: &str, key| JitWanted::from_query(&format!("sort={sort}")).sorted(key).sort;
        assert_eq!([by("", "name"), by("-name", "name"), by("name", "approved")], ["-name", "", "approved"]);
        assert_eq!([by("approved", "approved"), by("-approved", "approved")], ["-approved", "approved"]);
    }

    #[test]
    fn another_tab_keeps_the_filters() {
        let wanted = JitWanted::from_query("q=web&sort=approved").on(Tab::Unsupported);
        assert_eq!(wanted.query(), "tab=unsupported&q=web");
    }
}
