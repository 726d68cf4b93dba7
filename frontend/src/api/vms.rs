//! Virtual machines.

use shared::bastion::{ByBastion, Ways, Whence};
use shared::explanation::AccessExplanation;
use shared::json::Json;
use shared::port::Port;
use shared::preflight::Preflight;
use shared::resource_id::VmId;
use shared::vm::{VmDetails, VmPage};

use gloo_net::http::Method;

use super::{ApiError, fetch, get, hand_over, nothing, vm_url};
use crate::format;
use crate::page::{Wanted, escaped};

/// A page of the list; `cursor` is the `next` of the page before.
pub async fn list(wanted: &Wanted, cursor: Option<&str>) -> Result<VmPage, ApiError> {
    let cursor = cursor.map(|cursor| format!("&cursor={}", escaped(cursor))).unwrap_or_default();
    get(format!("/api/vms?{}{cursor}", wanted.query())).await
}

/// The first few machines that `words` find.
pub fn suggest(words: &str, most: usize, then: impl FnOnce(Result<VmPage, ApiError>) + 'static) {
    fetch(format!("/api/vms?q={}&limit={most}", escaped(words)), then);
}

/// One machine as it is now.
pub fn details(vm: &VmId, then: impl FnOnce(Result<VmDetails, ApiError>) + 'static) {
    let then: Box<dyn FnOnce(Result<VmDetails, ApiError>)> = Box::new(then);
    fetch(vm_url(vm), then);
}

/// Whether the machine's inbound rules let `whence` through to `ports`, the first of which is
/// connected to.
pub fn preflight(
    vm: &VmId,
    ports: &[Port],
    whence: &Whence,
    then: impl FnOnce(Result<Preflight, ApiError>) + 'static,
) {
    let (ports, source) = (format::listed(ports), escaped(&whence.to_string()));
    fetch(format!("{}/preflight?port={ports}&source={source}", vm_url(vm)), then);
}

/// Which Bastion reaches the machine, and where it is in the Azure portal.
pub fn ways(vm: &VmId, then: impl FnOnce(Ways) + 'static) {
    let unreached = |error: ApiError| ByBastion::Unreached { reason: error.words() };
    fetch(format!("{}/ways", vm_url(vm)), move |read: Result<Ways, ApiError>| {
        then(read.unwrap_or_else(|error| Ways { bastion: unreached(error), portal: None }));
    });
}

/// Whether the access rules would let a request through, and which of them stands in the way how.
pub fn explanation(
    vm: &VmId,
    port: Port,
    source: &Whence,
    then: impl FnOnce(Result<AccessExplanation, ApiError>) + 'static,
) {
    let source = escaped(&source.to_string());
    fetch(format!("{}/access-explanation?port={port}&source={source}", vm_url(vm)), then);
}

/// Has the machine started.
pub fn start(vm: &VmId, then: impl FnOnce(Result<Json, ApiError>) + 'static) {
    hand_over(Method::POST, format!("{}/start", vm_url(vm)), Some(nothing()), Box::new(then));
}
