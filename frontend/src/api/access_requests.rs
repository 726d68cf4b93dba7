//! Requests for access.

use shared::access::{AccessRequest, CreatedAccess, NewAccess, RequestId, Watched};
use shared::page::Page;
use shared::resource_id::VmId;
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::Closure;
use web_sys::{EventSource, MessageEvent};

use super::{ApiError, get, post};
use crate::page::escaped;

const MINE_OPEN: &str = "/api/access-requests?mine=true&open=true&limit=200";

/// Requests access.
pub async fn create(new: &NewAccess) -> Result<CreatedAccess, ApiError> {
    Ok(post("/api/access-requests", new).await?.json().await?)
}

/// All that is mine and not over, newest first.
pub async fn mine_open() -> Result<Vec<AccessRequest>, ApiError> {
    let mut page: Page<AccessRequest> = get(MINE_OPEN).await?;
    let mut all = std::mem::take(&mut page.items);
    while let Some(next) = page.next.take() {
        page = get(&format!("{MINE_OPEN}&cursor={}", escaped(&next))).await?;
        all.append(&mut page.items);
    }
    Ok(all)
}

/// What was mine lately, newest first.
pub async fn mine() -> Result<Page<AccessRequest>, ApiError> {
    get("/api/access-requests?mine=true&limit=50").await
}

/// What was mine lately on one machine, newest first.
pub async fn mine_on(vm: &VmId) -> Result<Page<AccessRequest>, ApiError> {
    get(&format!("/api/access-requests?mine=true&limit=10&vm={}", escaped(&vm.to_string()))).await
}

/// Where the `.rdp` file of a request is.
pub fn rdp_url(id: RequestId) -> String {
    format!("/api/access-requests/{id}/rdp")
}

/// A request that is being followed, until this is dropped.
pub struct Watch {
    source: EventSource,
    _on_request: Closure<dyn FnMut(MessageEvent)>,
    _on_error: Closure<dyn FnMut()>,
}

impl Watch {
    /// Whether nothing more will come, because the request is over or the service refused.
    pub fn is_closed(&self) -> bool {
        self.source.ready_state() == EventSource::CLOSED
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        self.source.close();
    }
}

/// Follows a request: `on_event` is told where it stands, at once and at every change, `on_lost`
/// whenever the connection breaks. The browser connects again by itself.
pub fn watch(
    id: RequestId,
    on_event: impl Fn(Watched) + 'static,
    on_lost: impl Fn() + 'static,
) -> Result<Watch, ApiError> {
    let unreachable = |error| ApiError::Unreachable(format!("{error:?}"));
    let source = EventSource::new(&format!("/api/access-requests/{id}/events")).map_err(unreachable)?;
    let stop = source.clone();
    let on_request = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
        let Some(watched) =
            event.data().as_string().and_then(|text| serde_json::from_str::<Watched>(&text).ok())
        else {
            return;
        };
        // The server ends the stream here, and a browser would take that for a lost connection.
        if watched.request.status.is_final() {
            stop.close();
        }
        on_event(watched);
    });
    let on_error = Closure::<dyn FnMut()>::new(on_lost);
    source
        .add_event_listener_with_callback("request", on_request.as_ref().unchecked_ref())
        .map_err(unreachable)?;
    source.set_onerror(Some(on_error.as_ref().unchecked_ref()));
    Ok(Watch { source, _on_request: on_request, _on_error: on_error })
}
