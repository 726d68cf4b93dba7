//! What of the page's address makes no sense.

use shared::port::Port;

use super::{Form, Method};
use crate::pages::connect::length;

impl Form {
    /// What of the page's address makes no sense, as it stands there.
    pub fn odd(query: impl Fn(&str) -> Option<String>) -> Vec<String> {
        let makes_sense = |key: &str, value: &str| match key {
            "port" => value.split(',').all(|port| port.parse::<Port>().is_ok()),
            "method" => Method::ALL.iter().any(|method| method.query() == value),
            _ => length::short(value).is_some(),
        };
        let odd = |key: &str| {
            let value = query(key).filter(|value| !makes_sense(key, value))?;
            Some(format!("{key}={value}"))
        };
        ["port", "method", "for", "duration"].into_iter().filter_map(odd).collect()
    }
}
