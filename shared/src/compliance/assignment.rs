//! Where the policy is assigned.

use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::StateCounts;
use crate::resource_id::ArmName;
use crate::text::text_on_the_wire;
use crate::vm::UnreadableSubscription;

/// A part of Azure that a policy can be assigned to.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum AssignmentScope {
    /// A management group, with everything below it.
    ManagementGroup(ArmName),
    /// A subscription.
    Subscription(Uuid),
    /// A resource group.
    ResourceGroup(Uuid, ArmName),
}

/// The kinds of such parts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum ScopeKind {
    /// A management group.
    ManagementGroup,
    /// A subscription.
    Subscription,
    /// A resource group.
    ResourceGroup,
}

impl AssignmentScope {
    /// What kind of part it is.
    pub fn kind(&self) -> ScopeKind {
        match self {
            Self::ManagementGroup(_) => ScopeKind::ManagementGroup,
            Self::Subscription(_) => ScopeKind::Subscription,
            Self::ResourceGroup(..) => ScopeKind::ResourceGroup,
        }
    }
}

impl FromStr for AssignmentScope {
    type Err = ParseScopeError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let reject = || ParseScopeError(text.to_owned());
        let is = |segment: &str, expected: &str| segment.eq_ignore_ascii_case(expected);
        match text.split('/').collect::<Vec<_>>()[..] {
            ["", providers, namespace, kind, group]
                if is(providers, "providers")
                    && is(namespace, "Microsoft.Management")
                    && is(kind, "managementGroups") =>
            {
                group.parse().map(Self::ManagementGroup).map_err(|_| reject())
            }
            ["", subscriptions, id] if is(subscriptions, "subscriptions") => {
                Uuid::try_parse(id).map(Self::Subscription).map_err(|_| reject())
            }
            ["", subscriptions, id, groups, group]
                if is(subscriptions, "subscriptions") && is(groups, "resourceGroups") =>
            {
                let id = Uuid::try_parse(id).map_err(|_| reject())?;
                Ok(Self::ResourceGroup(id, group.parse().map_err(|_| reject())?))
            }
            _ => Err(reject()),
        }
    }
}

impl fmt::Display for AssignmentScope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::ManagementGroup(group) => {
                write!(f, "/providers/Microsoft.Management/managementGroups/{group}")
            }
            Self::Subscription(id) => write!(f, "/subscriptions/{id}"),
            Self::ResourceGroup(id, group) => write!(f, "/subscriptions/{id}/resourceGroups/{group}"),
        }
    }
}

text_on_the_wire!(
    AssignmentScope,
    "The ARM id of a management group, subscription or resource group; compared without regard to case",
    "/subscriptions/11111111-2222-3333-4444-555555555555"
);

/// The text names no part of Azure that a policy can be assigned to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ParseScopeError(String);

impl fmt::Display for ParseScopeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "“{}” is not the id of a management group, a subscription or a resource group", self.0)
    }
}

impl std::error::Error for ParseScopeError {}

/// What an assignment has Azure do.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Effect {
    /// Report machines that do not comply.
    #[default]
    AuditIfNotExists,
    /// Nothing.
    Disabled,
}

impl Effect {
    /// Both of them.
    pub const ALL: [Self; 2] = [Self::AuditIfNotExists, Self::Disabled];

    /// Azure's name for it.
    pub fn name(self) -> &'static str {
        match self {
            Self::AuditIfNotExists => "AuditIfNotExists",
            Self::Disabled => "Disabled",
        }
    }
}

/// An assignment to be made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NewAssignment {
    /// Where.
    pub scope: AssignmentScope,
    /// What it has Azure do; left out, to report.
    #[serde(default)]
    pub effect: Effect,
    /// What it is to be called; left out, like the policy. At most 128 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub display_name: Option<String>,
}

/// The assignments, and where the person who looks may make others.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AssignmentList {
    /// The assignments, by name.
    pub items: Vec<Assignment>,
    /// Where the person who looks may assign it.
    pub scopes: Vec<AssignableScope>,
    /// When Azure was asked, the longest ago of what is shown.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
    pub as_of: Timestamp,
    /// The subscriptions of which something could not be read.
    pub unreadable: Vec<UnreadableSubscription>,
}

/// Where the policy can be assigned.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AssignableScope {
    /// What kind of part of Azure it is.
    pub kind: ScopeKind,
    /// What people call it.
    pub name: String,
    /// Its ARM id.
    pub scope: AssignmentScope,
}

/// The policy as it is assigned somewhere, by itself or as part of an initiative.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Assignment {
    /// Its ARM resource id, in small letters.
    pub id: String,
    /// What people call it.
    pub display_name: String,
    /// The ARM id of the part of Azure that it is about.
    pub scope: String,
    /// What that is called.
    pub scope_name: String,
    /// The initiative that it comes with, if it does.
    pub initiative: Option<String>,
    /// What it has Azure do, in Azure's words, where that is known.
    pub effect: Option<String>,
    /// Whether it is enforced; not being so keeps a policy that only reports from nothing.
    pub enforced: bool,
    /// How the machines stand that it is about and the person who looks may comply on.
    pub counts: StateCounts,
    /// When Azure last looked at any of them.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, format = DateTime))]
    pub evaluated_at: Option<Timestamp>,
    /// Whether Postern made it, and the person who looks may have it removed.
    pub may_remove: bool,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scope_is_read_whatever_its_case_and_shown_as_azure_has_it() {
        for (text, kind) in [
            ("/providers/microsoft.management/MANAGEMENTGROUPS/contoso", ScopeKind::ManagementGroup),
            ("/Subscriptions/11111111-2222-3333-4444-555555555555", ScopeKind::Subscription),
            (
                "/subscriptions/11111111-2222-3333-4444-555555555555/RESOURCEGROUPS/web-rg",
                ScopeKind::ResourceGroup,
            ),
        ] {
            let scope: AssignmentScope = text.parse().unwrap();
            assert_eq!(scope.kind(), kind);
            assert_eq!(scope.to_string().to_lowercase(), text.to_lowercase());
        }
    }

    #[test]
    fn what_would_steer_a_url_is_no_scope() {
        for text in [
            "",
            "/",
            "/subscriptions/1",
            "subscriptions/11111111-2222-3333-4444-555555555555",
            "/subscriptions/11111111-2222-3333-4444-555555555555/resourceGroups/..",
            "/subscriptions/11111111-2222-3333-4444-555555555555/resourceGroups/a?b",
            "/subscriptions/11111111-2222-3333-4444-555555555555/",
            "/providers/Microsoft.Management/managementGroups/a%2fb",
            "/subscriptions/11111111-2222-3333-4444-555555555555/resourceGroups/a/providers/Microsoft.Compute/virtualMachines/v",
        ] {
            assert!(text.parse::<AssignmentScope>().is_err(), "{text}");
        }
    }
}
