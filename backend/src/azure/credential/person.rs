//! What the credential of a person can fail with, and a service's own cannot.

use std::error::Error;

use super::ClaimsRequest;

/// Azure cannot be asked in the name of a person before they sign in again.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SignInAgain {
    /// They have to prove more than they have, or once more.
    #[error("whoever asks has to sign in again, and to prove more than before")]
    StepUp(ClaimsRequest),
    /// Their account is disabled or gone, or their sign-in was revoked.
    #[error("the sign-in of whoever asks does not count any more")]
    Over,
}

impl SignInAgain {
    /// The reason within an error of a credential, if it is one of these.
    pub fn within(error: &azure_core::Error) -> Option<Self> {
        let mut behind: Option<&(dyn Error + 'static)> = Some(error);
        while let Some(error) = behind {
            if let Some(reason) = error.downcast_ref::<Self>() {
                return Some(reason.clone());
            }
            behind = error.source();
        }
        None
    }
}
