//! Who a person is, whatever they are called today.

use serde::{Deserialize, Serialize};
use shared::session::Person;

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

/// What a sign-in told of a person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Identity {
    /// What identifies them.
    pub key: PersonKey,
    /// What others see of them.
    pub person: Person,
    /// Their app roles.
    pub roles: Vec<String>,
    /// Their groups.
    pub groups: Vec<String>,
    /// The provider's name for the sign-in.
    pub sid: Option<String>,
    /// What lets the provider sign them out without asking which account.
    pub login_hint: Option<String>,
}
