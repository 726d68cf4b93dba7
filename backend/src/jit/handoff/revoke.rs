//! What somebody has prepared: looking after it, and taking it back.

use shared::handoff::{Handoff, HandoffId, HandoffState};
use shared::page::Page;
use shared::verb::Verb;

use super::super::{Caller, Jit, JitError};
use super::over;
use crate::audit::Event;
use crate::handoff::HandoffRecord;
use crate::session::CurrentUser;

impl Jit {
    /// What somebody has prepared, the newest first.
    pub async fn handoffs_of(
        &self,
        by: &CurrentUser,
        before: Option<HandoffId>,
        limit: usize,
    ) -> Result<Page<Handoff>, JitError> {
        let now = self.clock.now();
        let records = self.store.handoffs().prepared_by(&by.key, before, limit + 1).await?;
        let as_it_is = |record: HandoffRecord| Handoff { state: record.state(now), ..record.handoff };
        let items = records.into_iter().map(as_it_is).collect();
        Ok(Page::first(items, limit, |handoff: &Handoff| handoff.id.to_string()))
    }

    /// Takes back what was prepared, as whoever prepared it may, and whoever may configure access to
    /// the machine.
    pub async fn revoke(&self, by: &Caller, id: HandoffId) -> Result<Handoff, JitError> {
        let record = self.store.handoffs().get(id).await?.ok_or(JitError::NotFound)?;
        if record.preparer.key != by.user.key {
            let rules = self.rules.now();
            let rules = rules.of(by.user.who());
            let machine = self.visible(&rules, &record.handoff.vm).await?;
            if !rules.allow(Verb::Configure, machine.place()) {
                return Err(JitError::NotFound);
            }
        }
        let mut book = self.audit.open_book().await?;
        let mut record = book.handoff(id).await?.ok_or(JitError::NotFound)?;
        let now = self.clock.now();
        over(&record.state(now)).map_err(|_| too_late(&record))?;
        record.handoff.state = HandoffState::Revoked { at: now, by: by.user.person.clone() };
        let handoff = Box::new(record.handoff.clone());
        book.note(&by.actor(), &Event::HandoffRevoked { handoff }).await?;
        book.change_handoff(&record).await?.done()?;
        book.close().await?;
        Ok(record.handoff)
    }
}

fn too_late(record: &HandoffRecord) -> JitError {
    let whom = &record.handoff.requested_for;
    JitError::Conflict(match record.handoff.state {
        HandoffState::Redeemed { .. } => {
            format!("{whom} has had this opened already, so there is nothing left to take back")
        }
        _ => "this link is not good any more, so there is nothing left to take back".to_owned(),
    })
}
