//! Requests for access.

use std::rc::Rc;

use gloo_net::http::Method;
use leptos::ev;
use leptos::prelude::{WindowListenerHandle, window_event_listener};
use shared::access::{AccessRequest, CreatedAccess, Displaced, NewAccess, RequestId, Target, Watched};
use shared::duration::AccessDuration;
use shared::handoff::HandoffId;
use shared::json::{FromJson, Json};
use shared::moment;
use shared::page::Page;
use shared::port::Port;
use shared::resource_id::VmId;
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::Closure;
use web_sys::{EventSource, MessageEvent};

use super::{ApiError, ask, fetch, get, hand_over, nothing};
use crate::page::escaped;

const MINE_LATEST: &str = "/api/access-requests?mine=true&limit=200";
const MINE_OPEN: &str = "/api/access-requests?mine=true&open=true&limit=200";

/// The newest of one's own, over or not.
pub async fn latest() -> Result<Page<AccessRequest>, ApiError> {
    get(MINE_LATEST.to_owned()).await
}

/// Requests access.
pub fn create(new: &NewAccess, then: impl FnOnce(Result<CreatedAccess, ApiError>) + 'static) {
    ask(Method::POST, "/api/access-requests".to_owned(), Some(body(new)), then);
}

pub(super) fn body(new: &NewAccess) -> Json {
    let text = |value: &dyn ToString| Json::Text(value.to_string());
    let port = |port: &Port| Json::Number(port.to_string());
    let target = |target: &Target| {
        let ports = target.ports.iter().map(port).collect();
        Json::object([("vm", text(&target.vm)), ("ports", Json::List(ports))])
    };
    Json::object([
        ("vms", Json::List(new.vms.iter().map(target).collect())),
        ("source", text(&new.source)),
        ("duration", text(&new.duration)),
        ("reason", new.reason.as_ref().map_or(Json::Null, |reason| text(reason))),
        ("redirections", Json::List(new.redirections.iter().map(|what| text(&what.name())).collect())),
        ("requested_for", new.requested_for.as_ref().map_or(Json::Null, |whom| text(whom))),
        ("shareable_link", Json::Flag(new.shareable_link)),
        ("replaces", replaces(&new.replaces)),
    ])
}

/// What is to become of a request that is open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// It is to last longer.
    Extend {
        /// Which.
        id: RequestId,
        /// For how long from now on.
        duration: AccessDuration,
        /// What others may lose by that.
        replaces: Vec<Displaced>,
    },
    /// It is to be closed before its time.
    Close {
        /// Which.
        id: RequestId,
        /// What it came of, if it was handed over.
        given: Option<HandoffId>,
    },
}

impl Change {
    /// Which request it is about.
    pub fn id(&self) -> RequestId {
        match self {
            Self::Extend { id, .. } | Self::Close { id, .. } => *id,
        }
    }
}

/// Has a request of mine changed, and returns it; if it is to last longer, the new one.
pub fn change(change: &Change, then: impl FnOnce(Result<AccessRequest, ApiError>) + 'static) {
    let (url, body) = match change {
        Change::Extend { id, duration, replaces: others } => {
            let duration = Json::Text(duration.to_string());
            let body = Json::object([("duration", duration), ("replaces", replaces(others))]);
            (format!("/api/access-requests/{id}/extend"), body)
        }
        Change::Close { given: Some(handoff), .. } => (super::handoffs::url(*handoff, "close"), nothing()),
        Change::Close { id, given: None } => (format!("/api/access-requests/{id}/close"), nothing()),
    };
    ask(Method::POST, url, Some(body), then);
}

/// What others may lose, as the service reads it.
pub(super) fn replaces(replaces: &[Displaced]) -> Json {
    let one = |displaced: &Displaced| {
        let sources = displaced.sources.iter().map(|source| Json::Text(source.to_string())).collect();
        Json::object([
            ("vm", Json::Text(displaced.vm.to_string())),
            ("port", Json::Number(displaced.port.to_string())),
            ("sources", Json::List(sources)),
            ("until", Json::Text(moment::text(displaced.until))),
        ])
    };
    Json::List(replaces.iter().map(one).collect())
}

/// All that is mine and not over, newest first.
pub async fn mine_open() -> Result<Vec<AccessRequest>, ApiError> {
    let mut page: Page<AccessRequest> = get(MINE_OPEN.to_owned()).await?;
    let mut all = std::mem::take(&mut page.items);
    while let Some(next) = page.next.take() {
        page = get(format!("{MINE_OPEN}&cursor={}", escaped(&next))).await?;
        all.append(&mut page.items);
    }
    Ok(all)
}

/// What was mine lately, newest first.
pub async fn mine() -> Result<Page<AccessRequest>, ApiError> {
    get("/api/access-requests?mine=true&limit=50".to_owned()).await
}

