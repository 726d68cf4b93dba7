//! What becomes of a request that is not fulfilled.

use shared::access::Displaced;
use shared::configuration::JitConfiguration;
use shared::problem::Violation;

use crate::audit::AuditError;
use crate::azure::arm::ArmError;
use crate::limits::TooMany;
use crate::session::StepUp;
use crate::store::StoreError;

/// Why a request for access, or about it, was not fulfilled.
#[derive(Debug, thiserror::Error)]
pub enum JitError {
    /// There is no such machine or request, or none that the person may know of.
    #[error("there is no such thing here, or you may not see it; an access rule decides that")]
    NotFound,
    /// No access rule allows it.
    #[error("{0}")]
    Forbidden(String),
    /// A guardrail refuses it.
    #[error("{}", said_of(.0))]
    Guardrails(Vec<Violation>),
    /// They have asked too often.
    #[error(transparent)]
    TooMany(#[from] TooMany),
    /// It does not fit the state that things are in.
    #[error("{0}")]
    Conflict(String),
    /// It may end what others have open, and does not say that it may.
    #[error("{said}")]
    ReplacesOthers {
        /// What it may end.
        listed: Vec<Displaced>,
        /// The same in a sentence.
        said: String,
    },
    /// Somebody has changed it since it was read.
    #[error(
        "somebody has changed this since you read it, and nothing was overwritten; look at what it is now, and decide again"
    )]
    ChangedMeanwhile(Box<JitConfiguration>),
    /// Azure does it in their name only once they have proved more of who they are. Nothing was
    /// done.
    #[error(
        "Azure asks you to sign in again before it does this in your name; nothing was opened or started"
    )]
    StepUp(StepUp),
    /// The provider has taken back their sign-in, and their sessions have ended. Nothing was done.
    #[error(
        "your account has been disabled, or your sign-in was revoked, and all your sessions have ended; nothing was opened or started, and you can go on once you can sign in again"
    )]
    SignInOver,
    /// What signs Remote Desktop files does not. Access is open all the same.
    #[error(
        "your access is open, but the file for it could not be signed just now, and Postern hands out no unsigned one in its place; try again in a minute, or type {address} into Remote Desktop; if it stays, tell whoever runs Postern: what signs its files refuses, or cannot be reached, and the log says why"
    )]
    NotSigned {
        /// Where the file would have led.
        address: String,
    },
    /// Azure said no, or nothing.
    #[error(transparent)]
    Azure(#[from] ArmError),
    /// It could not be put on record, and so it was not done.
    #[error(transparent)]
    Audit(#[from] AuditError),
    /// What is kept could not be read.
    #[error(transparent)]
    Store(#[from] StoreError),
}

fn said_of(violations: &[Violation]) -> String {
    match violations {
        [only] => only.detail.clone(),
        several => format!("{} things about this request are not allowed", several.len()),
    }
}
