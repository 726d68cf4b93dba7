//! `Microsoft.Resources`: the subscriptions.

use serde::Deserialize;
use uuid::Uuid;

use super::arm::{ArmClient, ArmError};

/// The subscriptions that may be seen.
#[derive(Debug, Clone)]
pub struct Subscriptions(pub(super) ArmClient);

/// A subscription.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subscription {
    /// Its id.
    pub id: Uuid,
    /// What people call it.
    pub name: String,
}

impl Subscriptions {
    /// Lists those in use. Disabled and deleted ones are left out: nothing in them runs.
    pub async fn list(&self) -> Result<Vec<Subscription>, ArmError> {
        let wire: Vec<WireSubscription> = self.0.list("subscriptions?api-version=2022-12-01").await?;
        Ok(wire.into_iter().filter(WireSubscription::is_in_use).map(Subscription::from).collect())
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct WireSubscription {
    subscription_id: Uuid,
    display_name: Option<String>,
    state: Option<String>,
}

impl WireSubscription {
    fn is_in_use(&self) -> bool {
        let state = self.state.as_deref().unwrap_or_default();
        !["Disabled", "Deleted"].iter().any(|gone| state.eq_ignore_ascii_case(gone))
    }
}

impl From<WireSubscription> for Subscription {
    fn from(wire: WireSubscription) -> Self {
        let id = wire.subscription_id;
        let name = wire.display_name.filter(|name| !name.is_empty()).unwrap_or_else(|| id.to_string());
        Self { id, name }
    }
}