/// What was mine lately on one machine, newest first.
pub fn mine_on(vm: &VmId, then: impl FnOnce(Result<Page<AccessRequest>, ApiError>) + 'static) {
    fetch(format!("/api/access-requests?mine=true&limit=10&vm={}", escaped(&vm.to_string())), then);
}

/// Where the `.rdp` file of a request is.
pub fn rdp_url(id: RequestId) -> String {
    format!("/api/access-requests/{id}/rdp")
}

/// The shareable link of a request; where there is none, why not.
pub fn shareable_link(id: RequestId, then: impl FnOnce(String) + 'static) {
    let then = |told: Result<Json, ApiError>| {
        then(match told {
            Ok(json) if json.text("url").is_empty() => json.text("reason").to_owned(),
            Ok(json) => json.text("url").to_owned(),
            Err(error) => error.words(),
        });
    };
    let url = format!("/api/access-requests/{id}/shareable-link");
    hand_over(Method::GET, url, None, Box::new(then));
}

/// A request that is being followed, until this is dropped.
pub struct Watch {
    source: EventSource,
    offline: Option<WindowListenerHandle>,
    _on_request: Closure<dyn FnMut(MessageEvent)>,
    _on_error: Closure<dyn FnMut()>,
}

impl Watch {
    /// Whether nothing more will come, because the request is over, the service refused or the network
    /// is gone.
    pub fn is_closed(&self) -> bool {
        self.source.ready_state() == EventSource::CLOSED
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        self.source.close();
        if let Some(offline) = self.offline.take() {
            offline.remove();
        }
    }
}

/// Follows a request: `on_event` is told where it stands, at once and at every change, `on_lost`
/// whenever the connection breaks. The browser connects again by itself, unless the watch
/// [is closed](Watch::is_closed) then: the service refused, or there is no network.
pub fn watch(
    id: RequestId,
    on_event: impl Fn(Watched) + 'static,
    on_lost: impl Fn() + 'static,
) -> Result<Watch, ApiError> {
    watch_at(&format!("/api/access-requests/{id}/events"), on_event, on_lost)
}

/// The same, where the stream is at another address.
pub(super) fn watch_at(
    url: &str,
    on_event: impl Fn(Watched) + 'static,
    on_lost: impl Fn() + 'static,
) -> Result<Watch, ApiError> {
    let unreachable = |_| ApiError::Unreachable;
    let source = EventSource::new(url).map_err(unreachable)?;
    let stop = source.clone();
    let on_request = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
        let Some(watched) =
            event.data().as_string().and_then(|text| Watched::from_json(&Json::parse(&text).ok()?).ok())
        else {
            return;
        };
        // The server ends the stream here, and a browser would take that for a lost connection.
        if watched.request.status.is_final() {
            stop.close();
        }
        on_event(watched);
    });
    let on_lost: Rc<dyn Fn()> = Rc::new(on_lost);
    let (offline, stop) = (on_lost.clone(), source.clone());
    let on_error = Closure::<dyn FnMut()>::new(move || on_lost());
    source
        .add_event_listener_with_callback("request", on_request.as_ref().unchecked_ref())
        .map_err(unreachable)?;
    source.set_onerror(Some(on_error.as_ref().unchecked_ref()));
    // A stream that hangs in the air would not be noticed for minutes.
    let offline = window_event_listener(ev::offline, move |_| {
        stop.close();
        offline();
    });
    Ok(Watch { source, offline: Some(offline), _on_request: on_request, _on_error: on_error })
}

#[cfg(test)]
mod tests {
    use super::*;
    use shared::redirection::Redirection;
    use shared::resource_id::VmId;

    #[test]
    fn a_request_is_written_as_the_service_reads_it() {
        let vm: VmId = "/subscriptions/11111111-2222-3333-4444-555555555555/resourceGroups/hq/providers/Microsoft.Compute/virtualMachines/jump-01".parse().unwrap();
        for (reason, requested_for, redirections) in [
            (None, "anna@contoso.com".parse().ok(), vec![]),
            ("INC1 \"disk\" \\ full".parse().ok(), None, Redirection::ALL.to_vec()),
        ] {
            let shareable_link = reason.is_some();
            let new = NewAccess {
                vms: vec![Target { vm: vm.clone(), ports: vec![Port::RDP, Port::SSH] }],
                source: "203.0.113.0/24".parse().unwrap(),
                duration: "PT1H30M".parse().unwrap(),
                reason,
                requested_for,
                redirections,
                shareable_link,
                replaces: vec![Displaced {
                    vm: vm.clone(),
                    port: Port::SSH,
                    sources: vec!["*".parse().unwrap(), "2001:db8::7".parse().unwrap()],
                    until: "2030-01-09T12:05:00Z".parse().unwrap(),
                }],
            };
            assert_eq!(serde_json::from_str::<NewAccess>(&body(&new).to_string()).unwrap(), new);
        }
    }
}
