//! What an answer of Azure to `initiate` means.

use jiff::Timestamp;
use shared::access::{AccessRequest, Status};
use shared::session::Person;

use super::ActingAs;
use super::acting::lacks;
use crate::audit::Outcome;
use crate::azure::arm::{ArmError, TokenError};
use crate::azure::security::Accepted;

/// What Azure's answer means for the request; nothing where only its policy can tell. `hint` is
/// what to do about a refusal, where there is something.
pub(super) fn verdict(
    answer: &Result<Accepted, ArmError>,
    request: &AccessRequest,
    acting_as: &ActingAs,
    hint: Option<&str>,
    now: Timestamp,
) -> Option<(Status, Outcome)> {
    let Err(error) = answer else {
        let outcome = Outcome::Done { correlation_id: correlation_id(answer) };
        return Some((Status::Opening { since: now }, outcome));
    };
    if let Some(mut reason) = said_no(error, request, acting_as) {
        if let Some(hint) = hint {
            reason = format!("{reason} {hint}");
        }
        let outcome = Outcome::Refused { reason: reason.clone(), correlation_id: correlation_id(answer) };
        return Some((Status::Refused { at: now, reason }, outcome));
    }
    let error_chain = error as &dyn std::error::Error;
    if let Some(reason) = not_asked(error, request) {
        tracing::warn!(error = error_chain, "Azure could not be asked to open a port");
        return Some((Status::Failed { at: now, reason: reason.clone() }, Outcome::Failed { reason }));
    }
    tracing::warn!(error = error_chain, "Azure's answer to a request was lost; its policy will tell");
    None
}

/// Azure's name for the call, to find it in the activity log.
pub(super) fn correlation_id(answer: &Result<Accepted, ArmError>) -> Option<String> {
    match answer {
        Ok(accepted) => accepted.correlation_id.clone(),
        Err(error) => error.correlation_id().map(str::to_owned),
    }
}

/// Why Azure said no, if it did.
fn said_no(error: &ArmError, request: &AccessRequest, acting_as: &ActingAs) -> Option<String> {
    match error {
        ArmError::NotFound => Some(format!(
            "Azure no longer has the JIT policy of {}. Reload the page to see how it is now.",
            request.vm.name()
        )),
        ArmError::Forbidden { action, scope, .. } if matches!(acting_as, ActingAs::Caller(_)) => {
            Some(lacks(&asked_as(request).username, action.as_deref(), scope.as_deref()))
        }
        ArmError::Forbidden { action, scope, .. } => Some(format!(
            "Azure does not let Postern open this port: its identity lacks {} on {}. Whoever runs Postern can grant it.",
            action.as_deref().unwrap_or("a permission"),
            scope.as_deref().unwrap_or("the JIT policy"),
        )),
        ArmError::Refused { message, .. } => Some(format!("Azure refused: {message}")),
        ArmError::Throttled { .. }
        | ArmError::Token(_)
        | ArmError::Transport(_)
        | ArmError::AnswerLost(_)
        | ArmError::Unexpected(_) => None,
    }
}

/// Why Azure was not asked at all, if that is certain.
fn not_asked(error: &ArmError, request: &AccessRequest) -> Option<String> {
    let words = match error {
        ArmError::Throttled { .. } => {
            Some("Azure is busy and took no request. Nothing was opened; try again in a minute.")
        }
        ArmError::Token(TokenError::SignInAgain(_)) => {
            let Some(handed_over) = &request.handed_over else { return Some(SIGN_IN_AGAIN.to_owned()) };
            let by = &handed_over.by.name;
            return Some(format!(
                "Azure opens the port in the name of {by} only once they have signed in again. Nothing was opened; ask them to prepare it again."
            ));
        }
        ArmError::Token(_) => Some(
            "Postern could not sign in to Azure. Nothing was opened; whoever runs Postern must look at its credential.",
        ),
        ArmError::Transport(_) => Some("Azure could not be reached. Nothing was opened; try again."),
        ArmError::NotFound
        | ArmError::Forbidden { .. }
        | ArmError::Refused { .. }
        | ArmError::AnswerLost(_)
        | ArmError::Unexpected(_) => None,
    };
    words.map(str::to_owned)
}

/// In whose name Azure is asked, if it is not Postern's: theirs whose right it is.
pub(super) fn asked_as(request: &AccessRequest) -> &Person {
    request.handed_over.as_ref().map_or(&request.requested_by, |handed_over| &handed_over.by)
}

const SIGN_IN_AGAIN: &str =
    "Azure opens the port in your name only once you have signed in again. Nothing was opened.";
