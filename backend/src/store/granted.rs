//! Access that was granted and is not over.

use shared::access::Status;

use super::RequestRecord;

/// A request that passed every rule, that Azure took on, and that is not over: what may be made
/// narrower without being judged again. Only what is on record becomes one.
///
/// ```compile_fail,E0423
/// fn forged(record: backend::store::RequestRecord) -> backend::store::Granted {
///     backend::store::Granted(record)
/// }
/// ```
#[derive(Debug, Clone)]
pub struct Granted(RequestRecord);

impl Granted {
    pub(crate) fn of(record: RequestRecord) -> Option<Self> {
        match record.request.status {
            Status::Opening { .. } | Status::Open { .. } => Some(Self(record)),
            Status::Requesting
            | Status::Closing { .. }
            | Status::Refused { .. }
            | Status::Failed { .. }
            | Status::Ended { .. } => None,
        }
    }

    /// The request.
    pub fn record(&self) -> &RequestRecord {
        &self.0
    }
}
