//! Who may do what, and where: the `access` rules.
//!
//! What no rule allows is denied. Several rules add up, but each limit is judged within the rule
//! that allows; see [`crate::guardrails::check`].

mod limits;
mod parse;
mod scope;

use std::collections::BTreeMap;

use shared::duration::AccessDuration;
use shared::port::Port;
use shared::resource_id::VmId;
use shared::vm::{May, RequestLimits};

pub use limits::{ReasonRule, SourceRule};
pub use parse::RulesError;
pub use scope::Scope;

/// All access rules, in the order of the file.
#[derive(Debug, Clone, Default)]
pub struct Rules(Vec<Rule>);

/// One rule: to whom, on what, what they may do, and within what limits.
#[derive(Debug, Clone)]
pub struct Rule {
    /// What people call it; unique in the file.
    pub name: String,
    /// For whom it is.
    pub to: Subjects,
    /// Where it holds.
    pub on: Vec<Scope>,
    /// What it allows.
    pub may: Vec<Verb>,
    /// The ports that may be requested; `None` for every port.
    pub ports: Option<Vec<Port>>,
    /// How long a request may last.
    pub longest: AccessDuration,
    /// From where access may be requested.
    pub source: SourceRule,
    /// What is expected of the reason.
    pub reason: ReasonRule,
}

/// Something a rule can allow. Whoever may do anything with a machine may see it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verb {
    /// See that it exists, and how it is.
    See,
    /// Request access to it, for oneself.
    Request,
    /// Start it.
    Start,
}

/// The people a rule is for: those who match any of these.
#[derive(Debug, Clone, Default)]
pub struct Subjects {
    /// App roles, as in the `roles` claim; compared to the letter.
    pub roles: Vec<String>,
    /// Group object ids, as in the `groups` claim; compared without regard to case.
    pub groups: Vec<String>,
    /// Usernames or object ids; compared without regard to case.
    pub users: Vec<String>,
}

/// A person, as far as rules look at people.
#[derive(Debug, Clone, Copy)]
pub struct Who<'a> {
    /// What they sign in with.
    pub username: &'a str,
    /// Their object id at the sign-in provider.
    pub object_id: &'a str,
    /// Their app roles.
    pub roles: &'a [String],
    /// Their groups.
    pub groups: &'a [String],
}

/// A machine, as far as rules look at machines.
#[derive(Debug, Clone, Copy)]
pub struct Place<'a> {
    /// Its id.
    pub vm: &'a VmId,
    /// Its tags.
    pub tags: &'a BTreeMap<String, String>,
}

impl Rules {
    /// The rules, in the order of the file.
    pub fn iter(&self) -> impl Iterator<Item = &Rule> {
        self.0.iter()
    }

    /// Whether `who` may know that the machine exists.
    pub fn may_see(&self, who: Who<'_>, place: Place<'_>) -> bool {
        self.matching(who, place).next().is_some()
    }

    /// Whether `who` may start the machine.
    pub fn may_start(&self, who: Who<'_>, place: Place<'_>) -> bool {
        self.allowing(Verb::Start, who, place).next().is_some()
    }

    /// The rules that let `who` request access to the machine.
    pub fn for_requests(&self, who: Who<'_>, place: Place<'_>) -> Vec<&Rule> {
        self.allowing(Verb::Request, who, place).collect()
    }

    /// What `who` may do with the machine, as the page is told.
    pub fn may(&self, who: Who<'_>, place: Place<'_>) -> May {
        May {
            start: self.may_start(who, place),
            request: self.for_requests(who, place).into_iter().map(Rule::limits).collect(),
        }
    }

    /// Whether any rule at all is for `who`.
    pub fn know(&self, who: Who<'_>) -> bool {
        self.0.iter().any(|rule| rule.to.include(who))
    }

    fn matching<'r, 'w>(
        &'r self,
        who: Who<'w>,
        place: Place<'w>,
    ) -> impl Iterator<Item = &'r Rule> + use<'r, 'w> {
        self.0
            .iter()
            .filter(move |rule| rule.to.include(who) && rule.on.iter().any(|scope| scope.covers(place)))
    }

    fn allowing<'r, 'w>(
        &'r self,
        verb: Verb,
        who: Who<'w>,
        place: Place<'w>,
    ) -> impl Iterator<Item = &'r Rule> + use<'r, 'w> {
        self.matching(who, place).filter(move |rule| rule.may.contains(&verb))
    }
}

impl Rule {
    /// Whether the rule is about `port`.
    pub fn allows_port(&self, port: Port) -> bool {
        self.ports.as_ref().is_none_or(|ports| ports.contains(&port))
    }

    fn limits(&self) -> RequestLimits {
        RequestLimits {
            rule: self.name.clone(),
            ports: self.ports.clone(),
            longest: self.longest,
            widest: self.source.widest,
            networks: self.source.networks.clone(),
            anywhere: self.source.anywhere,
            reason_required: self.reason.required,
            reason_hint: self.reason.hint.clone(),
        }
    }
}

impl Subjects {
    fn include(&self, who: Who<'_>) -> bool {
        let is_user = |user: &String| {
            let has = |name: &str| !name.is_empty() && user.eq_ignore_ascii_case(name);
            has(who.username) || has(who.object_id)
        };
        self.roles.iter().any(|role| who.roles.contains(role))
            || self
                .groups
                .iter()
                .any(|group| who.groups.iter().any(|theirs| group.eq_ignore_ascii_case(theirs)))
            || self.users.iter().any(is_user)
    }
}

#[cfg(test)]
mod tests;
