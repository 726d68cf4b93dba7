//! One machine on its way from the policy that it shares to one of its own.
//!
//! There is one road, whoever sets out on it and wherever: look at both policies, do the next thing,
//! look again. What went wrong, and what others do meanwhile, shows when it is looked again.

use futures_util::future::try_join;
use jiff::{SignedDuration, Timestamp};
use shared::policy::JitPolicy;
use shared::resource_id::VmId;
use uuid::Uuid;

use super::super::super::turn::Turn;
use super::super::super::write::{KEEP_UP, Waits, pause};
use crate::azure::arm::ArmError;
use crate::azure::security::{PolicyDocument, PolicyEntry, PolicyId, Security};
use crate::clock::Clock;
use crate::jit::JitError;

/// How long is waited before looking again, where a machine may be in no policy.
const LOOK_AGAIN: SignedDuration = SignedDuration::from_secs(5);

/// Whoever reads and writes, and what is known of the machine.
pub(super) struct Going<'a> {
    pub(super) looks: &'a Security,
    pub(super) writes: &'a Security,
    pub(super) clock: &'a Clock,
    /// The change that this is a part of, which the calls are named after.
    pub(super) name: Uuid,
    /// At both policies.
    pub(super) turns: [&'a Turn; 2],
    pub(super) shared: &'a PolicyId,
    pub(super) own: &'a PolicyId,
    pub(super) vm: &'a VmId,
    /// What it takes along.
    pub(super) entry: &'a PolicyEntry,
}

/// What is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Step {
    /// The shared policy, without it.
    Leave,
    /// Its own.
    Enter,
    /// The shared policy, with it, since its own cannot be written.
    Return,
}

impl Step {
    /// How often it is tried. While a machine is in no policy, it is better off where it was than waited
    /// with.
    fn times(self) -> u32 {
        match self {
            Self::Enter => Waits::FOR_A_PERSON.times,
            Self::Leave | Self::Return => Waits::FOR_NOBODY.times,
        }
    }
}

/// Where it ended.
#[derive(Debug)]
pub(super) enum Gone {
    /// In its own policy, and only there.
    Done {
        /// Azure's name for the call that wrote it, if this process made it.
        correlation_id: Option<String>,
    },
    /// Somebody changed it meanwhile. It is as they left it.
    Overtaken(Option<JitPolicy>),
    /// Where it was: somebody has access to it.
    Busy(Timestamp),
    /// Where it was: its own policy names another machine.
    Taken,
    /// In the shared policy, since this did not succeed.
    Stayed(Step, ArmError),
    /// In none, as far as can be known.
    Lost(ArmError),
    /// In both, and they differ, or it cannot leave the shared one.
    InTwo,
}

/// What is to be done next.
enum Next {
    Tell(Gone),
    Write(Step, PolicyDocument),
}

/// How far it came, as far as looking does not tell.
struct Way {
    /// Whether the shared policy may have been written without it.
    left: bool,
    /// What was tried often enough.
    given_up: Option<Step>,
    /// What went wrong last.
    trouble: Option<ArmError>,
    correlation_id: Option<String>,
}

