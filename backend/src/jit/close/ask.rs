//! Asking Azure to close something.

use futures_util::future::join_all;
use jiff::{SignedDuration, Timestamp};
use shared::port::Port;

use super::rules::AllowRule;
use super::{Begun, Closer, How, MARGIN};
use crate::azure::Azure;
use crate::azure::arm::ArmError;
use crate::jit::Jit;

/// The shortest time that Azure's policies know of, to fall back on.
const SHORTEST: SignedDuration = SignedDuration::from_mins(5);

/// Azure has agreed.
#[derive(Debug)]
pub(super) struct Closed {
    /// When the ports are closed at the latest.
    pub(super) by: Timestamp,
    /// Azure's name for the call, to find it in the activity log.
    pub(super) correlation_id: Option<String>,
}

impl Jit {
    /// Asks Azure, for as long as nobody else may think that nobody asks any more.
    pub(super) async fn ask_to_close(&self, by: &Closer, begun: &Begun) -> Result<Closed, ArmError> {
        let azure = self.azure_of(&by.right);
        let last_moment = self.clock.now().saturating_add(self.patience.asking()).unwrap_or(Timestamp::MAX);
        let asking = async {
            match &begun.how {
                How::Shorten(shut) => self.shorten(&azure, begun, shut).await,
                How::RemoveRules(rules) => remove(&azure, rules, begun.request.ends_at).await,
            }
        };
        tokio::select! {
            biased;
            () = self.clock.sleep_until(last_moment) => {
                Err(ArmError::unexpected("Azure was not waited for any longer"))
            }
            answer = asking => answer,
        }
    }

    /// Requests the same once more with an end that is near, and, where Azure refuses so short a
    /// time, with the shortest that its policies know of. A refusal says that nothing was done.
    async fn shorten(&self, azure: &Azure, begun: &Begun, shut: &[Port]) -> Result<Closed, ArmError> {
        match self.shorten_to(azure, begun, shut, MARGIN).await {
            Err(refusal @ ArmError::Refused { .. }) => {
                if begun.request.ends_at <= self.clock.now() + SHORTEST {
                    return Err(refusal);
                }
                self.shorten_to(azure, begun, shut, SHORTEST).await
            }
            answer => answer,
        }
    }

    async fn shorten_to(
        &self,
        azure: &Azure,
        begun: &Begun,
        shut: &[Port],
        length: SignedDuration,
    ) -> Result<Closed, ArmError> {
        let narrowed = begun.narrowed(shut, self.clock.now() + length);
        let accepted = azure.security.initiate(&narrowed).await?;
        Ok(Closed { by: narrowed.ends_at(), correlation_id: accepted.correlation_id })
    }
}

/// Deletes the rules. One that is left keeps the port open only together with all the others, but
/// it is not called closed then: the watcher looks at what is left.
async fn remove(azure: &Azure, rules: &[AllowRule], ends_at: Timestamp) -> Result<Closed, ArmError> {
    let deleting = rules.iter().map(|rule| azure.network.delete_jit_rule(&rule.group, &rule.name));
    let mut correlation_id = None;
    for deleted in join_all(deleting).await {
        match deleted {
            Ok(operation) => correlation_id = operation.correlation_id().map(str::to_owned),
            Err(ArmError::NotFound) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(Closed { by: ends_at, correlation_id })
}
