//! Something that is open for me, or about to be, or was until just now.

use leptos::prelude::*;
use shared::access::{AccessRequest, Ending, Status};
use shared::port::Port;

use crate::api;
use crate::components::button::Look;
use crate::components::countdown::Countdown;
use crate::components::icon::{Glyph, Icon};
use crate::components::status_line::{StatusLine, Tone};
use crate::format;
use crate::page::Page;
use crate::session::use_server_clock;

/// A request and what can be done with it.
#[component]
pub fn GrantCard(
    /// The request as it stands; `None` once it is gone from the page.
    request: Memo<Option<AccessRequest>>,
) -> impl IntoView {
    move || request.get().map(|request| view! { <Card request/> })
}

#[component]
fn Card(request: AccessRequest) -> impl IntoView {
    let connect = Page::Connect(request.vm.clone()).path();
    let name = request.vm.name().to_string();
    let (tone, words) = (tone(&request.status), words(&request.status));
    let is_open = matches!(request.status, Status::Open { .. });
    let rdp =
        (is_open && request.ports.contains(&Port::RDP)).then(|| api::access_requests::rdp_url(request.id));
    let look = if rdp.is_some() { Look::Secondary } else { Look::Primary };
    let action = if request.status.is_final() { "Request again" } else { "Connect" };
    view! {
        <article class="card grant" aria-label=name.clone()>
            <h3 class="grant__name"><a class="link" href=connect.clone()>{name.clone()}</a></h3>
            <p><StatusLine tone=tone>{words}</StatusLine></p>
            {is_open.then(|| view! { <Left request=request.clone()/> })}
            <dl class="facts">
                <dt>"Opens"</dt>
                <dd>{format!("{} for {}", format::ports(&request.ports), request.source)}</dd>
                <dt>"Group"</dt>
                <dd>{request.vm.resource_group().to_string()}</dd>
                {request.reason.map(|reason| reason.to_string()).map(|reason| view! { <dt>"Reason"</dt><dd>{reason}</dd> })}
            </dl>
            <p class="grant__actions">
                {rdp.map(|rdp| view! {
                    <a class=Look::Primary.class() rel="external" download="" href=rdp aria-label=format!("Download RDP file for {name}")>
                        <Icon glyph=Glyph::Download/>"Download RDP file"
                    </a>
                })}
                <a class=look.class() href=connect aria-label=format!("{action}: {name}")>{action}</a>
            </p>
        </article>
    }
}

/// How much of it is left.
#[component]
fn Left(request: AccessRequest) -> impl IntoView {
    let now = use_server_clock().now();
    view! {
        <p class="grant__left">
            <Countdown until=request.ends_at what=format!("Access to {}", request.vm.name())/>
            <span class="quiet">{format!("left, until {}", format::when(request.ends_at, now))}</span>
        </p>
    }
}

fn tone(status: &Status) -> Tone {
    match status {
        Status::Requesting | Status::Opening { .. } => Tone::Busy,
        Status::Open { .. } => Tone::Success,
        Status::Refused { .. } | Status::Failed { .. } => Tone::Error,
        Status::Ended { .. } => Tone::Pending,
    }
}

/// Where a request stands, in words.
pub fn words(status: &Status) -> String {
    match status {
        Status::Requesting => "Requesting access…".to_owned(),
        Status::Opening { .. } => "Access approved. Opening the port, usually under a minute…".to_owned(),
        Status::Open { .. } => "Open".to_owned(),
        Status::Refused { reason, .. } => format!("Refused: {reason}"),
        Status::Failed { reason, .. } => format!("Failed: {reason}"),
        Status::Ended { how, .. } => format!("Access ended ({})", ending(*how)),
    }
}

fn ending(how: Ending) -> &'static str {
    match how {
        Ending::Expired => "its time was over",
        Ending::Replaced => "a newer request took its place",
        Ending::Closed => "closed early",
        Ending::Withdrawn => "withdrawn in Azure",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_end_says_how_it_came() {
        let at = jiff::Timestamp::UNIX_EPOCH;
        let ended = Status::Ended { at, how: Ending::Withdrawn };
        assert_eq!(words(&ended), "Access ended (withdrawn in Azure)");
        assert_eq!(words(&Status::Refused { at, reason: "too wide".into() }), "Refused: too wide");
    }
}
