//! What whoever was handed access may do with it, for as long as it lasts.

use futures_util::Stream;
use shared::access::Watched;
use shared::handoff::HandoffId;

use super::super::{Jit, JitError};
use super::Recipient;

impl Jit {
    /// Follows the request that came of what was prepared, for whoever had it opened.
    pub async fn follow_handoff(
        &self,
        by: &Recipient,
        id: HandoffId,
    ) -> Result<impl Stream<Item = Watched> + use<>, JitError> {
        let record = self.store.handoffs().get(id).await?.ok_or(JitError::NotFound)?;
        let (requester, request) = self.redeemed(by, &record).await?.ok_or(JitError::NotFound)?;
        self.follow(&requester, request.id).await
    }

    /// The file to connect with, and its name, for whoever had it opened.
    pub async fn rdp_file_of_handoff(
        &self,
        by: &Recipient,
        id: HandoffId,
    ) -> Result<(String, String), JitError> {
        let record = self.store.handoffs().get(id).await?.ok_or(JitError::NotFound)?;
        let (_, request) = self.redeemed(by, &record).await?.ok_or(JitError::NotFound)?;
        let rules = self.rules.now();
        self.rdp_file_of(&request, &rules.of(record.right().who())).await
    }
}
