//! Assignments of Azure Policy, which are not those of roles.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde_json::{Map, Value};

use super::{Assignable, Part, Resource, World};
use crate::resource_id;

/// A policy or an initiative, assigned to a scope.
#[derive(Debug, Clone)]
pub struct PolicyAssignment {
    pub id: String,
    pub name: String,
    /// A management group, a subscription or a resource group.
    pub scope: String,
    pub display_name: Option<String>,
    pub description: Option<String>,
    /// What is assigned.
    pub what: Assignable,
    /// Its id as it was given.
    pub definition: String,
    /// Their values.
    pub parameters: BTreeMap<String, Value>,
    /// `Default` or `DoNotEnforce`; policies that only audit are evaluated in either mode.
    pub enforcement: String,
    /// What below the scope is left out.
    pub not_scopes: Vec<String>,
    pub messages: Vec<Value>,
    /// As it was given, with who made it and when.
    pub metadata: Map<String, Value>,
    /// When it was written last.
    pub saved_at: Timestamp,
}

/// Something that a policy is not to be held against.
#[derive(Debug, Clone)]
pub struct Exemption {
    /// The id of the assignment.
    pub assignment: String,
    /// A resource, or what holds it.
    pub scope: String,
    pub until: Option<Timestamp>,
}

/// What a policy does, of what the policies here can do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effect {
    AuditIfNotExists,
    Disabled,
}

impl Effect {
    pub const NAMES: [&'static str; 2] = ["AuditIfNotExists", "Disabled"];

    /// Values of parameters compare without regard to case.
    pub fn parse(text: &str) -> Option<Self> {
        let known = |name: &str| name.eq_ignore_ascii_case(text);
        match () {
            () if known("AuditIfNotExists") => Some(Self::AuditIfNotExists),
            () if known("Disabled") => Some(Self::Disabled),
            () => None,
        }
    }
}

impl PolicyAssignment {
    /// What one of its policies does.
    pub fn effect(&self, part: Part) -> Effect {
        let mut given = self.parameters.iter();
        let given = given.find(|(name, _)| name.eq_ignore_ascii_case(part.parameter()));
        let given = given.and_then(|(_, value)| value.as_str());
        given.and_then(Effect::parse).unwrap_or(Effect::AuditIfNotExists)
    }
}

impl Exemption {
    /// Whether it holds for a resource at a moment.
    pub fn covers(&self, world: &World, assignment: &str, resource: &str, at: Timestamp) -> bool {
        resource_id::same(&self.assignment, assignment)
            && self.until.is_none_or(|until| at < until)
            && world.is_within(resource, &self.scope)
    }
}

impl Resource for PolicyAssignment {
    fn id(&self) -> &str {
        &self.id
    }
}
