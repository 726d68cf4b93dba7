//! How compliance went over time.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{AssignmentName, StateCounts};

/// How many machines were in which state, day by day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ComplianceHistory {
    /// The days of which something is known, the oldest first. Azure keeps no such thing, so it begins
    /// when Postern began to ask.
    pub items: Vec<ComplianceDay>,
    /// The assignments that it can be narrowed to, by name.
    pub assignments: Vec<AssignmentName>,
    /// Whether there are machines that the person who looks may comply on and that are not counted: the
    /// days are kept by resource group, and count for those who may comply on all of it.
    pub partial: bool,
}

/// One day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ComplianceDay {
    /// When it began, in UTC.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
    pub day: Timestamp,
    /// How many machines were in which state.
    pub counts: StateCounts,
}
