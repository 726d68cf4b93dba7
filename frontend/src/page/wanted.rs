//! Which machines a list shows, as its address says it.

use super::text::{escaped, unescaped};

/// What machines can be told apart by, beside words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Narrowed {
    /// By subscription.
    Subscription,
    /// By region.
    Location,
    /// By operating system.
    Os,
    /// By power state.
    Power,
    /// By just-in-time access.
    Jit,
}

impl Narrowed {
    /// Every way, in the order that the page shows them.
    pub const ALL: [Self; 5] = [Self::Subscription, Self::Location, Self::Os, Self::Power, Self::Jit];

    /// Its name in an address.
    pub fn key(self) -> &'static str {
        match self {
            Self::Subscription => "subscription",
            Self::Location => "location",
            Self::Os => "os",
            Self::Power => "power",
            Self::Jit => "jit",
        }
    }

    fn index(self) -> usize {
        self as usize
    }
}

/// The machines that are wanted: those that fit all of it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Wanted {
    /// Words that all occur in what is known of the machine.
    pub words: String,
    values: [Vec<String>; 5],
}

impl Wanted {
    /// What a query asks for. What it does not know it leaves out.
    pub fn from_query(query: &str) -> Self {
        let mut wanted = Self::default();
        for pair in query.trim_start_matches('?').split('&') {
            let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
            if key == "q" {
                wanted.words = unescaped(value);
            }
            if let Some(by) = Narrowed::ALL.into_iter().find(|by| by.key() == key) {
                let values = unescaped(value);
                wanted.values[by.index()] =
                    values.split(',').filter(|value| !value.is_empty()).map(str::to_owned).collect();
            }
        }
        wanted
    }

    /// The query that asks for it; empty if everything is wanted.
    pub fn query(&self) -> String {
        let words = (!self.words.is_empty()).then(|| format!("q={}", escaped(&self.words)));
        let rest = Narrowed::ALL.into_iter().filter(|by| !self.by(*by).is_empty()).map(|by| {
            let values: Vec<String> = self.by(by).iter().map(|value| escaped(value)).collect();
            format!("{}={}", by.key(), values.join(","))
        });
        words.into_iter().chain(rest).collect::<Vec<_>>().join("&")
    }

    /// The values of which a machine must have one; empty if any will do.
    pub fn by(&self, by: Narrowed) -> &[String] {
        &self.values[by.index()]
    }

    /// The same with `value` taken in or left out.
    #[must_use]
    pub fn toggled(&self, by: Narrowed, value: &str) -> Self {
        let mut wanted = self.clone();
        let values = &mut wanted.values[by.index()];
        match values.iter().position(|known| known == value) {
            Some(index) => drop(values.remove(index)),
            None => values.push(value.to_owned()),
        }
        wanted
    }

    /// The same with other words.
    #[must_use]
    pub fn with_words(&self, words: &str) -> Self {
        Self { words: words.trim().to_owned(), ..self.clone() }
    }

    /// Whether there may be machines that do not fit it.
    pub fn is_choosy(&self) -> bool {
        *self != Self::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn its_query_asks_for_the_same() {
        let query = "q=web%20prod&location=westeurope,northeurope&power=running";
        let wanted = Wanted::from_query(query);
        assert_eq!(wanted.query(), query);
        assert_eq!(wanted.by(Narrowed::Location), ["westeurope", "northeurope"]);
    }

    #[test]
    fn what_is_unknown_or_empty_is_left_out() {
        assert_eq!(Wanted::from_query("?utm=1&os=&power=,&q="), Wanted::default());
        assert!(!Wanted::default().is_choosy());
        assert_eq!(Wanted::default().query(), "");
    }

    #[test]
    fn a_value_is_taken_in_and_left_out_again() {
        let linux = Wanted::default().toggled(Narrowed::Os, "linux");
        let both = linux.toggled(Narrowed::Os, "windows");
        assert_eq!(both.query(), "os=linux,windows");
        assert_eq!(both.toggled(Narrowed::Os, "windows"), linux);
        assert!(both.is_choosy());
    }

    #[test]
    fn a_comma_that_a_browser_escaped_still_separates() {
        assert_eq!(Wanted::from_query("os=linux%2Cwindows").query(), "os=linux,windows");
    }
}
