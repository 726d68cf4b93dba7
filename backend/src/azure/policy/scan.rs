//! Having Azure look at the machines of a subscription anew.

use std::fmt;
use std::str::FromStr;

use serde::Deserialize;
use uuid::Uuid;

use super::{AzurePolicy, INSIGHTS};
use crate::azure::arm::ArmError;

/// Where Azure tells how a scan is going, as it said itself. It is followed to Azure alone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScanLink(String);

/// How a scan is going.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ScanProgress {
    /// It goes on.
    Running,
    /// It is over, and states are new.
    Done,
    /// It broke off, and why.
    Failed(String),
}

impl AzurePolicy {
    /// Has the machines of a subscription looked at anew. While that goes on Azure begins no other,
    /// and tells of the one that does. No link comes where it is over at once.
    pub async fn scan(&self, subscription: Uuid) -> Result<(Option<ScanLink>, Option<String>), ArmError> {
        let path = format!(
            "subscriptions/{subscription}/providers/Microsoft.PolicyInsights/policyStates/latest/triggerEvaluation?{INSIGHTS}"
        );
        let operation = self.0.start_with_nothing(&path).await?;
        Ok((
            operation.link().map(|link| ScanLink(link.to_owned())),
            operation.correlation_id().map(str::to_owned),
        ))
    }

    /// How a scan is going.
    pub async fn scan_progress(&self, link: &ScanLink) -> Result<ScanProgress, ArmError> {
        let (is_running, body) = self.0.look_at(&link.0).await?;
        if is_running {
            return Ok(ScanProgress::Running);
        }
        let result: WireResult = serde_json::from_slice(&body).unwrap_or_default();
        Ok(match result.status.to_ascii_lowercase().as_str() {
            "" | "succeeded" => ScanProgress::Done,
            "failed" | "canceled" | "cancelled" => ScanProgress::Failed(result.status),
            _ => ScanProgress::Running,
        })
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct WireResult {
    status: String,
}

impl fmt::Display for ScanLink {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for ScanLink {
    type Err = std::convert::Infallible;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Ok(Self(text.to_owned()))
    }
}
