//! Subscriptions and the Defender plan on them.

use jiff::{SignedDuration, Timestamp};
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
    /// How long the plan is free of charge once it is switched on.
    pub trial: SignedDuration,
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
    /// What is left of the trial, which begins with the plan.
    pub fn trial_left(&self, now: Timestamp) -> SignedDuration {
        let used = self.plan_since.map(|since| now.duration_since(since)).unwrap_or_default();
        self.trial - used
    }

    /// The resource id.
    pub fn resource_id(&self) -> String {
        format!("/subscriptions/{}", self.id)
    }
}
