//! What ends a request early that Azure merely does not show: the machine's network rules, too.

use jiff::Timestamp;
use shared::access::{AccessRequest, Ending, Status, Technique};
use shared::preflight::Reach;

use super::Watchers;
use crate::azure::security::Policy;
use crate::jit::close::allow_rules;
use crate::jit::progress::{closing, given_up, still_open};
use crate::preflight::{self, Filters};

/// The last moment at which there was any sign of a request that is not to be seen now.
pub(super) fn last_sign_of(request: &AccessRequest, now: Timestamp) -> Timestamp {
    if request.status == Status::Requesting { request.requested_at } else { now }
}

impl Watchers {
    /// Where a request stands that was `seen_last` too long ago, if it is known to be shut.
    pub(super) async fn given_up(
        &self,
        request: &AccessRequest,
        seen_last: Timestamp,
        now: Timestamp,
    ) -> Option<Status> {
        let overdue = now.duration_since(seen_last) >= self.0.patience.showing();
        if !overdue || !self.is_shut(request).await {
            return None;
        }
        // What is shut because its time is over meanwhile has expired, as the next look will say.
        let now = self.0.clock.now();
        if now < request.ends_at { given_up(request, now) } else { None }
    }

    /// The request as it stands now that is being closed early, if it does not stand there yet.
    pub(super) async fn after_closing(
        &self,
        request: &AccessRequest,
        policy: Option<&Policy>,
        now: Timestamp,
    ) -> Option<AccessRequest> {
        let showing = self.0.patience.showing();
        if let Some(after) = closing(request, policy, showing, now) {
            return Some(after);
        }
        let Status::Closing { since, until, technique, .. } = request.status else { return None };
        let overdue = now.duration_since(since) >= showing;
        let closed = match technique {
            // As long as the rules cannot be read nothing can be said of them.
            Technique::RemoveRule => self.has_no_rule(request).await?,
            // What its policy does not even list any more is closed once nobody gets in.
            Technique::Shorten => {
                overdue && until.is_none_or(|until| now >= until) && self.is_shut(request).await
            }
        };
        if closed {
            let status = request.status.clone().ended(self.0.clock.now(), Ending::Closed).ok()?;
            return Some(AccessRequest { status, ..request.clone() });
        }
        still_open(request).filter(|_| technique == Technique::RemoveRule && overdue)
    }

    /// Whether the rules that were to be deleted are gone, or let nobody in; `None` if they cannot
    /// be read.
    async fn has_no_rule(&self, request: &AccessRequest) -> Option<bool> {
        let machine = self.0.inventory.live(&request.vm).await.ok()??;
        let filters = self.0.inventory.filters(&machine).await;
        let Filters::Known { groups, addresses, .. } = &filters else { return None };
        let reach = |port| preflight::judge(&filters, port, request.source).reach;
        let none_left = allow_rules(groups, addresses, request).is_ok_and(|rules| rules.is_empty());
        Some(none_left || request.ports.iter().all(|port| matches!(reach(*port), Reach::Blocked { .. })))
    }

    /// Whether the machine's network rules are known to keep the request's source out of all its
    /// ports.
    async fn is_shut(&self, request: &AccessRequest) -> bool {
        // A machine that is not listed need not be gone; its subscription may be unreadable just now.
        let Ok(Some(machine)) = self.0.inventory.live(&request.vm).await else { return false };
        let filters = self.0.inventory.filters(&machine).await;
        let reach = |port| preflight::judge(&filters, port, request.source).reach;
        request.ports.iter().all(|port| matches!(reach(*port), Reach::Blocked { .. }))
    }
}
