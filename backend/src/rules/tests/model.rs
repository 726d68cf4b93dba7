//! The rules read a second time, by the letter of `docs/access-rules.md` and by brute force: text
//! against text, numbers against numbers. Nothing here uses a type of the evaluator.

use std::fmt::Write as _;

use shared::verb::Verb;

/// A rule as somebody writes it.
#[derive(Debug, Clone)]
pub struct WrittenRule {
    pub roles: Vec<&'static str>,
    pub groups: Vec<&'static str>,
    pub users: Vec<&'static str>,
    pub on: Vec<String>,
    pub may: Vec<Verb>,
    pub ports: Option<Vec<u16>>,
    pub longest: u16,
    pub widest: u8,
    pub networks: Vec<&'static str>,
    pub anywhere: bool,
    pub required: bool,
    pub pattern: Option<&'static str>,
}

/// Somebody who wants something somewhere.
#[derive(Debug, Clone)]
pub struct Case {
    pub username: &'static str,
    pub object_id: &'static str,
    pub roles: Vec<String>,
    pub groups: Vec<String>,
    pub vm: String,
    pub tags: Vec<(&'static str, &'static str)>,
    pub management_groups: Option<Vec<&'static str>>,
    pub public: bool,
    pub verb: Verb,
    pub port: u16,
    pub source: &'static str,
    pub minutes: u16,
    pub reason: Option<&'static str>,
}

/// The file that holds these rules; they are named by their place.
pub fn file(rules: &[WrittenRule]) -> String {
    let mut text = String::new();
    for (index, rule) in rules.iter().enumerate() {
        let verbs: Vec<&str> = rule.may.iter().map(|verb| verb.name()).collect();
        let ports = rule.ports.as_ref().map(|ports| format!("ports = {ports:?}\n")).unwrap_or_default();
        let networks: Vec<String> =
            rule.networks.iter().enumerate().map(|(n, range)| format!("\"n{n}\" = {range:?}")).collect();
        let pattern = rule.pattern.map(|pattern| format!(", pattern = {pattern:?}")).unwrap_or_default();
        write!(
            text,
            "[[rule]]\nname = \"{index}\"\nto = {{ roles = {:?}, groups = {:?}, users = {:?} }}\non = {:?}\nmay = {verbs:?}\n{ports}longest = \"{}m\"\nsource = {{ widest = {}, networks = {{ {} }}, anywhere = {} }}\nreason = {{ required = {}{pattern} }}\n",
            rule.roles, rule.groups, rule.users, rule.on, rule.longest, rule.widest, networks.join(", "), rule.anywhere, rule.required,
        )
        .expect("a String takes every character");
    }
    text
}

/// The first rule that lets it through, by its place.
pub fn allowing(rules: &[WrittenRule], case: &Case) -> Option<usize> {
    rules.iter().position(|rule| is_about(rule, case) && holds(rule, case) && lets(rule, case))
}

/// Whether they may know that the machine exists.
pub fn sees(rules: &[WrittenRule], case: &Case) -> bool {
    rules.iter().any(|rule| is_about(rule, case) && holds(rule, case))
}

fn is_about(rule: &WrittenRule, case: &Case) -> bool {
    let same = |a: &str, b: &str| !a.is_empty() && a.to_lowercase() == b.to_lowercase();
    rule.roles.iter().any(|role| case.roles.iter().any(|theirs| theirs == role))
        || rule.groups.iter().any(|group| case.groups.iter().any(|theirs| same(theirs, group)))
        || rule.users.iter().any(|user| same(case.username, user) || same(case.object_id, user))
}

fn holds(rule: &WrittenRule, case: &Case) -> bool {
    rule.on.iter().any(|scope| {
        if let Some((name, value)) = scope.strip_prefix("tag:").and_then(|tag| tag.split_once('=')) {
            return case.tags.iter().any(|(n, v)| n.to_lowercase() == name.to_lowercase() && *v == value);
        }
        let (scope, vm) = (scope.to_lowercase(), case.vm.to_lowercase());
        if let Some(group) = scope.strip_prefix("/providers/microsoft.management/managementgroups/") {
            let known = case.management_groups.iter().flatten();
            return known.map(|name| name.to_lowercase()).any(|name| name == group);
        }
        vm == scope || vm.starts_with(&format!("{scope}/"))
    })
}

fn lets(rule: &WrittenRule, case: &Case) -> bool {
    match case.verb {
        Verb::See => true,
        Verb::Request | Verb::RequestForOthers => rule.may.contains(&case.verb) && within_limits(rule, case),
        verb => rule.may.contains(&verb),
    }
}

fn within_limits(rule: &WrittenRule, case: &Case) -> bool {
    let port = rule.ports.as_ref().is_none_or(|ports| ports.contains(&case.port));
    let time = case.minutes <= rule.longest;
    let reason = match case.reason {
        None => !rule.required,
        // The only pattern in these worlds.
        Some(text) => rule.pattern.is_none() || text.starts_with("INC"),
    };
    port && time && reason && source_is_fine(rule, case)
}

fn source_is_fine(rule: &WrittenRule, case: &Case) -> bool {
    let named = rule.networks.iter().any(|network| inside(case.source, network));
    let narrow = size(case.source).is_some_and(|size| size <= 1u128 << (32 - rule.widest));
    let private_to_public = case.public && inside(case.source, "10.0.0.0/8");
    (named || narrow || rule.anywhere) && (!private_to_public || named)
}

/// How many addresses a source has, if it is not everywhere.
fn size(source: &str) -> Option<u128> {
    let (_, first, last) = bounds(source)?;
    (last - first).checked_add(1)
}

fn inside(source: &str, network: &str) -> bool {
    match (bounds(source), bounds(network)) {
        (Some((v, first, last)), Some((w, start, end))) => v == w && start <= first && last <= end,
        _ => false,
    }
}

/// The version, first and last address of a source that is not everywhere.
fn bounds(source: &str) -> Option<(u8, u128, u128)> {
    let (address, prefix) = source.split_once('/').unwrap_or((source, ""));
    let (version, bits, first) = match address.parse::<std::net::IpAddr>().ok()? {
        std::net::IpAddr::V4(address) => (4, 32, u128::from(u32::from(address))),
        std::net::IpAddr::V6(address) => (6, 128, u128::from(address)),
    };
    let prefix: u32 = if prefix.is_empty() { bits } else { prefix.parse().ok()? };
    if prefix == 0 {
        return None;
    }
    let count = 1u128.checked_shl(bits - prefix)?;
    Some((version, first, first + (count - 1)))
}
