//! Having Azure look at machines anew.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::vm::SubscriptionName;

/// Subscriptions whose machines are to be looked at anew.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NewScans {
    /// Their ids; one to fifty.
    #[cfg_attr(feature = "openapi", schema(value_type = Vec<uuid::Uuid>))]
    pub subscriptions: Vec<String>,
}

/// The latest scan of each subscription, and those that can be scanned.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ScanList {
    /// The scans, the newest first.
    pub items: Vec<Scan>,
    /// The subscriptions that the person who looks may have scanned, by name.
    pub subscriptions: Vec<SubscriptionName>,
    /// The time here.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
    pub as_of: Timestamp,
}

/// Azure Policy looks at the machines of a subscription anew. It goes by what Defender for Cloud last
/// said of them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Scan {
    /// Of which subscription.
    pub subscription: SubscriptionName,
    /// When it was asked for.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
    pub begun_at: Timestamp,
    /// Who asked for it.
    pub begun_by: String,
    /// When it was over, if it is.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, format = DateTime))]
    pub ended_at: Option<Timestamp>,
    /// Why it came to nothing, in a sentence for people.
    pub problem: Option<String>,
}

impl Scan {
    /// Whether it goes on.
    pub fn goes_on(&self) -> bool {
        self.ended_at.is_none()
    }
}
