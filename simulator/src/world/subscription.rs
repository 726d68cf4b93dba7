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
    /// When the plan was changed last, and what it was until then.
    pub plan_before: Option<(Timestamp, Plan)>,
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
    /// The plan that it had at a moment, as far as the last change goes back.
    pub fn plan_at(&self, moment: Timestamp) -> Plan {
        match self.plan_before {
            Some((changed, before)) if moment < changed => before,
            _ => self.plan,
        }
    }

    /// Changes the plan. The trial begins with the first of them.
    pub fn change_plan(&mut self, plan: Plan, now: Timestamp) {
        if plan == self.plan {
            return;
        }
        self.plan_since = match (self.plan, plan) {
            (_, Plan::Free) => None,
            (Plan::Free, Plan::P1 | Plan::P2) => Some(now),
            (Plan::P1 | Plan::P2, Plan::P1 | Plan::P2) => self.plan_since,
        };
        self.plan_before = Some((now, std::mem::replace(&mut self.plan, plan)));
    }

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
