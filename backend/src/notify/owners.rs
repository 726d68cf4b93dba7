//! What owners are asked, as it goes out: taken from the audit trail like everything else, and what came
//! of it goes back there.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{Occasion, Who};
use crate::audit::{Action, Outcome};
use crate::compliance::{Asking, Finding};
use crate::store::{Entry, EntryKind, NewLetter};

/// What mail to owners is kept under. The settings cannot call anything else so.
pub const BY_MAIL: &str = "mail to owners";

/// What one owner is asked. These are the fields of a webhook's body, beside `id`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OwnerLetter {
    /// `remediation`.
    pub event: Occasion,
    /// When it was put on record.
    pub at: Timestamp,
    /// The place of its entry in the audit trail.
    pub entry: i64,
    /// The name that intent and outcome have in common there.
    pub attempt: Uuid,
    /// Who has them asked.
    pub by: Who,
    /// Who answers for the machines, by their tag.
    pub owner: Option<String>,
    /// The week that it is for, where the settings have it done.
    pub week: Option<String>,
    /// The line above it.
    pub subject: String,
    /// The text.
    pub text: String,
    /// The link in it.
    pub link: String,
    /// How many machines it is about.
    pub total: usize,
    /// The machines, the most severe first: a thousand at most.
    pub machines: Vec<Finding>,
}

impl OwnerLetter {
    /// What goes out because of an entry, and to whom, if it is such a one.
    pub fn of(entry: &Entry) -> Option<NewLetter> {
        let EntryKind::Intent(attempt) = entry.content.kind else { return None };
        let Ok(Action::AskOwner { target, to, asking, week }) = Action::deserialize(&entry.content.body)
        else {
            return None;
        };
        let Asking { owner, subject, text, link, machines, total } = *asking;
        let letter = Self {
            event: Occasion::Remediation,
            at: entry.content.at,
            entry: entry.seq,
            attempt,
            by: Who::of(entry.content.actor.clone()),
            owner,
            week,
            subject,
            text,
            link,
            total,
            machines,
        };
        let body = serde_json::to_string(&letter).expect("it is plain data");
        Some(NewLetter { target, recipient: to, body })
    }

    /// The attempt to ask an owner that a body is of, if it is of one.
    pub fn attempt(body: &str) -> Option<Uuid> {
        #[derive(Deserialize)]
        struct OfAttempt {
            event: Occasion,
            attempt: Uuid,
        }
        let of: OfAttempt = serde_json::from_str(body).ok()?;
        (of.event == Occasion::Remediation).then_some(of.attempt)
    }
}

/// What came of it.
pub fn outcome(given_up: Option<&str>) -> Outcome {
    match given_up {
        None => Outcome::Done { correlation_id: None },
        Some(why) => Outcome::Failed { reason: format!("It could not be delivered: {why}.") },
    }
}
