//! Looking at what was prepared.

use shared::access::AccessRequest;
use shared::handoff::{Handoff, HandoffId, HandoffState, HandoffView, Over};

use super::super::details::details;
use super::super::{Jit, JitError};
use super::{Fit, Recipient, no_such_link};
use crate::audit::Wanted;
use crate::handoff::{HandoffRecord, LinkSecret};
use crate::session::PersonKey;

impl Jit {
    /// What somebody who was given a link gets to see. It uses nothing up, however often; that it
    /// was somebody else's goes on record, unless it is who prepared it that looks.
    pub async fn visit(
        &self,
        by: &Recipient,
        id: HandoffId,
        secret: Option<LinkSecret>,
    ) -> Result<HandoffView, JitError> {
        let Some(secret) = secret else {
            let record = self.store.handoffs().get(id).await?.ok_or_else(no_such_link)?;
            return self.opened(by, &record).await?.ok_or_else(no_such_link);
        };
        let record = self.linked(id, &secret).await?;
        if let Some(opened) = self.opened(by, &record).await? {
            return Ok(opened);
        }
        let now = self.clock.now();
        let fit = by.fit(&record);
        if by.user.as_ref().is_some_and(|user| record.is_by(user)) {
            let handoff = Handoff { state: record.state(now), ..record.handoff };
            return Ok(HandoffView::YouPrepared { handoff });
        }
        if fit == Fit::Others {
            let why = not_theirs();
            self.refuse_recipient(by, &record, |handoff| Wanted::ReadHandoff { handoff }, &why).await?;
            return Ok(HandoffView::NotYours);
        }
        let why = match record.state(now) {
            HandoffState::Prepared if fit == Fit::Theirs => {
                return Ok(HandoffView::Ready { handoff: record.handoff, address: by.address, now });
            }
            HandoffState::Prepared => return Ok(HandoffView::WhoAreYou { guest: record.handoff.guest }),
            HandoffState::Redeemed { .. } => Over::Used,
            HandoffState::Revoked { .. } => Over::Revoked,
            HandoffState::Expired { .. } => Over::Expired,
            HandoffState::Locked { .. } => Over::Locked,
        };
        Ok(HandoffView::Over { why, guest: record.handoff.guest })
    }

    /// What whoever has had it opened sees, if that is who looks.
    async fn opened(&self, by: &Recipient, record: &HandoffRecord) -> Result<Option<HandoffView>, JitError> {
        let Some((_, request)) = self.redeemed(by, record).await? else { return Ok(None) };
        let machine = self.inventory.live(&request.vm).await;
        // The request matters more than where it leads: that stands in the file, too.
        let machine = machine.unwrap_or_else(|error| {
            let error = &error as &dyn std::error::Error;
            tracing::warn!(error, "the machine of a request could not be looked at");
            None
        });
        let rules = self.rules.now();
        let nobody = rules.of(record.right().who()).clone();
        let destinations = machine.and_then(|machine| {
            let details = details(&nobody, &machine, self.grants_of(request.id, &machine));
            let asked = *request.ports.first()?;
            let (hosts, port) = details.way_in(asked, request.source, Some(request.id))?;
            // A firewall in front leads on from a port of its own.
            let with_port = |host: String| if port == asked { host } else { format!("{host}:{port}") };
            Some(hosts.into_iter().map(with_port).collect())
        });
        Ok(Some(HandoffView::Opened {
            handoff: record.handoff.clone(),
            request: Box::new(request),
            destinations: destinations.unwrap_or_default(),
            can_close: self.close_by.is_some(),
            now: self.clock.now(),
        }))
    }

    /// Who has had it opened, and the request that came of it, if that is who asks.
    pub(super) async fn redeemed(
        &self,
        by: &Recipient,
        record: &HandoffRecord,
    ) -> Result<Option<(PersonKey, AccessRequest)>, JitError> {
        let (HandoffState::Redeemed { request, .. }, Some(redeemer)) =
            (&record.handoff.state, &record.redeemer)
        else {
            return Ok(None);
        };
        if by.fit(record) != Fit::Theirs {
            return Ok(None);
        }
        let request = self.request_of(redeemer, *request).await?;
        Ok(Some((redeemer.clone(), request)))
    }
}

/// What somebody is told who was given another's link.
pub(super) fn not_theirs() -> JitError {
    JitError::Forbidden(
        "this was prepared for somebody else, and nothing was opened. If it is for you, sign in with the account that it was prepared for".to_owned(),
    )
}
