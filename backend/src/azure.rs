//! Azure, as far as Postern needs it.
//!
//! [`arm`] sends and receives; the modules beside it know one resource provider each. Nothing in
//! here decides anything.

pub mod activity;
pub mod arm;
pub mod authorization;
pub mod cloud;
pub mod compute;
pub mod credential;
pub mod directory;
pub mod graph;
pub mod http_client;
pub mod key_vault;
pub mod network;
pub mod policy;
pub mod resource_id;
pub mod security;
pub mod subscriptions;
pub(crate) mod wire;

use std::sync::Arc;

use activity::ActivityLog;
use arm::{ArmClient, ArmError, Calls};
use authorization::Authorization;
use azure_core::credentials::TokenCredential;
use compute::Compute;
use graph::ResourceGraph;
use network::Network;
use policy::AzurePolicy;
use security::Security;
use subscriptions::Subscriptions;

/// All of Azure that can be asked, as one identity. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Azure {
    /// The subscriptions.
    pub subscriptions: Subscriptions,
    /// The virtual machines.
    pub compute: Compute,
    /// The network around them.
    pub network: Network,
    /// Just-in-time access to them.
    pub security: Security,
    /// The policy that machines should have it.
    pub policy: AzurePolicy,
    /// What was done to all of it.
    pub activity: ActivityLog,
    /// What we may do.
    pub authorization: Authorization,
    /// One query over many subscriptions.
    pub graph: ResourceGraph,
}

impl Azure {
    /// Azure, as `arm` reaches it.
    pub fn new(arm: ArmClient) -> Self {
        Self {
            subscriptions: Subscriptions(arm.clone()),
            compute: Compute(arm.clone()),
            network: Network(arm.clone()),
            security: Security(arm.clone()),
            policy: AzurePolicy(arm.clone()),
            activity: ActivityLog(arm.clone()),
            authorization: Authorization(arm.clone()),
            graph: ResourceGraph(arm),
        }
    }

    /// The same Azure, asked as whoever `credential` stands for.
    #[must_use]
    pub fn as_another(&self, credential: Arc<dyn TokenCredential>) -> Self {
        Self::new(self.security.0.as_another(credential))
    }

    /// How often it was called, as whomever.
    pub fn calls(&self) -> &Calls {
        self.security.0.calls()
    }

    /// Whether there is a token to ask with. Nothing is asked for.
    pub async fn can_be_asked(&self) -> Result<(), ArmError> {
        self.security.0.can_ask().await
    }
}
