//! What whoever was handed access may do with it, for as long as it lasts.

use futures_util::Stream;
use shared::access::{AccessRequest, Watched};
use shared::handoff::HandoffId;

use super::super::close::Closer;
use super::super::{Jit, JitError};
use super::{Recipient, no_such_link, of_preparer};
use crate::handoff::HandoffRecord;
use crate::session::{CurrentUser, PersonKey};

impl Jit {
    /// Follows the request that came of what was prepared, for whoever had it opened.
    pub async fn follow_handoff(
        &self,
        by: &Recipient,
        id: HandoffId,
    ) -> Result<impl Stream<Item = Watched> + use<>, JitError> {
        let (_, requester, request) = self.opened_by(by, id).await?;
        self.follow(&requester, request.id).await
    }

    /// The file to connect with, and its name, for whoever had it opened.
    pub async fn rdp_file_of_handoff(
        &self,
        by: &Recipient,
        id: HandoffId,
    ) -> Result<(String, String), JitError> {
        let (record, _, request) = self.opened_by(by, id).await?;
        let rules = self.rules.now();
        self.rdp_file_of(&request, &rules.of(record.right().who())).await
    }

    /// Has the request closed before its time, for whoever had it opened: as any other request.
    pub async fn close_handoff(&self, by: &Recipient, id: HandoffId) -> Result<AccessRequest, JitError> {
        let (record, key, request) = self.opened_by(by, id).await?;
        self.close_for(Closer { key, actor: by.actor(&record), right: record.right() }, request).await
    }

    /// By whose right something was opened that was prepared.
    pub(in super::super) async fn preparer(&self, id: HandoffId) -> Result<CurrentUser, JitError> {
        let record = self.store.handoffs().get(id).await?.ok_or(JitError::NotFound)?;
        Ok(record.right())
    }

    /// Finds out whether Azure can be asked to close a request by the right of `right`, who is not
    /// there if they prepared it for somebody else.
    pub(in super::super) async fn can_close_in_the_name_of(
        &self,
        right: &CurrentUser,
        request: &AccessRequest,
    ) -> Result<(), JitError> {
        let Some(handed_over) = &request.handed_over else { return self.can_act_for(right).await };
        let can = self.can_still_act_for(right).await;
        can.map_err(|error| of_preparer(error, &handed_over.by.name, "it stays open until it ends by itself"))
    }

    /// What was prepared, whose the request is that came of it, and that request, if they had it
    /// opened. To everybody else there is nothing.
    async fn opened_by(
        &self,
        by: &Recipient,
        id: HandoffId,
    ) -> Result<(HandoffRecord, PersonKey, AccessRequest), JitError> {
        let record = self.store.handoffs().get(id).await?.ok_or_else(no_such_link)?;
        let (key, request) = self.redeemed(by, &record).await?.ok_or_else(no_such_link)?;
        Ok((record, key, request))
    }
}
