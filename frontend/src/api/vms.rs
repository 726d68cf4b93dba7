//! Virtual machines.

use shared::bastion::{ByBastion, Ways, Whence};
use shared::explanation::AccessExplanation;
use shared::json::{FromJson, Json};
use shared::port::Port;
use shared::preflight::Preflight;
use shared::resource_id::VmId;
use shared::vm::{VmDetails, VmPage};

use gloo_net::http::Method;

use super::{ApiError, call, fetch, get, nothing, vm_url};
use crate::page::{Wanted, escaped};

/// A page of the list; `cursor` is the `next` of the page before.
pub async fn list(wanted: &Wanted, cursor: Option<&str>) -> Result<VmPage, ApiError> {
    let cursor = cursor.map(|cursor| format!("&cursor={}", escaped(cursor))).unwrap_or_default();
    get(format!("/api/vms?{}{cursor}", wanted.query())).await
}

/// The first few machines that `words` find.
pub async fn suggest(words: &str, most: usize) -> Result<VmPage, ApiError> {
    get(format!("/api/vms?q={}&limit={most}", escaped(words))).await
}

/// One machine as it is now.
pub async fn details(vm: &VmId) -> Result<VmDetails, ApiError> {
    get(vm_url(vm)).await
}

/// Whether the machine's inbound rules let `source` through to `port`.
pub async fn preflight(vm: &VmId, port: Port, whence: &Whence) -> Result<Preflight, ApiError> {
    let source = escaped(&whence.to_string());
    get(format!("{}/preflight?port={port}&source={source}", vm_url(vm))).await
}

/// Which Bastion reaches the machine, and where it is in the Azure portal.
pub fn ways(vm: &VmId, then: impl FnOnce(Ways) + 'static) {
    let then = |told: Result<Json, ApiError>| {
        let read = told.and_then(|json| Ok(Ways::from_json(&json)?));
        let unreached = |error: ApiError| ByBastion::Unreached { reason: error.words() };
        then(read.unwrap_or_else(|error| Ways { bastion: unreached(error), portal: None }));
    };
    fetch(format!("{}/ways", vm_url(vm)), Box::new(then));
}

/// Whether the access rules would let a request through, and which of them stands in the way how.
pub async fn explanation(vm: &VmId, port: Port, source: &Whence) -> Result<AccessExplanation, ApiError> {
    let source = escaped(&source.to_string());
    get(format!("{}/access-explanation?port={port}&source={source}", vm_url(vm))).await
}

/// Has the machine started.
pub async fn start(vm: &VmId) -> Result<(), ApiError> {
    call(Method::POST, format!("{}/start", vm_url(vm)), Some(nothing())).await.map(drop)
}
