//! The names of rules that just-in-time access writes.

use std::fmt;
use std::str::FromStr;

/// The name of a rule that lets a source through for a time, such as
/// `MicrosoftDefenderForCloud-JITRule--1151891693-545C5DBC675443D3BF179EFD1EF8254D`: a number of
/// the machine and an id. The rules that keep everybody out have `_` where these have `-`
/// (Defender for Cloud, "Revised JIT rule naming conventions").
///
/// Each part is checked, so that it can stand in a URL.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JitRuleName(String);

/// What such names begin with, since 2023 and before.
const BEGINNINGS: [&str; 2] = ["MicrosoftDefenderForCloud-JITRule-", "SecurityCenter-JITRule-"];

impl FromStr for JitRuleName {
    type Err = NotAJitRule;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        let rest = BEGINNINGS.iter().find_map(|beginning| {
            let (head, rest) = name.split_at_checked(beginning.len())?;
            head.eq_ignore_ascii_case(beginning).then_some(rest)
        });
        let (number, id) = rest.and_then(|rest| rest.rsplit_once('-')).ok_or(NotAJitRule)?;
        let is_number = number.parse::<i32>().is_ok_and(|parsed| parsed.to_string() == number);
        let is_id = id.len() == 32 && id.bytes().all(|byte| byte.is_ascii_hexdigit());
        if is_number && is_id { Ok(Self(name.to_owned())) } else { Err(NotAJitRule) }
    }
}

impl fmt::Display for JitRuleName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// The name is not that of a rule of just-in-time access that lets somebody through.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("this is no rule by which just-in-time access lets somebody through")]
pub struct NotAJitRule;

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "545C5DBC675443D3BF179EFD1EF8254D";

    #[test]
    fn rules_that_let_through_are_known_by_their_names_old_and_new() {
        for name in [
            format!("MicrosoftDefenderForCloud-JITRule--1151891693-{ID}"),
            format!("MicrosoftDefenderForCloud-JITRule-2114225062-{ID}"),
            format!("SECURITYCENTER-jitrule-1170687618-{}", ID.to_lowercase()),
        ] {
            assert_eq!(name.parse::<JitRuleName>().unwrap().to_string(), name);
        }
    }

    #[test]
    fn no_other_rule_passes_for_one_and_nothing_that_would_steer_the_url() {
        for name in [
            format!("MicrosoftDefenderForCloud-JITRule_-1151891693_{ID}"),
            format!("MicrosoftDefenderForCloud-JITRule-1-{}", &ID[1..]),
            format!("MicrosoftDefenderForCloud-JITRule-1/../x-{ID}"),
            format!("MicrosoftDefenderForCloud-JITRule-99999999999-{ID}"),
            format!("MicrosoftDefenderForCloud-JITRule-+1-{ID}"),
            format!("MicrosoftDefenderForCloud-JITRule-1-{ID}?x"),
            "AllowAnyRdp".to_owned(),
            String::new(),
        ] {
            assert!(name.parse::<JitRuleName>().is_err(), "{name}");
        }
    }
}
