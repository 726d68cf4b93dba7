//! Looking at what was prepared.

use jiff::Timestamp;
use shared::access::{AccessRequest, Status};
use shared::handoff::{Handoff, HandoffId, HandoffState, HandoffView, Over};
use shared::port::Port;
use shared::preflight::{PortReach, Reach};
use shared::vm::{PowerState, VmDetails};

use super::super::details::details;
use super::super::{Jit, JitError};
use super::{Fit, Recipient, no_such_link};
use crate::audit::{Refusal, Wanted};
use crate::handoff::{HandoffRecord, LinkSecret};
use crate::inventory::LiveVm;
use crate::preflight::{self, Filters};
use crate::session::PersonKey;

/// Of how many people it is put on record at most that they were given another's link: a link that
/// was published needs no more to be known as such.
const MOST_STRANGERS: usize = 100;

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
            self.refuse_stranger(by, &record).await?;
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

    /// Puts on record that somebody was given another's link: once for each of them, in all
    /// replicas.
    async fn refuse_stranger(&self, by: &Recipient, record: &HandoffRecord) -> Result<(), JitError> {
        let Some(stranger) = by.user.as_ref().map(|user| user.key.clone()) else { return Ok(()) };
        // Those who come again need not wait for their turn.
        if record.strangers.contains(&stranger) {
            return Ok(());
        }
        let mut book = self.audit.open_book().await?;
        let mut record = book.handoff(record.handoff.id).await?.ok_or_else(no_such_link)?;
        if record.strangers.contains(&stranger) || MOST_STRANGERS <= record.strangers.len() {
            return Ok(());
        }
        record.strangers.push(stranger);
        let refusal = Refusal {
            wanted: Wanted::ReadHandoff { handoff: Box::new(record.handoff.clone()) },
            why: vec![not_theirs(by, &record).to_string()],
            correlation_id: None,
        };
        book.refuse_stranger(&by.actor(&record), &record, &refusal).await?;
        Ok(book.close().await?)
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
        let machine = machine.as_deref();
        let may_see = |machine: &LiveVm| {
            by.user.as_ref().is_some_and(|user| rules.of(user.who()).may_see(machine.place()))
        };
        let details = machine.map(|machine| details(&nobody, machine, self.grants_of(&request, machine)));
        let reach = match (machine, &details) {
            (Some(machine), Some(details)) if matches!(request.status, Status::Open { .. }) => {
                let filters = self.inventory.filters(machine).await;
                let reach = reach(&record.handoff, &request, details, &filters, self.clock.now());
                // How the network is built is for those who may see the machine.
                if may_see(machine) { reach } else { without_names(reach, &record.handoff) }
            }
            _ => Vec::new(),
        };
        let destinations = details.and_then(|details| {
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
            reach,
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

/// Whether whoever a machine was opened for gets through to it.
fn reach(
    handoff: &Handoff,
    request: &AccessRequest,
    machine: &VmDetails,
    filters: &Filters,
    now: Timestamp,
) -> Vec<PortReach> {
    let open = request.ports.iter().filter(|port| !request.shut.contains(port));
    let reach = |port| match machine.vm.power {
        PowerState::Stopping | PowerState::Stopped | PowerState::Deallocating | PowerState::Deallocated => {
            let by = &handoff.prepared_by.name;
            let reason = format!("The machine does not run, and answers nobody until it does. Tell {by}.");
            Reach::Unreachable { reason }
        }
        PowerState::Running | PowerState::Starting | PowerState::Unknown => {
            preflight::reach(machine, filters, port, request.source, now)
        }
    };
    open.map(|port| PortReach { port: *port, reach: reach(*port) }).collect()
}

/// Whether they get through, without what in the network decides that.
fn without_names(reach: Vec<PortReach>, handoff: &Handoff) -> Vec<PortReach> {
    let by = &handoff.prepared_by.name;
    let unnamed = |reach: Reach, port: Port| match reach {
        Reach::Blocked { .. } => Reach::Unreachable {
            reason: format!(
                "A rule of the network keeps you out of port {port}, whatever was opened. Tell {by}, who can see which."
            ),
        },
        Reach::Unverified { .. } => Reach::Unverified {
            reason: "Postern cannot tell whether the network lets you through.".to_owned(),
        },
        known @ (Reach::Accessible | Reach::Unfiltered | Reach::Unreachable { .. }) => known,
    };
    reach.into_iter().map(|of| PortReach { port: of.port, reach: unnamed(of.reach, of.port) }).collect()
}

/// What somebody is told for whom it was not prepared.
pub(super) fn not_theirs(by: &Recipient, record: &HandoffRecord) -> JitError {
    let whom = &record.handoff.requested_for;
    JitError::Forbidden(if by.user.as_ref().is_some_and(|user| record.is_by(user)) {
        format!(
            "you prepared this for {whom}, and only they can have it opened; nothing was. Give them the link"
        )
    } else {
        "this was prepared for somebody else, and nothing was opened. If it is for you, sign in with the account that it was prepared for".to_owned()
    })
}
