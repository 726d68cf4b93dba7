//! Assignments of Azure Policy to be.

use jiff::SignedDuration;
use serde::Deserialize;

use crate::world::JUST_IN_TIME;

/// A policy or an initiative for a scope.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewPolicyAssignment {
    pub name: String,
    /// The id of a management group, the name of a subscription, or `subscription/group`.
    pub on: String,
    /// The name, which is a UUID, of a built-in policy or initiative; that of just-in-time if not given.
    #[serde(default = "just_in_time")]
    pub definition: String,
    #[serde(default)]
    pub display_name: Option<String>,
    /// What is left out, as `on` is written, or the id of a resource.
    #[serde(default)]
    pub not_scopes: Vec<String>,
    /// The effect of the policy about just-in-time, if not its default.
    #[serde(default)]
    pub effect: Option<String>,
    /// How long before the beginning it was made.
    #[serde(default)]
    pub ago: SignedDuration,
}

/// Something that an assignment is not held against.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewExemption {
    /// The name of the assignment.
    pub assignment: String,
    /// The machine.
    pub vm: String,
    /// How long from the beginning on; without end if not given.
    #[serde(default)]
    pub lasting: Option<SignedDuration>,
}

impl NewPolicyAssignment {
    /// The policy about just-in-time, made as the world begins.
    pub fn named(name: &str, on: &str) -> Self {
        Self {
            name: name.to_owned(),
            on: on.to_owned(),
            definition: just_in_time(),
            display_name: None,
            not_scopes: Vec::new(),
            effect: None,
            ago: SignedDuration::ZERO,
        }
    }
}

fn just_in_time() -> String {
    JUST_IN_TIME.name.to_owned()
}
