//! What Defender said of machines before the world began.

use jiff::SignedDuration;
use serde::Deserialize;

use crate::world::Assessment;

/// What Defender said of a machine until a moment, whatever it would have found.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewVerdict {
    pub vm: String,
    pub said: Assessment,
    /// How long before the beginning it looked again; a negative time lies behind the beginning.
    pub until: SignedDuration,
}
