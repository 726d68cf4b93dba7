//! Subscriptions and the Defender plan on them.

use jiff::Timestamp;
use serde::Deserialize;

/// A subscription.
#[derive(Debug, Clone)]
pub struct Subscription {
    /// The UUID, in lower case.
    pub id: String,
    pub name: String,
    /// The name of the management group it is in; the tenant's root if absent.
    pub management_group: Option<String>,
    /// `Enabled`, `Warned`, `PastDue`, `Disabled` or `Deleted`.
    pub state: String,
    /// What Defender for Servers it has.
    pub plan: Plan,
    /// When the plan was switched on.
    pub plan_since: Option<Timestamp>,
    /// Where Defender keeps the subscription's data.
    pub defender_location: String,
}

/// The plan of Microsoft Defender for Servers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub enum Plan {
    Free,
    P1,
    P2,
}

impl Subscription {
    /// The resource id.
    pub fn resource_id(&self) -> String {
        format!("/subscriptions/{}", self.id)
    }
}
