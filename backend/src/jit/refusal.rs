//! What was asked for and not even tried.

use shared::problem::Problem;

use super::{Jit, JitError};
use crate::audit::{Actor, Refusal, Wanted};

impl Jit {
    /// A refusal goes on record too; if it cannot, that is what the caller is told.
    pub(super) async fn put_refusal_on_record(
        &self,
        by: &Actor,
        wanted: Wanted,
        error: &JitError,
    ) -> Result<(), JitError> {
        let (why, correlation_id) = match error {
            JitError::Guardrails(violations) => {
                let told = violations.iter().take(Problem::MOST_VIOLATIONS);
                (told.map(|violation| violation.detail.clone()).collect(), None)
            }
            JitError::NotFound
            | JitError::Forbidden(_)
            | JitError::Conflict(_)
            | JitError::ReplacesOthers { .. }
            | JitError::ChangedMeanwhile(_)
            | JitError::TooMany(_)
            | JitError::StepUp(_)
            | JitError::NotSigned { .. }
            | JitError::SignInOver => (vec![error.to_string()], None),
            JitError::Azure(azure) => (vec![error.to_string()], azure.correlation_id().map(str::to_owned)),
            // What is wrong is the record itself.
            JitError::Audit(_) | JitError::Store(_) => return Ok(()),
        };
        let refusal = Refusal { wanted, why, correlation_id };
        Ok(self.audit.refusal(by, &refusal).await?)
    }
}
