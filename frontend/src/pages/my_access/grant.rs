//! Something that is open for me, or about to be.

use leptos::prelude::*;
use shared::access::{AccessRequest, Status};
use shared::port::Port;

use crate::api;
use crate::components::announcer::use_announcer;
use crate::components::button::Look;
use crate::components::countdown::Countdown;
use crate::components::icon::{Glyph, Icon};
use crate::components::status_line::{StatusLine, Tone};
use crate::format;
use crate::page::Page;
use crate::session::use_server_clock;

/// A request that is not over, followed as it changes.
#[component]
pub fn GrantCard(request: AccessRequest) -> impl IntoView {
    let (clock, announcer) = (use_server_clock(), use_announcer());
    let now = RwSignal::new(request.clone());
    let lost = RwSignal::new(false);
    let watch = api::access_requests::watch(
        request.id,
        move |watched| {
            clock.learn(watched.now);
            lost.set(false);
            if now.with_untracked(|before| before.status != watched.request.status) {
                announcer.say(format!("{}: {}", watched.request.vm.name(), words(&watched.request.status)));
            }
            now.set(watched.request);
        },
        move || lost.set(true),
    );
    // Kept for as long as the card is there; it is closed when this is dropped.
    let watch = StoredValue::new_local(watch.ok());
    on_cleanup(move || watch.set_value(None));

    let ports: Vec<String> = request.ports.iter().map(ToString::to_string).collect();
    let (connect, rdp) =
        (Page::Connect(request.vm.clone()).path(), api::access_requests::rdp_url(request.id));
    let remote_desktop = request.ports.contains(&Port::RDP);
    let is_open = move || now.with(|request| matches!(request.status, Status::Open { .. }));
    let tone = Signal::derive(move || now.with(|request| tone(&request.status)));
    view! {
        <article class="card grant">
            <h3 class="grant__name"><a class="link" href=connect.clone()>{request.vm.name().to_string()}</a></h3>
            <p class="quiet">{format!("Port {} for {}", ports.join(", "), request.source)}</p>
            <p>
                <StatusLine tone>{move || now.with(|request| words(&request.status))}</StatusLine>
            </p>
            {move || is_open().then(|| view! {
                <p class="grant__left">
                    <Countdown until=request.ends_at/>
                    <span class="quiet">{format!(" left, until {}", format::clock_time(request.ends_at))}</span>
                </p>
            })}
            {move || lost.get().then(|| view! {
                <p class="quiet">"Connection to Postern lost. Times may be out of date."</p>
            })}
            <p class="grant__actions">
                <a class=Look::Primary.class() href=connect.clone()>"Connect"</a>
                {move || (remote_desktop && is_open()).then(|| view! {
                    <a class=Look::Secondary.class() rel="external" download="" href=rdp.clone()>
                        <Icon glyph=Glyph::Download/>"Download RDP file"
                    </a>
                })}
            </p>
        </article>
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

fn words(status: &Status) -> &'static str {
    match status {
        Status::Requesting => "Requesting access…",
        Status::Opening { .. } => "Access approved. Opening the port…",
        Status::Open { .. } => "Open",
        Status::Refused { .. } => "Refused",
        Status::Failed { .. } => "Failed",
        Status::Ended { .. } => "Access ended",
    }
}
