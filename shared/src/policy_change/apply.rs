//! What a change makes of one machine.

use std::collections::HashSet;

use serde::{Deserialize, Serialize};

use super::{Amendment, Change, Meaning, Merge};
use crate::policy::{JitPolicy, PortRule};
use crate::port::Port;
use crate::problem::Violation;

/// Which ports differ between two states of one machine, each ascending.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Difference {
    /// Those that are new.
    pub added: Vec<Port>,
    /// Those with another rule.
    pub changed: Vec<Port>,
    /// Those that are gone.
    pub removed: Vec<Port>,
}

impl Difference {
    /// What differs.
    pub fn between(from: Option<&JitPolicy>, to: Option<&JitPolicy>) -> Self {
        let mut difference = Self::default();
        for rule in to.iter().flat_map(|policy| &policy.ports) {
            match from.and_then(|from| from.rule_for(rule.port)) {
                None => difference.added.push(rule.port),
                Some(standing) if standing != rule => difference.changed.push(rule.port),
                Some(_) => {}
            }
        }
        let gone = from.iter().flat_map(|policy| &policy.ports).map(|rule| rule.port);
        difference.removed = gone.filter(|port| to.is_none_or(|to| to.rule_for(*port).is_none())).collect();
        for ports in [&mut difference.added, &mut difference.changed, &mut difference.removed] {
            ports.sort_unstable();
        }
        difference
    }

    /// Whether nothing differs.
    pub fn is_empty(&self) -> bool {
        self.added.is_empty() && self.changed.is_empty() && self.removed.is_empty()
    }
}

impl Change {
    /// What becomes of a machine on which this is set up.
    pub fn applied_to(&self, from: Option<&JitPolicy>) -> Option<JitPolicy> {
        match self {
            Self::Set(policy) => Some(policy.clone()),
            Self::Merge(merge) => {
                let policy = merge.applied_to(from);
                // Of nothing, nothing is removed.
                (from.is_some() || !policy.ports.is_empty()).then_some(policy)
            }
            Self::Disable | Self::Forget => None,
            Self::Split => from.cloned(),
        }
    }

    /// The same with at most so many ports, and so many sources of each, to be told of a change that
    /// is not made.
    #[must_use]
    pub fn shortened(&self, most: usize) -> Self {
        let short = |rules: &[PortRule]| -> Vec<PortRule> {
            let mut rules = rules[..rules.len().min(most)].to_vec();
            for rule in &mut rules {
                rule.sources.truncate(most);
            }
            rules
        };
        let shorter = |amend: &[Amendment]| -> Vec<Amendment> {
            let mut amend = amend[..amend.len().min(most)].to_vec();
            for sources in amend.iter_mut().filter_map(|amendment| amendment.sources.as_mut()) {
                sources.truncate(most);
            }
            amend
        };
        match self {
            Self::Set(policy) => Self::Set(JitPolicy { ports: short(&policy.ports) }),
            Self::Merge(Merge { ports, amend, remove }) => {
                let remove = remove[..remove.len().min(most)].to_vec();
                Self::Merge(Merge { ports: short(ports), amend: shorter(amend), remove })
            }
            Self::Disable | Self::Forget | Self::Split => self.clone(),
        }
    }

    /// How many sources it writes to each machine.
    pub fn sources(&self) -> usize {
        let (rules, amend): (&[PortRule], &[Amendment]) = match self {
            Self::Set(policy) => (&policy.ports, &[]),
            Self::Merge(merge) => (&merge.ports, &merge.amend),
            Self::Disable | Self::Forget | Self::Split => (&[], &[]),
        };
        let amended = amend.iter().filter_map(|amendment| amendment.sources.as_ref());
        rules.iter().map(|rule| &rule.sources).chain(amended).map(Vec::len).sum()
    }

    /// What is wrong with it, whatever machine it is for, field by field.
    pub fn violations(&self) -> Vec<Violation> {
        match self {
            Self::Set(policy) => within("change.set", policy.violations()),
            Self::Merge(merge) => merge.violations(),
            Self::Disable | Self::Forget | Self::Split => Vec::new(),
        }
    }
}

impl Merge {
    /// What it takes to get from one configuration to another and leaves alone whatever is the same
    /// in both.
    pub fn between(from: Option<&JitPolicy>, to: &JitPolicy) -> Self {
        let mut merge = Self { remove: Difference::between(from, Some(to)).removed, ..Self::default() };
        for rule in &to.ports {
            match from.and_then(|from| from.rule_for(rule.port)) {
                Some(standing) => merge.amend.extend(Amendment::between(standing, rule)),
                None => merge.ports.push(rule.clone()),
            }
        }
        merge
    }

    fn applied_to(&self, from: Option<&JitPolicy>) -> JitPolicy {
        let mut ports = from.map(|from| from.ports.clone()).unwrap_or_default();
        ports.retain(|rule| !self.remove.contains(&rule.port));
        for amendment in &self.amend {
            ports
                .iter_mut()
                .filter(|standing| standing.port == amendment.port)
                .for_each(|standing| amendment.apply(standing));
        }
        for rule in &self.ports {
            match ports.iter_mut().find(|standing| standing.port == rule.port) {
                Some(standing) => *standing = rule.clone(),
                None => ports.push(rule.clone()),
            }
        }
        JitPolicy { ports }
    }

    fn violations(&self) -> Vec<Violation> {
        let violation = |field: String, detail: String| Violation { field, detail, offer: None };
        if self.ports.is_empty() && self.amend.is_empty() && self.remove.is_empty() {
            let detail = "name a port to add, to change or to remove".to_owned();
            return vec![violation("change.merge".to_owned(), detail)];
        }
        let mut violations = Vec::new();
        if !self.ports.is_empty() {
            violations = within("change.merge", JitPolicy { ports: self.ports.clone() }.violations());
        }
        let mut seen: HashSet<Port> = self.ports.iter().map(|rule| rule.port).collect();
        let amended = self.amend.iter().map(|amendment| amendment.port).enumerate();
        let amended = amended.map(|(index, port)| (format!("change.merge.amend[{index}]"), port));
        let removed = self.remove.iter().copied().enumerate();
        let removed = removed.map(|(index, port)| (format!("change.merge.remove[{index}]"), port));
        for (field, port) in amended.chain(removed) {
            if !seen.insert(port) {
                let detail = format!("port {port} is named twice; add or change it, or remove it");
                violations.push(violation(field, detail));
            }
        }
        for (index, amendment) in self.amend.iter().enumerate() {
            let wrong = amendment.violations().into_iter();
            violations.extend(
                wrong.map(|(field, detail)| violation(format!("change.merge.amend[{index}]{field}"), detail)),
            );
        }
        violations
    }
}

impl Meaning {
    /// What it means that a machine gets from one state to another.
    pub fn of(from: Option<&JitPolicy>, to: Option<&JitPolicy>) -> Self {
        match (from, to) {
            (None, Some(_)) => Self::Enabled,
            (Some(_), None) => Self::Disabled,
            _ if Difference::between(from, to).is_empty() => Self::Unchanged,
            _ => Self::Changed,
        }
    }
}

fn within(place: &str, violations: Vec<Violation>) -> Vec<Violation> {
    let at = |violation: Violation| Violation { field: format!("{place}.{}", violation.field), ..violation };
    violations.into_iter().map(at).collect()
}

#[cfg(test)]
mod tests;
