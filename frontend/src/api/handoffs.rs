//! Access that one person prepares and another has opened.

use std::net::IpAddr;

use gloo_net::http::Method;
use shared::access::{AccessRequest, Displaced, Watched};
use shared::handoff::{Handoff, HandoffId, HandoffView, NewHandoff, PreparedHandoff};
use shared::json::Json;
use shared::page::Page;

use super::access_requests::{self, Watch, watch_at};
use super::{ApiError, call, get, nothing, post};

/// Prepares access for somebody else.
pub async fn prepare(new: &NewHandoff) -> Result<PreparedHandoff, ApiError> {
    post("/api/handoffs".to_owned(), body(new)).await
}

fn body(new: &NewHandoff) -> Json {
    let text = |value: &dyn ToString| Json::Text(value.to_string());
    let port = |port: &shared::port::Port| Json::Number(port.to_string());
    Json::object([
        ("vm", text(&new.vm)),
        ("ports", Json::List(new.ports.iter().map(port).collect())),
        ("duration", text(&new.duration)),
        ("requested_for", text(&new.requested_for)),
        ("reason", new.reason.as_ref().map_or(Json::Null, |reason| text(reason))),
        ("guest", Json::Flag(new.guest)),
    ])
}

/// What one has prepared, the newest first.
pub async fn list() -> Result<Page<Handoff>, ApiError> {
    get("/api/handoffs?limit=50".to_owned()).await
}

/// Takes it back.
pub async fn revoke(id: HandoffId) -> Result<Handoff, ApiError> {
    post(url(id, "revoke"), nothing()).await
}

/// What whoever has the link gets to see.
pub async fn visit(id: HandoffId, secret: Option<&str>) -> Result<HandoffView, ApiError> {
    let secret = secret.map_or(Json::Null, |secret| Json::Text(secret.to_owned()));
    post(url(id, "visit"), Json::object([("secret", secret)])).await
}

/// Gives the code of a guest.
pub async fn enter(id: HandoffId, secret: String, code: String) -> Result<(), ApiError> {
    let body = Json::object([("secret", Json::Text(secret)), ("code", Json::Text(code))]);
    call(Method::POST, url(id, "enter"), Some(body)).await.map(drop)
}

/// Has it opened for the address that one was shown.
pub async fn redeem(
    id: HandoffId,
    secret: String,
    address: IpAddr,
    replaces: &[Displaced],
) -> Result<AccessRequest, ApiError> {
    let body = Json::object([
        ("secret", Json::Text(secret)),
        ("address", Json::Text(address.to_string())),
        ("replaces", access_requests::replaces(replaces)),
    ]);
    post(url(id, "redeem"), body).await
}

/// Follows the request that came of it.
pub fn watch(
    id: HandoffId,
    on_event: impl Fn(Watched) + 'static,
    on_lost: impl Fn() + 'static,
) -> Result<Watch, ApiError> {
    watch_at(&url(id, "events"), on_event, on_lost)
}

/// Where the file is.
pub fn rdp_url(id: HandoffId) -> String {
    url(id, "rdp")
}

pub(super) fn url(id: HandoffId, what: &str) -> String {
    format!("/api/handoffs/{id}/{what}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_prepared_is_written_as_the_service_reads_it() {
        for (reason, guest) in [(None, true), ("INC1 \"disk\"".parse().ok(), false)] {
            let new = NewHandoff {
                vm: "/subscriptions/11111111-2222-3333-4444-555555555555/resourceGroups/hq/providers/Microsoft.Compute/virtualMachines/jump-01".parse().unwrap(),
                ports: vec!["22".parse().unwrap(), "3389".parse().unwrap()],
                duration: "PT1H".parse().unwrap(),
                requested_for: "anna@contoso.com".parse().unwrap(),
                reason,
                guest,
            };
            assert_eq!(serde_json::from_str::<NewHandoff>(&body(&new).to_string()).unwrap(), new);
        }
    }
}
