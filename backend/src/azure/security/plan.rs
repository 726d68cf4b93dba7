//! The Defender plan, without which there is no just-in-time access.

use jiff::SignedDuration;
use serde::Deserialize;
use uuid::Uuid;

use super::Security;
use crate::azure::arm::ArmError;

/// What a subscription has of Defender for Servers.
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

impl Security {
    /// Reads which plan a subscription has.
    ///
    /// A subscription that turned the plan on before there were two says nothing of a plan; it has
    /// the second (<https://learn.microsoft.com/rest/api/defenderforcloud/pricings/get>).
    pub async fn plan(&self, subscription: Uuid) -> Result<Plan, ArmError> {
        let path = format!(
            "subscriptions/{subscription}/providers/Microsoft.Security/pricings/VirtualMachines?api-version=2024-01-01"
        );
        let wire: WirePricing = self.0.get(&path).await?;
        Ok(Plan::from(wire.properties))
    }
}

#[derive(Debug, Deserialize)]
struct WirePricing {
    properties: WireProperties,
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

impl From<WireProperties> for Plan {
    fn from(wire: WireProperties) -> Self {
        let standard = wire.pricing_tier.eq_ignore_ascii_case("Standard");
        let second = wire.sub_plan.is_none_or(|plan| plan.eq_ignore_ascii_case("P2"));
        if !standard || !second {
            return Self::Other;
        }
        let left = wire.free_trial_remaining_time.and_then(|left| left.parse::<SignedDuration>().ok());
        Self::Plan2 { trial_left: left.filter(SignedDuration::is_positive) }
    }
}
