//! What is open, for how long still, and all that is needed to connect.

use leptos::prelude::*;
use shared::port::Port;
use shared::preflight::Reach;

use super::commands;
use super::desk::Desk;
use super::form::Method;
use super::state::{By, Open};
use super::texts;
use crate::api::access_requests;
use crate::components::button::Look;
use crate::components::copy::CopyButton;
use crate::components::countdown::Countdown;
use crate::components::icon::{Glyph, Icon};
use crate::components::status_line::{StatusLine, Tone};
use crate::format;

/// The bar of a port that is open.
#[component]
pub fn SessionBar(
    /// What is known.
    desk: Desk,
    /// What is open.
    open: Open,
) -> impl IntoView {
    let (port, method) = desk.form.with_untracked(|form| (form.port, form.method));
    let address = Memo::new(move |_| {
        let host = desk.details.with(|details| details.vm.destination());
        host.and_then(|host| commands::address(&host, port))
    });
    let user = Memo::new(move |_| desk.details.with(|details| details.admin_username.clone()));
    let run = Memo::new(move |_| command(desk, method, port));
    let target = move || address.get().unwrap_or_else(|| format!("port {port}"));
    let tick = desk.tick();
    let opened_by = Memo::new(move |_| texts::opened_by(&open, tick.get()));
    let ending = Memo::new(move |_| texts::ending(open.until.duration_since(tick.get())));
    let blocked = Memo::new(move |_| {
        desk.preflight.with(|preflight| {
            preflight.as_ref().is_some_and(|preflight| matches!(preflight.reach, Reach::Blocked { .. }))
        })
    });
    view! {
        <section
            class="session"
            class:session--warning=move || blocked.get() || ending.get().is_some()
            aria-label="Open access"
        >
            <p class="session__what">
                {move || format!("Open for {} → {}", texts::addresses(open.source), target())}
                <span class="session__left">
                    " · "<Countdown until=open.until/>" left"
                </span>
            </p>
            <p class="quiet">
                {format!("Until {} (your time). ", format::when(open.until, tick.get_untracked()))}
                {move || opened_by.get()}
            </p>
            <div class="session__actions">
                {move || (method == Method::Rdp).then(|| file(open.by, blocked.get()))}
                {move || address.get().map(|address| view! {
                    <CopyButton text=address what="address" worded=true/>
                })}
                {move || user.get().map(|user| view! { <CopyButton text=user what="user" worded=true/> })}
                {move || run.get().map(|(what, command)| view! {
                    <CopyButton text=command what=what worded=true/>
                })}
            </div>
            {move || match ending.get() {
                Some(words) => view! { <p><StatusLine tone=Tone::Warning>{words}</StatusLine></p> }.into_any(),
                None => view! {
                    <p class="quiet">
                        "When the time is over the port closes for new connections. A session that is open by then stays connected."
                    </p>
                }.into_any(),
            }}
        </section>
    }
}

/// The file; as long as a rule blocks the way it is not the next thing to reach for.
fn file(by: By, blocked: bool) -> Option<impl IntoView> {
    let By::Me { id, .. } = by else { return None };
    let look = if blocked { Look::Secondary } else { Look::Primary };
    Some(view! {
        <a class=look.class() rel="external" download="" href=access_requests::rdp_url(id)>
            <Icon glyph=Glyph::Download/>"Download RDP file"
        </a>
    })
}

/// The command of a method, and what it is called.
pub fn command(desk: Desk, method: Method, port: Port) -> Option<(&'static str, String)> {
    desk.details.with(|details| {
        let host = details.vm.destination()?;
        match method {
            Method::Rdp => Some(("mstsc command", commands::mstsc(&host, port)?)),
            Method::Ssh => {
                Some(("ssh command", commands::ssh(&host, details.admin_username.as_deref(), port)?))
            }
        }
    })
}
