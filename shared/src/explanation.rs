//! Whether somebody may open a port of a machine, by which access rule, and if not, why not.

use serde::{Deserialize, Serialize};

use crate::problem::Violation;

/// The answer to “may I?” before anything is requested.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AccessExplanation {
    /// Whether a request like this would go to Azure.
    pub allowed: bool,
    /// The access rule that lets it through, if one does.
    pub rule: Option<String>,
    /// Whether it would open the port wider than the rule's usual limit, because the rule says
    /// `anywhere`.
    pub broad: bool,
    /// What stands in the way whatever the access rules say: the machine's JIT policy, or the
    /// request itself.
    pub violations: Vec<Violation>,
    /// The access rules that are about the person who asks, in their order.
    pub rules: Vec<RuleVerdict>,
}

/// What one access rule makes of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RuleVerdict {
    /// The rule's name.
    pub rule: String,
    /// What stands in the way; nothing if the rule lets it through.
    pub obstacles: Vec<Obstacle>,
}

/// Why a rule does not let something through.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(tag = "obstacle", rename_all = "snake_case")]
pub enum Obstacle {
    /// The machine is not where the rule holds.
    Scope {
        /// In a sentence for people.
        detail: String,
    },
    /// The rule holds here and does not let people do this.
    Verb {
        /// In a sentence for people.
        detail: String,
    },
    /// The rule lets people do this, and not so much of it.
    Limit {
        /// Which limit, at which field.
        violation: Violation,
    },
}

impl Obstacle {
    /// What it is, in a sentence for people.
    pub fn detail(&self) -> &str {
        match self {
            Self::Scope { detail } | Self::Verb { detail } => detail,
            Self::Limit { violation } => &violation.detail,
        }
    }
}
