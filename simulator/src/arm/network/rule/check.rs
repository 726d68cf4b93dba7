//! Whether a rule is one that Azure would save. It says the codes of its own; which it has for what
//! is not documented in full.

use super::ArmError;
use crate::{nsg, world::SecurityRule};

/// The longest description, in characters.
const DESCRIPTION: usize = 140;

/// The longest name.
const NAME: usize = 80;

const PROTOCOLS: [&str; 6] = ["*", "Tcp", "Udp", "Icmp", "Esp", "Ah"];

pub(super) fn check(rule: &SecurityRule) -> Result<(), ArmError> {
    let SecurityRule { name, description, protocol, priority, .. } = rule;
    if !is_name(name) {
        return Err(refused("InvalidResourceName", format!("Resource name {name} is invalid.")));
    }
    if DESCRIPTION < description.chars().count() {
        return Err(refused(
            "SecurityRuleInvalidDescription",
            format!("The description of security rule {name} is longer than {DESCRIPTION} characters."),
        ));
    }
    if !PROTOCOLS.iter().any(|known| known.eq_ignore_ascii_case(protocol)) {
        return Err(refused(
            "SecurityRuleInvalidProtocol",
            format!("Security rule has invalid Protocol. Value provided: {protocol}"),
        ));
    }
    if !(100..=4096).contains(priority) {
        return Err(refused(
            "SecurityRuleInvalidPriority",
            format!("Security rule has invalid Priority. Value provided: {priority} Allowed range 100-4096."),
        ));
    }
    for (what, values) in
        [("SourcePortRange", &rule.source_ports), ("DestinationPortRange", &rule.destination_ports)]
    {
        all(what, values, "SecurityRuleInvalidPortRange", is_ports)?;
    }
    for (what, values) in
        [("SourceAddressPrefix", &rule.sources), ("DestinationAddressPrefix", &rule.destinations)]
    {
        all(what, values, "SecurityRuleInvalidAddressPrefix", is_prefix)?;
    }
    Ok(())
}

fn refused(code: &str, message: String) -> ArmError {
    ArmError::bad_request(code, message)
}

fn all(what: &str, values: &[String], code: &str, is_valid: fn(&str) -> bool) -> Result<(), ArmError> {
    if values.is_empty() {
        return Err(refused(
            "SecurityRuleParameterMissing",
            format!("Required security rule parameters are missing: {what} or {what}es."),
        ));
    }
    match values.iter().find(|value| !is_valid(value)) {
        Some(value) => {
            Err(refused(code, format!("Security rule has invalid {what}. Value provided: {value}")))
        }
        None => Ok(()),
    }
}

/// Begins with a letter or a digit, ends with one or `_`, and has those, `.` and `-` in between.
fn is_name(name: &str) -> bool {
    let is_part = |c: char| c.is_ascii_alphanumeric() || "_.-".contains(c);
    name.len() <= NAME
        && name.chars().all(is_part)
        && name.starts_with(|c: char| c.is_ascii_alphanumeric())
        && name.ends_with(|c: char| c.is_ascii_alphanumeric() || c == '_')
}

/// `*`, a port, or a range such as `5985-5986`.
fn is_ports(text: &str) -> bool {
    let (first, last) = text.split_once('-').unwrap_or((text, text));
    let ends = first.parse::<u16>().ok().zip(last.parse::<u16>().ok());
    text == "*" || ends.is_some_and(|(first, last)| first <= last)
}

/// `*`, an address, a range, or the name of a service tag.
fn is_prefix(text: &str) -> bool {
    let is_tag = text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '.');
    text == "*" || is_tag || nsg::range(text).is_some()
}
