//! Requests and changes as text for those who script.

use shared::access::NewAccess;
use shared::code::Code;
use shared::json::Json;
use shared::policy_change::Change;
use shared::resource_id::VmId;

use super::{ApiError, access_requests, policy_changes, post};

/// Something that can be written: where, and what would be sent to have it done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scripted {
    url: &'static str,
    body: Json,
}

impl Scripted {
    /// A request for access.
    pub fn access(new: &NewAccess) -> Self {
        Self::read_access(access_requests::body(new))
    }

    /// The same, from the address of its page.
    pub fn of_fragment(fragment: &str) -> Option<Self> {
        Json::parse(fragment).ok().map(Self::read_access)
    }

    fn read_access(body: Json) -> Self {
        Self { url: "/api/access-requests/code", body }
    }

    /// A change of machines.
    pub fn change(vms: &[VmId], change: &Change) -> Self {
        let body = policy_changes::new(vms, change, ("dry_run", Json::Flag(true)));
        Self { url: "/api/jit/policies/code", body }
    }
}

/// What stands behind the `#` in the address of the page that shows a request as text.
pub fn fragment(new: &NewAccess) -> String {
    access_requests::body(new).to_string()
}

/// It as text, once it was judged.
pub async fn written(scripted: &Scripted) -> Result<Code, ApiError> {
    post(scripted.url.to_owned(), scripted.body.clone()).await
}
