//! Who a person is, whatever they are called today.

use serde::{Deserialize, Serialize};

/// What identifies a person for good.
///
/// Names and addresses change hands; these two do not.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct PersonKey {
    /// Who vouches for them: the tenant's id at Microsoft Entra, the issuer elsewhere.
    pub realm: String,
    /// Which person it is there: the object id at Microsoft Entra, the subject elsewhere.
    pub subject: String,
}
