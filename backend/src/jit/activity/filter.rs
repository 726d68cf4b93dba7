//! What is looked for, and places in the list.

use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;
use shared::activity::{Activity, ActivityStatus, Operation, Origin};
use shared::resource_id::VmId;
use shared::text::folded;

/// What is looked for. The default is everything.
#[derive(Debug, Clone, Default)]
pub struct ActivityFilter {
    /// Only what was done to this machine.
    pub vm: Option<VmId>,
    /// Only what was done to machines with this in their names.
    pub vm_named: Option<String>,
    /// Only what somebody did, or wanted for somebody, with this in their name.
    pub person: Option<String>,
    /// Only these; none means all.
    pub operations: Vec<Operation>,
    /// Only what came to one of these; none means all.
    pub statuses: Vec<ActivityStatus>,
    /// Only what was made outside Postern, or only what was not.
    pub outside: Option<bool>,
    /// Only what was done since.
    pub since: Option<Timestamp>,
    /// Only what was done before.
    pub until: Option<Timestamp>,
    /// Where the page before ended.
    pub after: Option<Place>,
}

impl ActivityFilter {
    pub(super) fn lets_through(&self, item: &Activity) -> bool {
        let named = |text: &str, part: &str| folded(text).contains(&folded(part));
        let people = || [&item.name, &item.account, &item.requested_for].into_iter().flatten();
        self.vm.as_ref().is_none_or(|vm| item.vms.contains(vm))
            && self
                .vm_named
                .as_ref()
                .is_none_or(|part| item.vms.iter().any(|vm| named(vm.name().as_str(), part)))
            && self.person.as_ref().is_none_or(|part| people().any(|person| named(person, part)))
            && (self.operations.is_empty() || self.operations.contains(&item.operation))
            && (self.statuses.is_empty() || self.statuses.contains(&item.status))
            && self.outside.is_none_or(|outside| outside == (item.origin == Origin::Outside))
            && self.since.is_none_or(|since| since <= item.at)
            && self.until.is_none_or(|until| item.at < until)
    }
}

/// A place in the list: when something was done, and its name, for what was done at once.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    at: Timestamp,
    id: String,
}

impl Place {
    pub(super) fn of(item: &Activity) -> Self {
        Self { at: item.at, id: item.id.clone() }
    }

    /// Behind everything that was done at this moment or later.
    pub(super) fn before(at: Timestamp) -> Self {
        Self { at, id: String::new() }
    }

    /// A moment that everything behind this place was done before.
    pub(super) fn end(&self) -> Timestamp {
        if self.id.is_empty() {
            return self.at;
        }
        Timestamp::from_microsecond(self.at.as_microsecond() + 1).unwrap_or(Timestamp::MAX)
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.at.as_nanosecond(), self.id)
    }
}

impl FromStr for Place {
    type Err = NoPlace;

    fn from_str(text: &str) -> Result<Self, NoPlace> {
        let (at, id) = text.split_once('.').ok_or(NoPlace)?;
        let at = at.parse().ok().and_then(|at| Timestamp::from_nanosecond(at).ok()).ok_or(NoPlace)?;
        let is_ours = id.len() <= 80 && id.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
        if is_ours { Ok(Self { at, id: id.to_owned() }) } else { Err(NoPlace) }
    }
}

/// The text names no place in this list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("this is no “next” of a page of this list")]
pub struct NoPlace;
