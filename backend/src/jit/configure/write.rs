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
use crate::audit::Outcome;
use crate::azure::arm::ArmError;
use crate::azure::security::{PolicyDocument, PolicyId, Security};
use crate::clock::Clock;
use crate::jit::{JitError, start};

/// How much Azure is put up with.
#[derive(Debug, Clone, Copy)]
pub(super) struct Waits {
    /// How often a policy is written at most until it is as it was to be.
    pub(super) times: u32,
    /// How often it is looked at again, at most, because Azure wants to be left alone.
    rereads: u32,
    /// How long Azure is waited for at a time, at most.
    pub(super) longest: SignedDuration,
}

impl Waits {
    /// Somebody waits for the answer. Reading it has its own patience then.
    pub(super) const FOR_A_PERSON: Self =
        Self { times: 5, rereads: 0, longest: SignedDuration::from_secs(20) };

    /// Nobody waits for the answer.
    pub(super) const FOR_NOBODY: Self =
        Self { times: 12, rereads: 12, longest: SignedDuration::from_mins(5) };
}

/// How long is waited until the turn has to be kept up.
pub(super) const KEEP_UP: SignedDuration = SignedDuration::from_secs(30);

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

/// Something that Azure took, or may have taken although its answer was lost.
#[derive(Debug, Default)]
pub(super) struct Sent {
    /// Azure's name for the call that took it.
    correlation_id: Option<String>,
}

/// Why edits are not known to be in a policy.
#[derive(Debug)]
pub(super) struct Unwritten {
    error: JitError,
    /// What may be in it all the same.
    sent: Option<Sent>,
}

impl Unwritten {
    /// What is put on record: that nothing happened only where nothing can have.
    pub(super) fn outcome(&self) -> Outcome {
        match (&self.sent, &self.error) {
            (Some(Sent { correlation_id }), error) => Outcome::Unknown {
                reason: format!(
                    "Azure was asked to change the policy, and what came of it could not be read: {error}"
                ),
                correlation_id: correlation_id.clone(),
            },
            (None, JitError::Azure(error)) => start::outcome_of(error),
            (None, error) => Outcome::Failed { reason: error.to_string() },
        }
    }

    /// What is told.
    pub(super) fn into_error(self) -> JitError {
        match self {
            Self { error: JitError::Azure(lost @ ArmError::AnswerLost(_)), .. } => lost.into(),
            Self { error, sent: Some(_) } => ArmError::lost(error).into(),
            Self { error, sent: None } => error,
        }
    }
}

/// Whoever reads and whoever writes: Postern looks in its own name, whoever it writes for.
#[derive(Debug)]
pub(super) struct Writer<'a> {
    pub(super) looks: &'a Security,
    pub(super) writes: &'a Security,
    pub(super) clock: &'a Clock,
    /// What stands on record by this name: by it Azure's log has the call although its answer is lost.
    pub(super) name: Uuid,
    pub(super) waits: Waits,
}

impl Writer<'_> {
    /// Brings `edits` into `policy`.
    pub(super) async fn write(
        &self,
        policy: &PolicyId,
        turn: &Turn,
        edits: &[Edit],
    ) -> Result<Written, Unwritten> {
        let mut sent = None;
        let written = self.write_until_it_lasts(policy, turn, edits, &mut sent).await;
        written.map_err(|error| Unwritten { error, sent })
    }

    async fn write_until_it_lasts(
        &self,
        policy: &PolicyId,
        turn: &Turn,
        edits: &[Edit],
        sent: &mut Option<Sent>,
    ) -> Result<Written, JitError> {
        let mut went_wrong = None;
        for time in 0..=self.waits.times {
            let mut document = self.look(policy, turn).await?;
            let left: Vec<&Edit> = edits.iter().filter(|edit| edit.is_left(&document)).collect();
            if left.is_empty() {
                let fates = edits.iter().map(|edit| edit.fate(&document)).collect();
                let correlation_id = sent.take().and_then(|sent| sent.correlation_id);
                return Ok(Written { document, fates, correlation_id });
            }
            if time == self.waits.times {
                break;
            }
            if !turn.keep().await? {
                return Err(turn_is_lost());
            }
            for edit in left {
                document.set(&edit.vm, edit.wanted.as_ref());
            }
            match self.writes.replace(&document, self.name).await {
                Ok(correlation_id) => (*sent, went_wrong) = (Some(Sent { correlation_id }), None),
                Err(error) => {
                    if matches!(error, ArmError::AnswerLost(_) | ArmError::Unexpected(_)) {
                        sent.get_or_insert_default();
                    }
                    let wait = pause(&error, time).filter(|wait| *wait <= self.waits.longest);
                    let Some(wait) = wait else { return Err(error.into()) };
                    went_wrong = Some(error);
                    self.wait(turn, wait).await?;
                }
            }
        }
        Err(went_wrong
            .unwrap_or_else(|| ArmError::lost("what was written to the policy did not last"))
            .into())
    }

    /// The policy as it is now.
    pub(super) async fn look(&self, policy: &PolicyId, turn: &Turn) -> Result<PolicyDocument, JitError> {
        let mut rereads = 0;
        loop {
            let error = match self.looks.document(policy).await {
                Ok(document) => return Ok(document),
                Err(error) => error,
            };
            let wait = match &error {
                ArmError::Throttled { .. } if rereads < self.waits.rereads => pause(&error, rereads),
                _ => None,
            };
            let Some(wait) = wait.filter(|wait| *wait <= self.waits.longest) else {
                return Err(error.into());
            };
            rereads += 1;
            self.wait(turn, wait).await?;
        }
    }

    /// Waits without losing the turn.
    async fn wait(&self, turn: &Turn, wait: SignedDuration) -> Result<(), JitError> {
        let until = self.clock.now() + wait;
        loop {
            let left = until.duration_since(self.clock.now());
            if !left.is_positive() {
                return Ok(());
            }
            self.clock.sleep(left.min(KEEP_UP)).await;
            if !turn.keep().await? {
                return Err(turn_is_lost());
            }
        }
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
pub(super) fn pause(error: &ArmError, time: u32) -> Option<SignedDuration> {
    let backoff = FIRST_WAIT * (1 << time.min(6));
    match error {
        ArmError::Throttled { retry_after } => Some(retry_after.unwrap_or(backoff)),
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

/// Whoever has the turn by now may have written something else.
fn turn_is_lost() -> JitError {
    JitError::Conflict(
        "this took too long, and somebody else may be changing the policy by now; look again".to_owned(),
    )
}
