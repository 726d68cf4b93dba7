//! Roles and who has them where.

use serde::Deserialize;

/// A role definition: what it lets do.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Role {
    pub name: String,
    /// Such as `Microsoft.Compute/*/read`; `*` stands for any run of characters.
    pub actions: Vec<String>,
    #[serde(default)]
    pub not_actions: Vec<String>,
}

/// A role given to somebody at a scope.
#[derive(Debug, Clone)]
pub struct Assignment {
    /// Object id of a person, a group or a service principal.
    pub principal: String,
    /// Name of the role.
    pub role: String,
    /// Such as `/subscriptions/…/resourceGroups/…`, or the id of a management group; `/` is the whole tenant.
    pub scope: String,
}

impl Role {
    pub fn new(name: &str, actions: &[&str], not_actions: &[&str]) -> Self {
        let owned = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect();
        Self { name: name.to_owned(), actions: owned(actions), not_actions: owned(not_actions) }
    }

    /// The built-in roles that matter here, shortened to the actions this Azure knows.
    pub fn built_in() -> Vec<Self> {
        vec![
            Self::new("Owner", &["*"], &[]),
            Self::new(
                "Contributor",
                &["*"],
                &["Microsoft.Authorization/*/Delete", "Microsoft.Authorization/*/Write"],
            ),
            Self::new("Reader", &["*/read"], &[]),
            Self::new(
                "Security Reader",
                &[
                    "Microsoft.Authorization/*/read",
                    "Microsoft.Insights/*/read",
                    "Microsoft.Security/*/read",
                    "Microsoft.Resources/subscriptions/resourceGroups/read",
                    "Microsoft.Management/managementGroups/read",
                ],
                &[],
            ),
            Self::new(
                "Security Admin",
                &[
                    "Microsoft.Authorization/*/read",
                    "Microsoft.Authorization/policyAssignments/*",
                    "Microsoft.Insights/*/read",
                    "Microsoft.Security/*",
                    "Microsoft.Resources/subscriptions/resourceGroups/read",
                    "Microsoft.Management/managementGroups/read",
                ],
                &[],
            ),
            Self::new(
                "Virtual Machine Contributor",
                &[
                    "Microsoft.Compute/virtualMachines/*",
                    "Microsoft.Network/*/read",
                    "Microsoft.Network/networkInterfaces/*",
                    "Microsoft.Resources/subscriptions/resourceGroups/read",
                ],
                &[],
            ),
        ]
    }
}
