//! What an answer of Azure to being asked to close something means.

use shared::access::{AccessRequest, RequestId};

use super::ask::Closed;
use crate::audit::Outcome;
use crate::azure::arm::{ArmError, TokenError};
use crate::jit::ActingAs;
use crate::jit::verdict::asked_as;

/// Where the request stands by Azure's answer; nothing where only its policy can tell.
pub(super) fn verdict(
    answer: &Result<Closed, ArmError>,
    request: &AccessRequest,
    acting_as: &ActingAs,
) -> Option<(AccessRequest, Outcome)> {
    let error = match answer {
        Ok(Closed { by, correlation_id }) => {
            let status = request.status.clone().closing_by(*by).ok()?;
            let outcome = Outcome::Done { correlation_id: correlation_id.clone() };
            return Some((AccessRequest { status, ..request.clone() }, outcome));
        }
        Err(error) => error,
    };
    let Some(reason) = said_no(error, request, acting_as) else {
        let (error, id): (_, RequestId) = (error as &dyn std::error::Error, request.id);
        tracing::warn!(error, request = %id, "Azure's answer to closing a request was lost; its policy will tell");
        return None;
    };
    let outcome = match error {
        ArmError::Throttled { .. } | ArmError::Token(_) | ArmError::Transport(_) => {
            Outcome::Failed { reason: reason.clone() }
        }
        ArmError::NotFound
        | ArmError::Forbidden { .. }
        | ArmError::Refused { .. }
        | ArmError::AnswerLost(_)
        | ArmError::Unexpected(_) => Outcome::Refused {
            reason: reason.clone(),
            correlation_id: error.correlation_id().map(str::to_owned),
        },
    };
    let status = request.status.clone().not_closed().ok()?;
    Some((AccessRequest { status, not_closed: Some(reason), ..request.clone() }, outcome))
}

/// Why nothing was done, if that is certain.
fn said_no(error: &ArmError, request: &AccessRequest, acting_as: &ActingAs) -> Option<String> {
    Some(match error {
        ArmError::NotFound => {
            format!("Azure no longer has the JIT policy of {}.", request.vm.name())
        }
        ArmError::Forbidden { action, scope, .. } => {
            let action = action.as_deref().unwrap_or("a permission");
            let scope = scope.as_deref().unwrap_or("what has to be changed");
            match acting_as {
                ActingAs::Caller(_) => format!(
                    "{} lacks {action} on {scope}. Whoever assigns roles in Azure can grant it.",
                    asked_as(request).username
                ),
                ActingAs::Postern => format!(
                    "Postern's identity lacks {action} on {scope}. Whoever runs Postern can grant it."
                ),
            }
        }
        ArmError::Refused { message, .. } => format!("Azure refused: {message}"),
        ArmError::Throttled { .. } => "Azure is busy. Try again in a minute.".to_owned(),
        ArmError::Token(TokenError::SignInAgain(_)) => match &request.handed_over {
            Some(handed_over) => format!(
                "Azure does this in the name of {} only once they have signed in again.",
                handed_over.by.name
            ),
            None => "Azure does this in your name only once you have signed in again.".to_owned(),
        },
        ArmError::Token(_) => {
            "Postern could not sign in to Azure. Whoever runs Postern must look at its credential.".to_owned()
        }
        ArmError::Transport(_) => "Azure could not be reached. Try again.".to_owned(),
        ArmError::AnswerLost(_) | ArmError::Unexpected(_) => return None,
    })
}
