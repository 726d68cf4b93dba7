//! `Microsoft.Authorization` and `Microsoft.PolicyInsights`: the policy that machines should have
//! just-in-time access, where it is assigned, and what Azure makes of them.

mod assignment;
mod scan;
mod state;

use serde_json::json;
use shared::compliance::{AssignmentScope, DEFINITION, Effect};
use uuid::Uuid;

use super::arm::{ArmClient, ArmError};
use assignment::WireAssignment;
use state::WireState;

pub use assignment::PolicyAssignment;
pub use scan::{ScanLink, ScanProgress};
pub use state::{AssignmentId, PolicyState};

/// The permission that it takes to read what Azure makes of machines.
pub const READ_STATES: &str = "Microsoft.PolicyInsights/policyStates/queryResults/read";

/// The permission that it takes to see where policies are assigned.
pub const READ_ASSIGNMENTS: &str = "Microsoft.Authorization/policyAssignments/read";

/// The permission that it takes to assign one.
pub const WRITE_ASSIGNMENTS: &str = "Microsoft.Authorization/policyAssignments/write";

/// The permission that it takes to take an assignment away.
pub const DELETE_ASSIGNMENTS: &str = "Microsoft.Authorization/policyAssignments/delete";

/// The permission that it takes to have machines looked at anew.
pub const SCAN: &str = "Microsoft.PolicyInsights/policyStates/triggerEvaluation/action";

/// What an assignment of Postern's is called at Azure: there is one for each scope at most, so that
/// making it twice makes one. Azure takes 24 characters in management groups.
pub const OWN_NAME: &str = "postern-jit";

const ASSIGNMENTS: &str = "api-version=2024-05-01";
const INSIGHTS: &str = "api-version=2024-10-01";

/// Azure Policy.
#[derive(Debug, Clone)]
pub struct AzurePolicy(pub(super) ArmClient);

impl AzurePolicy {
    /// What Azure makes of the machines of a subscription, one of each machine and assignment.
    pub async fn states(&self, subscription: Uuid) -> Result<Vec<PolicyState>, ArmError> {
        let path = format!(
            "subscriptions/{subscription}/providers/Microsoft.PolicyInsights/policyStates/latest/queryResults?{INSIGHTS}&$filter=policyDefinitionName%20eq%20%27{DEFINITION}%27"
        );
        let wire: Vec<WireState> = self.0.query_list(&path).await?;
        Ok(wire.into_iter().filter_map(WireState::read).collect())
    }

    /// The assignments of policies and initiatives that are about a subscription: its own, those of the
    /// management groups above and those of what is in it.
    pub async fn assignments(&self, subscription: Uuid) -> Result<Vec<PolicyAssignment>, ArmError> {
        let path = format!(
            "subscriptions/{subscription}/providers/Microsoft.Authorization/policyAssignments?{ASSIGNMENTS}"
        );
        let wire: Vec<WireAssignment> = self.0.list(&path).await?;
        Ok(wire.into_iter().filter_map(WireAssignment::read).collect())
    }

    /// Postern's own assignment at a scope, if there is one.
    pub async fn own_assignment(
        &self,
        scope: &AssignmentScope,
    ) -> Result<Option<PolicyAssignment>, ArmError> {
        match self.0.get::<WireAssignment>(&own_path(scope)).await {
            Ok(wire) => wire
                .read()
                .map(Some)
                .ok_or_else(|| ArmError::unexpected("an assignment came without an id that can be read")),
            Err(ArmError::NotFound) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Has the policy assigned, and returns Azure's name for the call. `name` is ours for it.
    pub async fn assign(
        &self,
        scope: &AssignmentScope,
        effect: Effect,
        display_name: &str,
        name: Uuid,
    ) -> Result<Option<String>, ArmError> {
        let body = json!({ "properties": {
            "displayName": display_name,
            "description": "Management ports of virtual machines should be open only while somebody needs them, by just-in-time access.",
            "policyDefinitionId": definition(),
            "parameters": { "effect": { "value": effect.name() } },
            "enforcementMode": "Default",
            "nonComplianceMessages": [{ "message": "Enable just-in-time access on this virtual machine." }],
            "metadata": { "assignedBy": "Postern" },
        }});
        Ok(self.0.replace(&own_path(scope), name, &body).await?.correlation_id)
    }

    /// Has Postern's own assignment taken away, and returns Azure's name for the call.
    pub async fn remove(&self, scope: &AssignmentScope, name: Uuid) -> Result<Option<String>, ArmError> {
        Ok(self.0.delete_seen(&own_path(scope), name).await?.correlation_id)
    }
}

/// The id of the policy definition.
pub fn definition() -> String {
    format!("/providers/Microsoft.Authorization/policyDefinitions/{DEFINITION}")
}

fn own_path(scope: &AssignmentScope) -> String {
    let scope = scope.to_string();
    let scope = scope.trim_start_matches('/');
    format!("{scope}/providers/Microsoft.Authorization/policyAssignments/{OWN_NAME}?{ASSIGNMENTS}")
}
