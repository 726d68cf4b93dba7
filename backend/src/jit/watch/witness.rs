//! What ends a request early that Azure merely does not show: the machine's network rules, too.

use jiff::Timestamp;
use shared::access::{AccessRequest, Status};
use shared::preflight::Reach;

use super::Watchers;
use crate::jit::progress::given_up;
use crate::preflight;

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
