//! The plans of Microsoft Defender for Cloud, as far as just-in-time access goes.

use serde::{Deserialize, Serialize};

use crate::vm::SubscriptionName;

/// The plans of Microsoft Defender for Servers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum DefenderPlan {
    /// Plan 2, which just-in-time access is part of.
    Plan2,
    /// Plan 1, which it is not part of.
    Plan1,
    /// None.
    Free,
}

/// The Defender plan of a subscription.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SubscriptionPlan {
    /// The subscription.
    pub subscription: SubscriptionName,
    /// The plan; absent where it could not be read.
    pub plan: Option<DefenderPlan>,
    /// How many days it is, or would be, free of charge; absent where no trial is left.
    pub trial_days: Option<u32>,
    /// How it stands, in a sentence for people.
    pub told: String,
    /// What to do so that just-in-time access works there, or can be judged; absent where nothing is.
    pub step: Option<String>,
    /// How many machines of the subscription the person may see. Azure bills servers that Postern
    /// does not see, too.
    pub machines: u32,
    /// Whether Plan 2 is lacking and the person may have it switched on.
    pub may_enable: bool,
}

/// The plan that a subscription is to have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields, expecting = "an object with the field plan")]
pub struct NewDefenderPlan {
    /// `plan2`: nothing else is switched on here.
    pub plan: WantedPlan,
}

/// A plan that Postern switches on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum WantedPlan {
    /// Plan 2.
    Plan2,
}
