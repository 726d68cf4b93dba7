//! `Microsoft.Security`: just-in-time access.

mod document;
mod initiate;
mod plan;
mod policy;
mod policy_id;
mod wire;

use uuid::Uuid;

use super::arm::{ArmClient, ArmError};
use wire::WirePolicy;

pub use document::{PolicyDocument, PolicyEntry};
pub use initiate::{Accepted, initiate_body, initiate_path};
pub use plan::{Plan, Pricing};
pub use policy::{Policy, PolicyRequest, PolicyVm, PortStatus, RevokedReason};
pub use policy_id::{ParsePolicyIdError, PolicyId};

const API_VERSION: &str = "api-version=2020-01-01";

/// Just-in-time access.
#[derive(Debug, Clone)]
pub struct Security(pub(super) ArmClient);

impl Security {
    /// Lists the JIT policies of a subscription, of all its regions.
    pub async fn policies(&self, subscription: Uuid) -> Result<Vec<Policy>, ArmError> {
        let wire: Vec<WirePolicy> = self.0.list(&in_subscription(subscription)).await?;
        Ok(wire.into_iter().map(Policy::from).collect())
    }

    /// Reads one JIT policy.
    pub async fn policy(&self, id: &PolicyId) -> Result<Policy, ArmError> {
        let wire: WirePolicy = self.0.get(&path(id, "")).await?;
        Ok(Policy::from(wire))
    }
}

fn in_subscription(subscription: Uuid) -> String {
    format!(
        "subscriptions/{subscription}/providers/Microsoft.Security/jitNetworkAccessPolicies?{API_VERSION}"
    )
}

fn path(id: &PolicyId, action: &str) -> String {
    format!("{}{action}?{API_VERSION}", id.to_string().trim_start_matches('/'))
}

/// Where Azure Resource Manager has a JIT policy, with the version of the API.
pub fn policy_path(id: &PolicyId) -> String {
    format!("/{}", path(id, ""))
}
