//! What came of a change.

use shared::policy::JitPolicy;
use shared::resource_id::VmId;

use super::write::{Fate, Unwritten, Written};
use crate::audit::{Attempt, AuditError, Outcome};
use crate::azure::arm::ArmError;
use crate::azure::security::Security;

/// What can be said of a change whose maker is gone: whether the policy is as it was to be.
pub(in crate::jit) async fn outcome_of_left(
    security: &Security,
    vm: &VmId,
    policy: &str,
    wanted: Option<&JitPolicy>,
) -> Result<Outcome, ArmError> {
    let reason = "Postern stopped before it had Azure's answer; the policy is not as it was to be now.";
    let unknown = Outcome::unknown(reason);
    let Ok(policy) = policy.parse() else { return Ok(unknown) };
    let document = security.document(&policy).await?;
    Ok(if document.says(vm, wanted) { Outcome::Done { correlation_id: None } } else { unknown })
}

/// Puts on record what came of a change. The intent stands there already.
pub(in crate::jit) async fn finish(attempt: Attempt, outcome: &Outcome) {
    match attempt.finish(outcome).await {
        Ok(()) | Err(AuditError::AlreadyFinished(_)) => {}
        Err(error) => {
            let error = &error as &dyn std::error::Error;
            tracing::error!(error, "the outcome of a change could not be written");
        }
    }
}

/// The same, as the trail takes it.
pub(super) fn outcome_of(written: &Result<Written, Unwritten>) -> Outcome {
    match written {
        Ok(Written { fates, correlation_id, .. }) if fates[..] == [Fate::Done] => {
            Outcome::Done { correlation_id: correlation_id.clone() }
        }
        Ok(Written { .. }) => {
            let reason = "Somebody else changed it at the same time; it is as they left it.".to_owned();
            Outcome::Refused { reason, correlation_id: None }
        }
        Err(unwritten) => unwritten.outcome(),
    }
}
