//! Bringing changes into a policy as it is at that moment.
//!
//! Azure takes a policy as a whole and without condition, so that two who write at the same time
//! can undo each other's work. Within Postern there are turns; against everybody else there is
//! this: look, write at once, look again, and begin anew if what was written is not there.

use jiff::SignedDuration;
use shared::configuration::Version;
use shared::policy::JitPolicy;
use shared::resource_id::VmId;
use uuid::Uuid;

use super::turn::Turn;
use crate::azure::arm::ArmError;
use crate::azure::security::{PolicyDocument, PolicyId, Security};
use crate::clock::Clock;
use crate::jit::JitError;

/// How often a policy is written at most until it is as it was to be.
const TIMES: u32 = 5;

/// How long Azure is waited for between two looks, at most.
const LONGEST_WAIT: SignedDuration = SignedDuration::from_secs(20);

/// How long is waited after something went wrong, the first time; it doubles from there.
const FIRST_WAIT: SignedDuration = SignedDuration::from_millis(500);

/// What one machine's part of a policy is to become.
#[derive(Debug, Clone)]
pub(super) struct Edit {
    /// The machine.
    pub(super) vm: VmId,
    /// What it was seen as. If it is anything else by then, it is left alone.
    pub(super) base: Version,
    /// What it is to be; `None` to be named no more.
    pub(super) wanted: Option<JitPolicy>,
}

/// What became of an edit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fate {
    /// The policy says what it was to say.
    Done,
    /// Somebody changed it since it was seen. It was left alone.
    Overtaken,
}

/// What became of edits, in their order.
#[derive(Debug)]
pub(super) struct Written {
    /// The policy as it was last seen.
    pub(super) document: PolicyDocument,
    /// One for each.
    pub(super) fates: Vec<Fate>,
    /// Azure's name for the call that wrote it; `None` if nothing had to be written.
    pub(super) correlation_id: Option<String>,
}

/// Whoever reads and whoever writes: Postern looks in its own name, whoever it writes for.
#[derive(Debug)]
pub(super) struct Writer<'a> {
    pub(super) looks: &'a Security,
    pub(super) writes: &'a Security,
    pub(super) clock: &'a Clock,
}

impl Writer<'_> {
    /// Brings `edits` into `policy`.
    ///
    /// Of the errors only [`ArmError::AnswerLost`] leaves open what Azure did.
    pub(super) async fn write(
        &self,
        policy: &PolicyId,
        turn: &Turn,
        edits: &[Edit],
    ) -> Result<Written, JitError> {
        let mut correlation_id = None;
        let mut went_wrong = None;
        for time in 0..=TIMES {
            let mut document = self.look(policy, went_wrong.as_ref()).await?;
            let left: Vec<&Edit> = edits.iter().filter(|edit| edit.is_left(&document)).collect();
            if left.is_empty() {
                let fates = edits.iter().map(|edit| edit.fate(&document)).collect();
                return Ok(Written { document, fates, correlation_id });
            }
            if time == TIMES {
                break;
            }
            if !turn.keep().await? {
                return Err(JitError::Conflict(
                    "this took too long, and somebody else is changing the policy by now; look again"
                        .to_owned(),
                ));
            }
            for edit in left {
                document.set(&edit.vm, edit.wanted.as_ref());
            }
            match self.writes.replace(&document, Uuid::new_v4()).await {
                Ok(id) => (correlation_id, went_wrong) = (id, None),
                Err(error) => {
                    let Some(wait) = pause(&error, time) else { return Err(error.into()) };
                    went_wrong = Some(error);
                    self.clock.sleep(wait).await;
                }
            }
        }
        Err(went_wrong
            .unwrap_or_else(|| ArmError::lost("what was written to the policy did not last"))
            .into())
    }

    /// The policy as it is now. Where that cannot be read, an answer that got lost stays lost.
    async fn look(
        &self,
        policy: &PolicyId,
        went_wrong: Option<&ArmError>,
    ) -> Result<PolicyDocument, ArmError> {
        self.looks.document(policy).await.map_err(|error| match went_wrong {
            Some(lost @ ArmError::AnswerLost(_)) => lost.clone(),
            _ => error,
        })
    }
}

impl Edit {
    /// Whether the machine still is as it was seen, and not yet as it is to be.
    fn is_left(&self, document: &PolicyDocument) -> bool {
        !document.says(&self.vm, self.wanted.as_ref()) && document.version(&self.vm) == self.base
    }

    fn fate(&self, document: &PolicyDocument) -> Fate {
        if document.says(&self.vm, self.wanted.as_ref()) { Fate::Done } else { Fate::Overtaken }
    }
}

/// How long to wait before looking again; `None` if that would not help.
fn pause(error: &ArmError, time: u32) -> Option<SignedDuration> {
    let backoff = FIRST_WAIT * (1 << time.min(6));
    match error {
        ArmError::Throttled { retry_after } => {
            Some(retry_after.unwrap_or(backoff)).filter(|wait| *wait <= LONGEST_WAIT)
        }
        ArmError::AnswerLost(_)
        | ArmError::Transport(_)
        // Something else is going on with it, or it has changed.
        | ArmError::Refused { status: 409 | 412, .. } => Some(backoff),
        ArmError::Refused { .. }
        | ArmError::NotFound
        | ArmError::Forbidden { .. }
        | ArmError::Token(_)
        | ArmError::Unexpected(_) => None,
    }
}
