//! A request or a change as text, for those who would rather script it.

use serde::{Deserialize, Serialize};

/// The same request, or the same change, in the languages that people script Azure in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Code {
    /// For PowerShell, with the module `Az.Security`. Asks Azure itself.
    pub powershell: String,
    /// For a POSIX shell, with `az rest` of the Azure CLI. Asks Azure itself.
    pub az: String,
    /// For a POSIX shell, with curl. Asks Postern, by whose rules it goes then.
    pub curl: String,
    /// As Bicep: a file for each resource group, which says how it is deployed. None for requests,
    /// which are nothing that lasts.
    pub bicep: Vec<String>,
}
