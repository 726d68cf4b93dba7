//! The Defender plan, without which there is no just-in-time access.

use jiff::fmt::temporal::SpanParser;
use jiff::{SignedDuration, SpanRelativeTo};
use serde::Deserialize;
use serde_json::json;
use shared::defender::DefenderPlan;
use uuid::Uuid;

use super::Security;
use crate::azure::arm::ArmError;

/// What a subscription has of Defender for Servers, as far as just-in-time access goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Plan {
    /// Plan 2, which just-in-time access is part of.
    Plan2 {
        /// How long it is still free of charge.
        trial_left: Option<SignedDuration>,
    },
    /// Plan 1, or none.
    Other,
}

/// What is paid for, as `Microsoft.Security/pricings` has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(from = "WireProperties")]
pub struct Pricing {
    /// Which plan.
    pub plan: DefenderPlan,
    /// How long it is, or would be, free of charge.
    pub trial_left: Option<SignedDuration>,
}

impl Security {
    /// Reads which plan a subscription has.
    pub async fn plan(&self, subscription: Uuid) -> Result<Plan, ArmError> {
        self.pricing(subscription).await.map(Plan::from)
    }

    /// Reads what is paid for in a subscription.
    pub async fn pricing(&self, subscription: Uuid) -> Result<Pricing, ArmError> {
        let wire: WirePricing = self.0.get(&path(subscription)).await?;
        Ok(wire.properties)
    }

    /// Has Plan 2 switched on for a subscription, and returns Azure's name for the call. It is sent
    /// once; `name` is ours for it. What machines have of their own stays.
    pub async fn enable_plan_2(&self, subscription: Uuid, name: Uuid) -> Result<Option<String>, ArmError> {
        let body = json!({ "properties": { "pricingTier": "Standard", "subPlan": "P2" } });
        Ok(self.0.replace(&path(subscription), name, &body).await?.correlation_id)
    }
}

fn path(subscription: Uuid) -> String {
    format!(
        "subscriptions/{subscription}/providers/Microsoft.Security/pricings/VirtualMachines?api-version=2024-01-01"
    )
}

#[derive(Debug, Deserialize)]
struct WirePricing {
    properties: Pricing,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct WireProperties {
    #[serde(default)]
    pricing_tier: String,
    #[serde(default)]
    sub_plan: Option<String>,
    #[serde(default)]
    free_trial_remaining_time: Option<String>,
}

impl From<WireProperties> for Pricing {
    /// A subscription that turned the plan on before there were two says nothing of a plan; it has
    /// the second (<https://learn.microsoft.com/rest/api/defenderforcloud/pricings/get>).
    fn from(wire: WireProperties) -> Self {
        let sub_plan = wire.sub_plan.filter(|plan| !plan.is_empty());
        let plan = if !wire.pricing_tier.eq_ignore_ascii_case("Standard") {
            DefenderPlan::Free
        } else if sub_plan.is_none_or(|plan| plan.eq_ignore_ascii_case("P2")) {
            DefenderPlan::Plan2
        } else {
            DefenderPlan::Plan1
        };
        let left = wire.free_trial_remaining_time.and_then(|left| duration(&left));
        Self { plan, trial_left: left.filter(SignedDuration::is_positive) }
    }
}

impl From<Pricing> for Plan {
    fn from(Pricing { plan, trial_left }: Pricing) -> Self {
        match plan {
            DefenderPlan::Plan2 => Self::Plan2 { trial_left },
            DefenderPlan::Plan1 | DefenderPlan::Free => Self::Other,
        }
    }
}

/// An ISO 8601 duration, in which days have 24 hours.
fn duration(text: &str) -> Option<SignedDuration> {
    let span = SpanParser::new().parse_span(text).ok()?;
    span.to_duration(SpanRelativeTo::days_are_24_hours()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(json: serde_json::Value) -> Pricing {
        serde_json::from_value(json).unwrap()
    }

    #[test]
    fn the_plan_is_told_by_tier_and_sub_plan() {
        for (tier, sub_plan, plan) in [
            ("Standard", Some("P2"), DefenderPlan::Plan2),
            ("standard", None, DefenderPlan::Plan2),
            ("Standard", Some(""), DefenderPlan::Plan2),
            ("Standard", Some("P1"), DefenderPlan::Plan1),
            ("Standard", Some("P3"), DefenderPlan::Plan1),
            ("Free", None, DefenderPlan::Free),
            ("", Some("P2"), DefenderPlan::Free),
        ] {
            let wire = serde_json::json!({ "pricingTier": tier, "subPlan": sub_plan });
            assert_eq!(read(wire).plan, plan, "{tier} {sub_plan:?}");
        }
    }

    #[test]
    fn a_trial_lasts_until_nothing_is_left_of_it() {
        let left = |text: &str| {
            read(serde_json::json!({ "pricingTier": "Free", "freeTrialRemainingTime": text })).trial_left
        };
        assert_eq!(left("PT288H"), Some(SignedDuration::from_hours(288)));
        assert_eq!(left("P12DT1H"), Some(SignedDuration::from_hours(289)));
        assert_eq!(left("PT0S"), None);
        assert_eq!(left("soon"), None);
    }
}