impl Going<'_> {
    /// Goes on from wherever it is. `left` says whether it may have left the shared policy already.
    ///
    /// An error means that somebody else goes on with it.
    pub(super) async fn on(&self, left: bool) -> Result<Gone, JitError> {
        let mut way = Way { left, given_up: None, trouble: None, correlation_id: None };
        let mut times = [0; 3];
        let mut looks = 0;
        loop {
            let both = try_join(self.looks.document(self.shared), self.looks.document(self.own)).await;
            let (shared, own) = match both {
                Ok(both) => both,
                Err(error) => {
                    let wait = may_wait(&error, looks).or(way.left.then_some(LOOK_AGAIN));
                    looks += 1;
                    match wait.filter(|_| looks < Waits::FOR_NOBODY.times) {
                        Some(wait) => self.wait(wait).await?,
                        None if way.left => return Ok(Gone::Lost(error)),
                        None => return Ok(Gone::Stayed(Step::Leave, error)),
                    }
                    continue;
                }
            };
            looks = 0;
            let (step, document) = match self.next(shared, &own, &mut way) {
                Next::Tell(gone) => return Ok(gone),
                Next::Write(step, document) => (step, document),
            };
            self.keep_turns().await?;
            let tried = &mut times[step as usize];
            *tried += 1;
            let may_try_again = *tried < step.times();
            let wait = match self.writes.replace(&document, self.name).await {
                Ok(id) => {
                    way.left |= step == Step::Leave;
                    // What was in the way of its own policy is told, though the way back was free.
                    if step != Step::Return {
                        (way.correlation_id, way.trouble) = (id, None);
                    }
                    Some(SignedDuration::ZERO)
                }
                Err(error) => {
                    way.left |= matches!(error, ArmError::AnswerLost(_) | ArmError::Unexpected(_));
                    let wait = may_wait(&error, *tried);
                    way.trouble = Some(error);
                    wait
                }
            };
            match wait.filter(|_| may_try_again) {
                Some(wait) => self.wait(wait).await?,
                None => way.given_up = Some(step),
            }
        }
    }

    /// What is to be done next, where the policies say this.
    fn next(&self, mut shared: PolicyDocument, own: &PolicyDocument, way: &mut Way) -> Next {
        let vm = self.vm;
        let is_same_in_own = own.has(vm, self.entry) || own.means(vm, self.entry);
        let mut trouble =
            || way.trouble.take().unwrap_or_else(|| ArmError::lost("what was written did not last"));
        match (shared.entry(vm).is_some(), own.entry(vm).is_some()) {
            (false, true) if is_same_in_own => {
                Next::Tell(Gone::Done { correlation_id: way.correlation_id.take() })
            }
            (false, true) => Next::Tell(Gone::Overtaken(own.of(vm).map(|named| named.ports))),
            (false, false) if !way.left => Next::Tell(Gone::Overtaken(None)),
            (false, false) => match way.given_up {
                None | Some(Step::Leave) if own.is_empty() => {
                    Next::Write(Step::Enter, PolicyDocument::of_one(self.own.clone(), self.entry))
                }
                None | Some(Step::Leave | Step::Enter) => {
                    shared.add(self.entry);
                    way.given_up = Some(Step::Enter);
                    Next::Write(Step::Return, shared)
                }
                Some(Step::Return) => Next::Tell(Gone::Lost(trouble())),
            },
            (true, false) => {
                if let Some(step) = way.given_up {
                    return Next::Tell(Gone::Stayed(step, trouble()));
                }
                if !shared.has(vm, self.entry) {
                    return Next::Tell(Gone::Overtaken(shared.of(vm).map(|named| named.ports)));
                }
                if let Some(until) = shared.open_until(vm, self.clock.now()) {
                    return Next::Tell(Gone::Busy(until));
                }
                if !own.is_empty() {
                    return Next::Tell(Gone::Taken);
                }
                shared.set(vm, None);
                Next::Write(Step::Leave, shared)
            }
            // Somebody wrote the shared policy as they had read it before.
            (true, true) => {
                let is_open = shared.open_until(vm, self.clock.now()).is_some();
                let differs = !is_same_in_own || !shared.has(vm, self.entry);
                if differs || is_open || way.given_up == Some(Step::Leave) {
                    return Next::Tell(Gone::InTwo);
                }
                shared.set(vm, None);
                Next::Write(Step::Leave, shared)
            }
        }
    }

    /// Waits without losing the turns.
    async fn wait(&self, wait: SignedDuration) -> Result<(), JitError> {
        let until = self.clock.now() + wait;
        loop {
            let left = until.duration_since(self.clock.now());
            if !left.is_positive() {
                return Ok(());
            }
            self.clock.sleep(left.min(KEEP_UP)).await;
            self.keep_turns().await?;
        }
    }

    async fn keep_turns(&self) -> Result<(), JitError> {
        for turn in self.turns {
            if !turn.keep().await? {
                return Err(JitError::Conflict(
                    "this took too long, and somebody else is changing the policy by now".to_owned(),
                ));
            }
        }
        Ok(())
    }
}

fn may_wait(error: &ArmError, time: u32) -> Option<SignedDuration> {
    pause(error, time).filter(|wait| *wait <= Waits::FOR_NOBODY.longest)
}
