//! In whose name Azure is asked to change something.

use super::{Jit, JitError};
use crate::azure::Azure;
use crate::azure::arm::{ArmError, TokenError};
use crate::azure::credential::{ClaimsRequest, SignInAgain};
use crate::guardrails::InNameOf;
use crate::session::{CurrentUser, Delegation};

/// In whose name Azure is asked to change something. Looking is always done in Postern's own.
#[derive(Debug, Clone)]
pub enum ActingAs {
    /// Postern's: its own rights at Azure are those that count.
    Postern,
    /// That of whoever asks: theirs count, and the activity log names them.
    Caller(Delegation),
}

impl Jit {
    /// Azure, for what `by` has changed in it.
    pub(super) fn azure_of(&self, by: &CurrentUser) -> Azure {
        match &self.acting_as {
            ActingAs::Postern => self.azure.clone(),
            ActingAs::Caller(delegation) => self.azure.as_another(delegation.credential(by)),
        }
    }

    /// Whether Azure is asked in the name of whoever asks for something.
    pub(super) fn acts_for_callers(&self) -> bool {
        matches!(self.acting_as, ActingAs::Caller(_))
    }

    /// In whose name Azure is asked for access.
    pub(super) fn in_name_of(&self) -> InNameOf {
        if self.acts_for_callers() { InNameOf::Callers } else { InNameOf::Postern }
    }

    /// Finds out whether Azure can be asked in the name of `by` before anything is begun, so that
    /// whoever must sign in again leaves no trace but that.
    pub(super) async fn can_act_for(&self, by: &CurrentUser) -> Result<(), JitError> {
        match &self.acting_as {
            ActingAs::Postern => Ok(()),
            ActingAs::Caller(_) => {
                self.azure_of(by).can_be_asked().await.map_err(|error| self.of_caller(by, error))
            }
        }
    }

    /// The same for somebody who is not there: in the session in which they caused it, while it lasts.
    pub(super) async fn can_still_act_for(&self, by: &CurrentUser) -> Result<(), JitError> {
        if let ActingAs::Caller(delegation) = &self.acting_as
            && !delegation.lasts(by).await?
        {
            return Err(JitError::SignInOver);
        }
        self.can_act_for(by).await
    }

    /// What an error of Azure, asked in the name of `by`, means for them.
    pub(super) fn of_caller(&self, by: &CurrentUser, error: ArmError) -> JitError {
        let ActingAs::Caller(delegation) = &self.acting_as else { return JitError::Azure(error) };
        match error {
            ArmError::Token(TokenError::SignInAgain(SignInAgain::Over)) => JitError::SignInOver,
            ArmError::Forbidden { action, scope, .. } => {
                JitError::Forbidden(lacks(&by.person.username, action.as_deref(), scope.as_deref()))
            }
            error => match asked_to_prove(&error) {
                Some(claims) => JitError::StepUp(delegation.step_up(by, claims)),
                None => JitError::Azure(error),
            },
        }
    }
}

/// What somebody has to prove before Azure does what they ask for, if that is what stands in the
/// way.
pub(super) fn asked_to_prove(error: &ArmError) -> Option<ClaimsRequest> {
    match error {
        ArmError::Token(TokenError::SignInAgain(SignInAgain::StepUp(claims))) => Some(claims.clone()),
        // Even the token that was to meet the challenge did not.
        ArmError::Token(TokenError::Rejected { claims: Some(claims), .. }) => {
            Some(ClaimsRequest::of_challenge(claims).unwrap_or_default())
        }
        _ => None,
    }
}

/// That a person lacks a permission at Azure, which is not for Postern's operator to mend.
pub(super) fn lacks(username: &str, action: Option<&str>, scope: Option<&str>) -> String {
    format!(
        "Azure does not let you do this: {username} lacks {} on {}. Whoever assigns roles in Azure can grant it. Nothing was opened or started.",
        action.unwrap_or("a permission"),
        scope.unwrap_or("the resource"),
    )
}
