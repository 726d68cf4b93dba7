//! `Microsoft.Authorization`: what we may do, and where.

use serde::Deserialize;
use shared::resource_id::ArmName;
use uuid::Uuid;

use super::arm::{ArmClient, ArmError};

/// What whoever asks may do.
#[derive(Debug, Clone)]
pub struct Authorization(pub(super) ArmClient);

/// What one role lets its holder do.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Permission {
    /// The actions it has, in which `*` stands for anything.
    #[serde(default)]
    pub actions: Vec<String>,
    /// Those of them that it has not after all.
    #[serde(default)]
    pub not_actions: Vec<String>,
}

impl Authorization {
    /// What the identity that asks may do in a resource group, one element for each of its roles.
    ///
    /// Deny assignments and conditions of roles do not show here; a call may be refused
    /// nevertheless.
    pub async fn permissions(
        &self,
        subscription: Uuid,
        group: &ArmName,
    ) -> Result<Vec<Permission>, ArmError> {
        let path = format!(
            "subscriptions/{subscription}/resourcegroups/{group}/providers/Microsoft.Authorization/permissions?api-version=2022-04-01"
        );
        self.0.list(&path).await
    }
}

impl Permission {
    /// Whether the role lets its holder do `action`.
    pub fn allows(&self, action: &str) -> bool {
        let matches = |pattern: &String| matches(&pattern.to_lowercase(), &action.to_lowercase());
        self.actions.iter().any(matches) && !self.not_actions.iter().any(matches)
    }
}

/// Whether `pattern`, in which `*` stands for any run of characters, is all of `text`.
fn matches(pattern: &str, text: &str) -> bool {
    let mut parts = pattern.split('*');
    let first = parts.next().unwrap_or_default();
    let Some(mut rest) = text.strip_prefix(first) else { return false };
    let parts: Vec<&str> = parts.collect();
    let Some((last, middle)) = parts.split_last() else { return rest.is_empty() };
    for part in middle {
        let Some(at) = rest.find(part) else { return false };
        rest = &rest[at + part.len()..];
    }
    rest.ends_with(last)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn role(actions: &[&str], not_actions: &[&str]) -> Permission {
        let owned = |texts: &[&str]| texts.iter().map(|&text| text.to_owned()).collect();
        Permission { actions: owned(actions), not_actions: owned(not_actions) }
    }

    #[test]
    fn an_action_is_matched_as_azure_does() {
        let initiate = "Microsoft.Security/locations/jitNetworkAccessPolicies/initiate/action";
        for pattern in [
            "*",
            "*/action",
            "microsoft.security/*",
            "Microsoft.Security/locations/jitNetworkAccessPolicies/initiate/action",
            "Microsoft.Security/*/initiate/action",
            "*jitNetworkAccessPolicies*",
        ] {
            assert!(role(&[pattern], &[]).allows(initiate), "{pattern}");
        }
        for pattern in
            ["*/read", "Microsoft.Security", "Microsoft.Security/*/read", "", "initiate/action", "*/action/x"]
        {
            assert!(!role(&[pattern], &[]).allows(initiate), "{pattern}");
        }
    }

    #[test]
    fn what_a_role_takes_back_it_does_not_give() {
        let contributor = role(&["*"], &["Microsoft.Authorization/*/Write"]);
        assert!(!contributor.allows("Microsoft.Authorization/roleAssignments/write"));
        assert!(contributor.allows("Microsoft.Authorization/roleAssignments/read"));
    }

    #[test]
    fn a_part_is_not_used_twice() {
        assert!(!role(&["ab*ba"], &[]).allows("aba"));
        assert!(role(&["ab*ba"], &[]).allows("abba"));
    }
}
