//! Virtual machines.

use shared::port::Port;
use shared::preflight::Preflight;
use shared::resource_id::VmId;
use shared::source::Source;
use shared::vm::{VmDetails, VmPage};

use super::{ApiError, Nothing, get, post, vm_url};
use crate::page::escaped;

/// A page of the list; `query` is that of the address bar, `cursor` the `next` of the page before.
pub async fn list(query: &str, cursor: Option<&str>) -> Result<VmPage, ApiError> {
    let query = query.trim_start_matches('?');
    let cursor = cursor.map(|cursor| format!("&cursor={}", escaped(cursor))).unwrap_or_default();
    get(&format!("/api/vms?{query}{cursor}")).await
}

/// One machine as it is now.
pub async fn details(vm: &VmId) -> Result<VmDetails, ApiError> {
    get(&vm_url(vm)).await
}

/// Whether the machine's inbound rules let `source` through to `port`.
pub async fn preflight(vm: &VmId, port: Port, source: Source) -> Result<Preflight, ApiError> {
    let source = escaped(&source.to_string());
    get(&format!("{}/preflight?port={port}&source={source}", vm_url(vm))).await
}

/// Has the machine started.
pub async fn start(vm: &VmId) -> Result<(), ApiError> {
    post(&format!("{}/start", vm_url(vm)), &Nothing {}).await.map(drop)
}
