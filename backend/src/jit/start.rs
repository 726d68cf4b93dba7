//! Having a machine started.

use std::sync::Arc;

use shared::resource_id::VmId;

use super::{Caller, Jit, JitError};
use crate::audit::{Action, Outcome, Wanted};
use crate::azure::arm::ArmError;
use crate::inventory::LiveVm;

impl Jit {
    /// Has Azure start the machine.
    pub async fn start(&self, by: &Caller, vm: &VmId) -> Result<(), JitError> {
        let startable = match self.startable(by, vm).await {
            Ok(machine) => self.can_act_for(&by.user).await.map(|()| machine),
            Err(error) => Err(error),
        };
        let machine = match startable {
            Ok(machine) => machine,
            Err(error) => {
                self.put_refusal_on_record(&by.actor(), Wanted::StartVm { vm: vm.clone() }, &error).await?;
                return Err(error);
            }
        };
        // What has begun is brought to its end, even if the one who asked hangs up meanwhile.
        let (jit, caller) = (self.clone(), by.clone());
        let starting = tokio::spawn(async move { jit.start_machine(&caller, machine).await });
        starting.await.unwrap_or_else(|panic| std::panic::resume_unwind(panic.into_panic()))
    }

    async fn start_machine(&self, by: &Caller, machine: Arc<LiveVm>) -> Result<(), JitError> {
        let action = Action::StartVm { vm: machine.vm.id.clone() };
        let attempt = self.audit.begin(&by.actor(), action).await?;
        let started = self.azure_of(&by.user).compute.start(&machine.vm.id).await;
        let outcome = match &started {
            Ok(operation) => Outcome::Done { correlation_id: operation.correlation_id().map(str::to_owned) },
            Err(error) => outcome_of(error),
        };
        if let Err(error) = attempt.finish(&outcome).await {
            // The intent is on record, and somebody will look at what became of the machine.
            let error = &error as &dyn std::error::Error;
            tracing::error!(error, "the outcome of starting a machine could not be written");
        }
        started.map_err(|error| self.of_caller(&by.user, error))?;
        self.inventory.refresh_soon();
        Ok(())
    }
}

pub(super) fn outcome_of(error: &ArmError) -> Outcome {
    let reason = error.to_string();
    match error {
        ArmError::NotFound | ArmError::Forbidden { .. } | ArmError::Refused { .. } => {
            Outcome::Refused { reason, correlation_id: error.correlation_id().map(str::to_owned) }
        }
        ArmError::Throttled { .. } | ArmError::Token(_) | ArmError::Transport(_) => {
            Outcome::Failed { reason }
        }
        ArmError::AnswerLost(_) | ArmError::Unexpected(_) => Outcome::unknown(reason),
    }
}
