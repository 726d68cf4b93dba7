//! Making access last longer: the same request once more, from now on.

use jiff::Timestamp;
use shared::access::{AccessRequest, Extension, NewAccess, RequestId, Status, Target};
use shared::bastion::Whence;
use shared::problem::Violation;

use super::{Caller, Jit, JitError};
use crate::store::RequestRecord;

impl Jit {
    /// Requests the same machine, ports and source again, for a time from now on. It is judged as
    /// any other request.
    ///
    /// Azure may still refuse it, which stands in its status; the one before goes on then.
    pub async fn extend(
        &self,
        by: &Caller,
        id: RequestId,
        extension: Extension,
    ) -> Result<AccessRequest, JitError> {
        let record = self.store.requests().get(id).await?.filter(|record| record.requester == by.user.key);
        let old = still_there(record.as_ref(), self.clock.now())?.clone();
        let new = NewAccess {
            vms: vec![Target { vm: old.vm.clone(), ports: old.ports.clone() }],
            source: old.bastion.clone().map_or(old.source.into(), Whence::Bastion),
            shareable_link: old.shareable_link,
            duration: extension.duration,
            reason: extension.reason.or_else(|| old.reason.clone()),
            requested_for: old.requested_for.clone(),
            redirections: old.redirections.clone(),
            replaces: extension.replaces,
        };
        let made = self.request_extending(by, new, Some(&old)).await;
        let made = made.map_err(|error| match (error, &old.handed_over) {
            // They need not be able to see the machine, and may ask for nothing themselves.
            (JitError::NotFound, Some(handed)) => JitError::Conflict(format!(
                "this access was prepared for you and lasts as long as was prepared. Ask {} for a new link",
                handed.by.name
            )),
            (error, _) => error,
        })?;
        Ok(made.into_iter().next().expect("one machine makes one request"))
    }
}

/// The request, if there is something that could last longer.
pub(super) fn still_there(
    record: Option<&RequestRecord>,
    now: Timestamp,
) -> Result<&AccessRequest, JitError> {
    let request = &record.ok_or(JitError::NotFound)?.request;
    let why = match request.status {
        Status::Opening { .. } | Status::Open { .. } if now < request.ends_at => return Ok(request),
        Status::Requesting => "Azure has not answered yet whether it opens this; wait for it",
        Status::Closing { .. } => "this access is being closed; request it again",
        Status::Opening { .. }
        | Status::Open { .. }
        | Status::Refused { .. }
        | Status::Failed { .. }
        | Status::Ended { .. } => {
            "this access is not open any more, and nothing can be extended; request it again"
        }
    };
    Err(JitError::Conflict(why.to_owned()))
}

/// That the new request would end no later than the old one.
pub(super) fn no_longer(new: &NewAccess, old: &AccessRequest, now: Timestamp) -> Option<Violation> {
    let ends_at = now.saturating_add(new.duration.length()).unwrap_or(Timestamp::MAX);
    let detail = format!(
        "access is open until {} already, and {} from now on would end before that; ask for longer",
        old.ends_at,
        new.duration.words()
    );
    let violation = Violation { field: "duration".to_owned(), detail, offer: None };
    (ends_at <= old.ends_at).then_some(violation)
}
