//! One rule of the file.

use std::collections::BTreeMap;
use std::str::FromStr;

use regex::Regex;
use serde::Deserialize;
use shared::duration::AccessDuration;
use shared::port::Port;
use shared::redirection::Redirection;
use shared::source::Source;
use shared::verb::Verb;
use shared::vm::Network;
use toml::Spanned;

use super::Wrong;
use crate::rules::{ReasonRule, Rule, Scope, SourceRule, Subjects};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct WireRule {
    pub(super) name: Spanned<String>,
    to: Spanned<WireSubjects>,
    on: Spanned<Vec<Spanned<String>>>,
    may: Spanned<Vec<Verb>>,
    ports: Option<Spanned<Vec<Spanned<u16>>>>,
    longest: Option<Spanned<String>>,
    #[serde(default)]
    source: WireSource,
    #[serde(default)]
    reason: WireReason,
    #[serde(default)]
    redirections: Vec<Redirection>,
    guests: Option<Spanned<bool>>,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
struct WireSubjects {
    roles: Vec<String>,
    groups: Vec<String>,
    users: Vec<String>,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
struct WireSource {
    widest: Option<Spanned<u8>>,
    networks: BTreeMap<String, Spanned<String>>,
    anywhere: bool,
    bastion: bool,
    shareable_links: Option<Spanned<bool>>,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
struct WireReason {
    required: bool,
    pattern: Option<Spanned<String>>,
    hint: Option<String>,
}

impl WireRule {
    pub(super) fn read(self) -> Result<Rule, Wrong> {
        let on = not_empty(&self.on, "on", "name at least one scope")?;
        let on = on.iter().map(|scope| parsed(scope, "on")).collect::<Result<Vec<Scope>, _>>()?;
        let may = not_empty(&self.may, "may", "name at least one thing they may do")?.clone();
        if may.contains(&Verb::EnableDefender) && !on.iter().any(Scope::is_of_subscriptions) {
            let reason = "`enable-defender` is about whole subscriptions; name a subscription or a management group in `on`";
            return Err(Wrong::at(&self.may, "may", reason));
        }
        let ports = self.ports.as_ref().map(ports).transpose()?;
        let longest = self.longest.as_ref().map(longest).transpose()?;
        let guests = self.guests.as_ref().map(|guests| guests_of(guests, &may)).transpose()?;
        Ok(Rule {
            to: subjects(&self.to)?,
            on,
            may,
            ports,
            longest: longest.unwrap_or(AccessDuration::LONGEST),
            source: source(self.source)?,
            reason: reason(self.reason)?,
            redirections: self.redirections,
            guests: guests.unwrap_or(false),
            name: self.name.into_inner(),
        })
    }
}

fn subjects(to: &Spanned<WireSubjects>) -> Result<Subjects, Wrong> {
    let WireSubjects { roles, groups, users } = to.get_ref();
    let mut all = roles.iter().chain(groups).chain(users).peekable();
    if all.peek().is_none() {
        return Err(Wrong::at(to, "to", "name at least one role, group or user"));
    }
    if all.any(|name| name.trim() != name || name.is_empty()) {
        let reason =
            "a role, group or user is a name without white space around it; one is empty or has some";
        return Err(Wrong::at(to, "to", reason));
    }
    Ok(Subjects { roles: roles.clone(), groups: groups.clone(), users: users.clone() })
}

fn ports(numbers: &Spanned<Vec<Spanned<u16>>>) -> Result<Vec<Port>, Wrong> {
    let listed = not_empty(numbers, "ports", "name at least one port, or leave it out for every port")?;
    let port = |number: &Spanned<u16>| {
        Port::try_from(*number.get_ref()).map_err(|error| Wrong::at(number, "ports", error.to_string()))
    };
    listed.iter().map(port).collect()
}

fn longest(text: &Spanned<String>) -> Result<AccessDuration, Wrong> {
    duration_in_words(text.get_ref()).map_err(|reason| Wrong::at(text, "longest", reason))
}

/// A time as people write it: `3h`, `90m` or `1h 30m`, as well as ISO 8601.
pub fn duration_in_words(text: &str) -> Result<AccessDuration, String> {
    let expected = || format!("`{text}` is not a time such as 3h, 90m or PT1H30M");
    let length: jiff::SignedDuration = text.parse().map_err(|_| expected())?;
    if length.as_secs() % 60 != 0 {
        return Err(format!("`{text}` is not a whole number of minutes"));
    }
    AccessDuration::from_minutes(length.as_mins()).map_err(|error| error.to_string())
}

fn source(wire: WireSource) -> Result<SourceRule, Wrong> {
    let widest = match &wire.widest {
        Some(widest) if !(1..=32).contains(widest.get_ref()) => {
            let reason = format!(
                "{} is not an IPv4 prefix length from 1 to 32; for the whole Internet say anywhere = true",
                widest.get_ref()
            );
            return Err(Wrong::at(widest, "source.widest", reason));
        }
        widest => widest.as_ref().map_or(32, |widest| *widest.get_ref()),
    };
    let shareable_links = match &wire.shareable_links {
        Some(links) if *links.get_ref() && !wire.bastion => {
            let reason = "a shareable link leads through a Bastion; say bastion = true, too";
            return Err(Wrong::at(links, "source.shareable_links", reason));
        }
        links => links.as_ref().is_some_and(|links| *links.get_ref()),
    };
    let networks = wire.networks.into_iter().map(|(name, range)| network(name, &range));
    let networks = networks.collect::<Result<_, _>>()?;
    Ok(SourceRule { widest, networks, anywhere: wire.anywhere, bastion: wire.bastion, shareable_links })
}

fn network(name: String, text: &Spanned<String>) -> Result<Network, Wrong> {
    let wrong = |reason: String| Wrong::at(text, "source.networks", reason);
    if name.trim().is_empty() {
        return Err(wrong("a network needs a name".to_owned()));
    }
    let range: Source = parsed(text, "source.networks")?;
    if range.is_anywhere() {
        return Err(wrong(format!("`{range}` is the whole Internet; for that say anywhere = true")));
    }
    Ok(Network { name, range })
}

fn guests_of(guests: &Spanned<bool>, may: &[Verb]) -> Result<bool, Wrong> {
    if *guests.get_ref() && !may.contains(&Verb::RequestForOthers) {
        let reason = "guests are let in by what somebody prepares for them; add request-for-others to may";
        return Err(Wrong::at(guests, "guests", reason));
    }
    Ok(*guests.get_ref())
}

fn reason(wire: WireReason) -> Result<ReasonRule, Wrong> {
    let pattern = wire.pattern.as_ref();
    let pattern = pattern.map(|text| {
        // What is wrong with a pattern is told with a picture of several lines.
        Regex::new(text.get_ref()).map_err(|error| {
            let told = error.to_string();
            let last = told.lines().last().unwrap_or_default().trim_start_matches("error: ");
            Wrong::at(text, "reason.pattern", format!("`{}` is not a pattern: {last}", text.get_ref()))
        })
    });
    Ok(ReasonRule { required: wire.required, pattern: pattern.transpose()?, hint: wire.hint })
}

fn not_empty<'a, T>(
    list: &'a Spanned<Vec<T>>,
    key: &'static str,
    reason: &'static str,
) -> Result<&'a Vec<T>, Wrong> {
    let values = list.get_ref();
    if values.is_empty() { Err(Wrong::at(list, key, reason)) } else { Ok(values) }
}

fn parsed<T: FromStr<Err: ToString>>(text: &Spanned<String>, key: &'static str) -> Result<T, Wrong> {
    text.get_ref().parse().map_err(|error: T::Err| Wrong::at(text, key, error.to_string()))
}
