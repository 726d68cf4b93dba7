//! Being known as the guest that something was prepared for.

use secrecy::SecretString;
use shared::handoff::{HandoffId, HandoffState};

use super::super::{Jit, JitError};
use super::visit::not_theirs;
use super::{Fit, Recipient, over};
use crate::audit::{Event, Refusal, Wanted};
use crate::handoff::{GuestCode, HandoffRecord, LinkSecret, guest_pass};

impl Jit {
    /// Takes the code of a guest, once; returns what their browser is to hold. After a few wrong
    /// ones the link is not good any more. Nobody without the link's secret gets as far as that.
    pub async fn enter(
        &self,
        by: &Recipient,
        id: HandoffId,
        secret: &LinkSecret,
        code: &GuestCode,
    ) -> Result<SecretString, JitError> {
        let record = self.linked(id, secret).await?;
        if by.fit(&record) == Fit::Others {
            let why = not_theirs(by, &record);
            self.refuse_recipient(by, &record, |handoff| Wanted::EnterHandoff { handoff }, &why).await?;
            return Err(why);
        }
        // One at a time, in all replicas: however many are tried at once, each is counted.
        let mut book = self.audit.open_book().await?;
        let mut record = book.handoff(id).await?.ok_or(JitError::NotFound)?;
        let now = self.clock.now();
        over(&record.state(now))?;
        let Some(code_hash) = record.code_hash.clone() else { return Err(takes_no_code(&record)) };
        let actor = by.actor(&record);
        if code.is_told_by(&code_hash, secret) {
            let (pass, hash) = guest_pass();
            record.code_hash = None;
            record.guest_hash = Some(hash);
            let handoff = Box::new(record.handoff.clone());
            book.note(&actor, &Event::HandoffGuestCame { handoff }).await?;
            book.change_handoff(&record).await?.done()?;
            book.close().await?;
            return Ok(pass);
        }
        record.wrong_codes += 1;
        let left = HandoffRecord::MOST_WRONG_CODES.saturating_sub(record.wrong_codes);
        let why = wrong(left);
        let wanted = Wanted::EnterHandoff { handoff: Box::new(record.handoff.clone()) };
        book.refuse(&actor, &Refusal { wanted, why: vec![why.to_string()], correlation_id: None }).await?;
        if left == 0 {
            record.handoff.state = HandoffState::Locked { at: now };
            let handoff = Box::new(record.handoff.clone());
            book.note(&actor, &Event::HandoffLocked { handoff }).await?;
        }
        book.change_handoff(&record).await?.done()?;
        book.close().await?;
        Err(why)
    }
}

fn wrong(left: u32) -> JitError {
    let then = match left {
        0 => "too many were tried, and this link is not good any more; ask whoever sent it for a new one"
            .to_owned(),
        1 => "you can try once more".to_owned(),
        left => format!("you can try {left} more times"),
    };
    JitError::Forbidden(format!("that is not the code for this link; {then}"))
}

fn takes_no_code(record: &HandoffRecord) -> JitError {
    let why = if record.handoff.guest {
        "the code has been given already, in another browser or on another device; go on there, or ask whoever sent the link for a new one"
    } else {
        "this link takes no code; sign in with the account that it was prepared for"
    };
    JitError::Conflict(why.to_owned())
}
