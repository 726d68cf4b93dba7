//! Preparing access for somebody else.

use jiff::Timestamp;
use shared::access::{NewAccess, Reason, Target};
use shared::bastion::Whence;
use shared::duration::AccessDuration;
use shared::handoff::{Handoff, HandoffId, HandoffState, NewHandoff, PreparedHandoff};
use shared::problem::Violation;
use shared::source::Source;
use shared::text::folded;
use uuid::Uuid;

use super::super::request::{against_itself, bounds_of};
use super::super::{Caller, Jit, JitError};
use crate::audit::{Event, Wanted};
use crate::guardrails::{self, Prepared, Wish};
use crate::handoff::{GuestCode, HandoffRecord, LinkSecret, Preparer, is_like, message, svg};

impl Jit {
    /// Prepares access for somebody else. What is returned has secrets in it that are told once.
    pub async fn prepare(&self, by: &Caller, new: NewHandoff) -> Result<PreparedHandoff, JitError> {
        let prepared = match self.may_prepare(by, &new).await {
            Ok(()) => self.put_down_handoff(by, &new).await,
            Err(error) => Err(error),
        };
        if let Err(error) = &prepared {
            let mut handoff = new;
            handoff.ports.truncate(NewAccess::MOST_PORTS + 1);
            self.put_refusal_on_record(&by.actor(), Wanted::PrepareHandoff { handoff }, error).await?;
        }
        prepared
    }

    /// Judges all but the source, which nobody knows yet.
    async fn may_prepare(&self, by: &Caller, new: &NewHandoff) -> Result<(), JitError> {
        let source = Source::address(by.address.address);
        let target = Target { vm: new.vm.clone(), ports: new.ports.clone() };
        against_itself(&as_access(target, new.duration, new.reason.clone(), source))?;
        let rules = self.rules.now();
        let rules = rules.of(by.user.who());
        let machine = self.visible(&rules, &new.vm).await?;
        let wish = Wish {
            username: new.requested_for.as_str(),
            requested_for: None,
            prepared: Some(Prepared { by: &by.user.person.username, guest: new.guest }),
            seen: None,
            ports: &new.ports,
            source,
            duration: new.duration,
            reason: new.reason.as_ref(),
            redirections: &[],
            through: None,
            field: "handoff",
        };
        let public_target = machine.public_target();
        let bounds = bounds_of(&machine, public_target.as_ref(), &rules, &self.source_matching);
        let mut violations = guardrails::foresee(&wish, &bounds).err().unwrap_or_default();
        violations.extend(wrong_name(by, new));
        if !violations.is_empty() {
            return Err(JitError::Guardrails(violations));
        }
        // Azure will be asked in their name, and they will not be there to prove who they are.
        self.can_act_for(&by.user).await?;
        if self.acts_for_callers() && by.user.session().is_none() {
            return Err(JitError::Forbidden(
                "Azure will be asked in your name when this is opened, and an access token does not last until then; prepare it on the page".to_owned(),
            ));
        }
        Ok(())
    }

    async fn put_down_handoff(&self, by: &Caller, new: &NewHandoff) -> Result<PreparedHandoff, JitError> {
        let mut book = self.audit.open_book().await?;
        self.not_too_often(&mut book, &by.user.key).await?;
        let now = self.clock.now();
        let handoff = Handoff {
            id: HandoffId(Uuid::now_v7()),
            vm: new.vm.clone(),
            ports: new.ports.clone(),
            duration: new.duration,
            requested_for: new.requested_for.clone(),
            guest: new.guest,
            reason: new.reason.clone(),
            prepared_by: by.user.person.clone(),
            prepared_at: now,
            expires_at: now.saturating_add(self.handoffs.lasts).unwrap_or(Timestamp::MAX),
            state: HandoffState::Prepared,
        };
        let secret = LinkSecret::generate();
        let code = new.guest.then(GuestCode::generate);
        let record = HandoffRecord {
            handoff: handoff.clone(),
            preparer: Preparer::of(&by.user),
            secret_hash: secret.hash(),
            code_hash: code.as_ref().map(|code| code.hash(&secret)),
            wrong_codes: 0,
            guest_hash: None,
            redeemer: None,
            strangers: Vec::new(),
        };
        book.keep_handoff(&record).await?;
        book.note(&by.actor(), &Event::HandoffPrepared { handoff: Box::new(handoff.clone()) }).await?;
        book.close().await?;
        let link = self.handoffs.links.to(handoff.id, &secret);
        Ok(PreparedHandoff {
            qr: svg(&link),
            message: message(&handoff, &link),
            code: code.map(|code| code.shown()),
            link,
            handoff,
        })
    }
}

/// What is wrong with whom it is for: they would prepare it for themselves, which takes another
/// right, or for a name that nobody signs in with, as far as their own tells that, so that nobody
/// could have it opened.
fn wrong_name(by: &Caller, new: &NewHandoff) -> Option<Violation> {
    let own = &by.user.person.username;
    let detail = if new.guest {
        return None;
    } else if folded(new.requested_for.as_str()) == folded(own) {
        "this is for somebody else; request access for yourself on the page of the machine".to_owned()
    } else if is_like(own, new.requested_for.as_str()) {
        return None;
    } else {
        let domain = own.rsplit('@').next().unwrap_or_default();
        format!("say it as they sign in, such as name@{domain}")
    };
    Some(Violation { field: "requested_for".to_owned(), detail, offer: None })
}

/// The request that comes of it, from `source`.
pub(super) fn as_access(
    target: Target,
    duration: AccessDuration,
    reason: Option<Reason>,
    source: Source,
) -> NewAccess {
    NewAccess {
        vms: vec![target],
        source: Whence::Source(source),
        shareable_link: false,
        duration,
        reason,
        requested_for: None,
        redirections: Vec::new(),
        replaces: Vec::new(),
    }
}
