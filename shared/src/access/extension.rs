//! Making access last longer.

use serde::{Deserialize, Serialize};

use super::{Displaced, Reason};
use crate::duration::AccessDuration;

/// What somebody asks for who has access and needs it for longer: the same once more, from now on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields, expecting = "an object with the field duration")]
pub struct Extension {
    /// For how long, from the moment Azure is asked.
    pub duration: AccessDuration,
    /// Why; if it is left out, for the reason that was given before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<Reason>,
    /// What others have open, or opening, that may end by this; as in a new request.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub replaces: Vec<Displaced>,
}
