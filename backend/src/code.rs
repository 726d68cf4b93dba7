//! Requests and changes as text that people run themselves: what the buttons of the page do, in
//! PowerShell, with the Azure CLI, with curl, and as Bicep.
//!
//! Each text is made of the same value that acts: the body that Postern would send to Azure, or the
//! one that the page sends to Postern. Whatever somebody typed, or Azure told, stands in a literal
//! of the language (`term`) or in a comment (`remark`), and in nothing else.

mod access;
mod policies;
mod remark;
mod shell;
mod term;

use url::Url;

pub use access::of_access;
pub use policies::{Rewritten, of_policies};

/// How programs call this service.
#[derive(Debug, Clone)]
pub struct Api {
    /// Where it is.
    pub url: Url,
    /// The scope that their tokens are for; none if no tokens are taken.
    pub scope: Option<String>,
}
