//! A request as text.

use shared::access::NewAccess;
use shared::code::Code;

use super::{Asker, Caller, Jit, JitError};
use crate::code;

impl Jit {
    /// What a request would be in a script. It is judged like the request, of which nothing is sent
    /// and nothing goes on record.
    pub async fn code_of_access(&self, by: &Caller, new: &NewAccess) -> Result<Code, JitError> {
        let judged = self.approve(&Asker::of(by, new), new, None).await?;
        Ok(code::of_access(new, &judged.approved, by.address.address, &self.api))
    }
}
