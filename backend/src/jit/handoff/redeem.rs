//! Having opened what was prepared.

use std::net::IpAddr;

use jiff::Timestamp;
use shared::access::{AccessRequest, Displaced, HandedOver, NewAccess, RequestId, Target};
use shared::handoff::{HandoffId, HandoffState};
use shared::problem::Violation;
use shared::source::Source;
use shared::verb::Verb;

use super::super::open::Opened;
use super::super::request::{Judged, Wished};
use super::super::{Asker, Jit, JitError};
use super::prepare::as_access;
use super::visit::not_theirs;
use super::{Fit, Recipient, of_preparer, over};
use crate::audit::{Book, Event, Wanted};
use crate::handoff::{HandoffRecord, LinkSecret};

impl Jit {
    /// Has opened what was prepared, for the address that whoever it is for comes from; `address`
    /// is the one that they were shown, `replaces` what others may lose by it. Whatever stands in the way uses the link up only once it
    /// is Azure.
    pub async fn redeem(
        &self,
        by: &Recipient,
        id: HandoffId,
        secret: &LinkSecret,
        address: IpAddr,
        replaces: Vec<Displaced>,
    ) -> Result<AccessRequest, JitError> {
        let record = self.linked(id, secret).await?;
        // Of somebody who has not said who they are there is nothing to put on record.
        if by.fit(&record) == Fit::Unknown {
            return Err(who_are_you(&record));
        }
        let opened = match self.approve_handoff(by, &record, address, replaces).await {
            Ok((asker, wish, judged)) => {
                // What has begun is brought to its end, even if the one who asked hangs up.
                let jit = self.clone();
                let opening = tokio::spawn(async move { jit.open_all(&asker, &wish, judged).await });
                opening.await.unwrap_or_else(|panic| std::panic::resume_unwind(panic.into_panic()))
            }
            Err(error) => Err(error),
        };
        match opened {
            // What Azure wants of whoever prepared it stands in the request.
            Ok(Opened { mut requests, .. }) => requests.pop().ok_or(JitError::NotFound),
            Err(error) => {
                self.refuse_recipient(by, &record, |handoff| Wanted::RedeemHandoff { handoff }, &error)
                    .await?;
                Err(error)
            }
        }
    }

    /// Judges it anew, by the right of whoever prepared it as it is now.
    async fn approve_handoff(
        &self,
        by: &Recipient,
        record: &HandoffRecord,
        address: IpAddr,
        replaces: Vec<Displaced>,
    ) -> Result<(Asker, Wished, Judged), JitError> {
        if by.fit(record) != Fit::Theirs {
            return Err(not_theirs(by, record));
        }
        over(&record.state(self.clock.now()))?;
        let seen = by.address.address;
        if seen.to_canonical() != address.to_canonical() {
            return Err(JitError::Conflict(format!(
                "you now come from {seen}, and not from {address} any more; nothing was opened. Check the address and press the button again"
            )));
        }
        let asker = asker(by, record);
        let handoff = &record.handoff;
        let target = Target { vm: handoff.vm.clone(), ports: handoff.ports.clone() };
        let new = as_access(target, handoff.duration, handoff.reason.clone(), Source::address(seen));
        let new = NewAccess { replaces, ..new };
        let judged = match self.approve(&asker, &new, None).await {
            Ok(judged) => judged,
            Err(error) => return Err(self.in_their_words(error, &asker, record).await),
        };
        let can = self.can_still_act_for(&asker.right).await;
        can.map_err(|error| {
            of_preparer(error, &handoff.prepared_by.name, "nothing was opened. Ask them to prepare it again")
        })?;
        Ok((asker, Wished { new, extends: None }, judged))
    }

    /// What stands in the way, as somebody is told who has no right of their own in this.
    async fn in_their_words(&self, error: JitError, asker: &Asker, record: &HandoffRecord) -> JitError {
        let by = &record.handoff.prepared_by.name;
        let lost = || {
            JitError::Forbidden(format!(
                "{by} may not give anybody access to {} any more, so it was not opened; ask them, or somebody else",
                record.handoff.vm.name()
            ))
        };
        match error {
            JitError::NotFound => lost(),
            JitError::Guardrails(violations) => {
                let rules = self.rules.now();
                let rules = rules.of(asker.right.who());
                match self.visible(&rules, &record.handoff.vm).await {
                    Ok(machine) if !rules.allow(Verb::RequestForOthers, machine.place()) => lost(),
                    Ok(_) | Err(_) => JitError::Guardrails(violations.into_iter().map(unoffered).collect()),
                }
            }
            error => error,
        }
    }
}

/// Notes that what was prepared is used up, in the same change as the request that comes of it.
/// Whoever comes second finds it used.
pub(in super::super) async fn redeem(
    book: &mut Book,
    by: &Asker,
    id: HandoffId,
    request: RequestId,
    now: Timestamp,
) -> Result<(), JitError> {
    let mut record = book.handoff(id).await?.ok_or(JitError::NotFound)?;
    over(&record.state(now))?;
    record.handoff.state = HandoffState::Redeemed { at: now, request };
    record.redeemer = Some(by.key.clone());
    book.change_handoff(&record).await?.done()?;
    let handoff = Box::new(record.handoff);
    Ok(book.note(&by.actor, &Event::HandoffRedeemed { handoff }).await?)
}

fn asker(by: &Recipient, record: &HandoffRecord) -> Asker {
    let guest = record.handoff.guest;
    let user = by.user.as_ref().filter(|_| !guest);
    let handed_over =
        HandedOver { by: record.handoff.prepared_by.clone(), handoff: record.handoff.id, guest };
    Asker {
        right: record.right(),
        key: user.map_or_else(|| record.guest_key(), |user| user.key.clone()),
        person: user.map_or_else(|| record.guest(), |user| user.person.clone()),
        actor: by.actor(record),
        address: by.address.address,
        requested_for: None,
        handed_over: Some(handed_over),
    }
}

fn who_are_you(record: &HandoffRecord) -> JitError {
    JitError::Forbidden(
        if record.handoff.guest {
            "give the code for this link first"
        } else {
            "sign in first, with the account that this was prepared for"
        }
        .to_owned(),
    )
}

/// They can change nothing about it.
fn unoffered(violation: Violation) -> Violation {
    Violation { offer: None, ..violation }
}
