//! How Azure reads the sources that a policy lists.
//!
//! Where a policy lists a range, Azure has been seen to refuse an address inside it and to take
//! only the range itself (MicrosoftDocs/azure-docs#53026). Its documents do not say; so it is set,
//! or learned from what Azure says.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use jiff::{SignedDuration, Timestamp};

use crate::azure::arm::ArmError;
use crate::azure::security::PolicyId;
use crate::clock::Clock;
use crate::guardrails::{Approved, SourceMatch};

/// How long a refusal is remembered. It may have had another reason.
const REMEMBERED: SignedDuration = SignedDuration::from_hours(1);

/// What Azure's refusal says, whatever it is about.
const NOT_A_SUBSET: &str = "is not a subset of policy";

/// How it is known how Azure reads the sources of a policy.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum SourceSetting {
    /// A part of a listed range will do, until Azure refuses one.
    #[default]
    Learn,
    /// It is this way.
    Known(SourceMatch),
}

/// How Azure reads the sources of each policy. Clones share what was learned.
#[derive(Debug, Clone)]
pub struct SourceMatching {
    setting: SourceSetting,
    refused_at: Arc<Mutex<HashMap<PolicyId, Timestamp>>>,
    clock: Clock,
}

impl SourceMatching {
    /// Knows what the setting says, and nothing yet beside it.
    pub fn new(setting: SourceSetting, clock: Clock) -> Self {
        Self { setting, refused_at: Arc::default(), clock }
    }

    /// How Azure reads the sources of this policy, as far as is known.
    pub fn of(&self, policy: &PolicyId) -> SourceMatch {
        if let SourceSetting::Known(known) = self.setting {
            return known;
        }
        let now = self.clock.now();
        let refused_at = self.refused_at.lock().unwrap_or_else(PoisonError::into_inner).get(policy).copied();
        match refused_at {
            Some(at) if now.duration_since(at) < REMEMBERED => SourceMatch::Exact,
            Some(_) | None => SourceMatch::Contained,
        }
    }

    /// Learns from Azure's answer. If it was about a part of a listed range, says what would do.
    pub fn learn(&self, approved: &Approved, error: &ArmError) -> Option<String> {
        let range = approved.part_of()?;
        let ArmError::Refused { message, .. } = error else { return None };
        if !message.contains(NOT_A_SUBSET) {
            return None;
        }
        let now = self.clock.now();
        let mut refused_at = self.refused_at.lock().unwrap_or_else(PoisonError::into_inner);
        refused_at.retain(|_, at| now.duration_since(*at) < REMEMBERED);
        refused_at.insert(approved.policy().clone(), now);
        tracing::info!(
            policy = %approved.policy(),
            "Azure refused a part of a source that the policy lists; only whole ones are requested for an hour"
        );
        let source = approved.source();
        Some(format!(
            "The policy lists {range}, and Azure may not take {source} for a part of it: request {range}."
        ))
    }
}
