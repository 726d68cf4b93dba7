//! What to connect with: a file for Remote Desktop, or a command for a shell.

use leptos::prelude::*;

use super::commands;
use super::desk::Desk;
use super::form::Method;
use super::row::Row;
use super::session_bar::command;
use super::state::{By, Card};
use super::texts;
use crate::api::access_requests;
use crate::components::button::{Button, Look};
use crate::components::copy::CopyButton;
use crate::components::icon::{Glyph, Icon};

/// The section of the method that is chosen.
#[component]
pub fn ClientSection(desk: Desk) -> impl IntoView {
    let method = Memo::new(move |_| desk.form.with(|form| form.method));
    move || match method.get() {
        Method::Rdp => view! { <RdpSection desk/> }.into_any(),
        Method::Ssh => view! { <SshSection desk/> }.into_any(),
    }
}

#[component]
fn RdpSection(desk: Desk) -> impl IntoView {
    let by = Memo::new(move |_| desk.card.with(|card| card.open().map(|open| open.by)));
    let not_yet = Memo::new(move |_| {
        desk.card.with(|card| desk.preflight.with(|preflight| texts::not_yet(card, preflight.as_ref())))
    });
    view! {
        <h3 class="connect__heading">"Connect using RDP file"</h3>
        <Row label="Download and open file to connect" id="about-file" about="A small file that tells a Remote Desktop client where to connect to. There is no password in it, and nothing of your device is shared with the VM.">
            {move || match by.get() {
                Some(By::Me { id, .. }) => view! {
                    <a class=Look::Secondary.class() rel="external" download="" href=access_requests::rdp_url(id)>
                        <Icon glyph=Glyph::Download/>"Download RDP file"
                    </a>
                }.into_any(),
                Some(By::SomebodyElse) | None => view! {
                    <Button glyph=Glyph::Download disabled=true on_press=|()| ()>"Download RDP file"</Button>
                    <p class="field__hint">{move || not_yet.get()}</p>
                }.into_any(),
            }}
        </Row>
        <Username desk/>
    }
}

#[component]
fn SshSection(desk: Desk) -> impl IntoView {
    let command = Memo::new(move |_| {
        let port = desk.form.with(|form| form.port);
        command(desk, Method::Ssh, port).map(|(_, command)| command)
    });
    let user_is_left_out = move || {
        desk.details.with(|details| !details.admin_username.as_deref().is_some_and(commands::is_user))
    };
    let is_closed = move || {
        desk.card.with(|card| !matches!(card, Card::Open(_)))
            && !desk.preflight.with(|preflight| preflight.as_ref().is_some_and(texts::is_reachable))
    };
    view! {
        <h3 class="connect__heading">"SSH command"</h3>
        <Row label="Execute in your choice of local shell" id="about-command" control="command" about="Paste it into a terminal. To use a key that is not among your usual ones, add -i and the path to it.">
            {move || match command.get() {
                Some(command) => view! {
                    <div class="row__line">
                        <input id="command" class="input connect__command mono" type="text" readonly prop:value=command.clone()/>
                        <CopyButton text=command what="ssh command"/>
                    </div>
                }.into_any(),
                None => view! {
                    <input id="command" class="input connect__command" type="text" readonly placeholder="The VM has no address to connect to"/>
                }.into_any(),
            }}
            {move || user_is_left_out().then(|| view! {
                <p class="field__hint">"Put your user name on the VM and an @ before the address."</p>
            })}
            {move || is_closed().then(|| view! {
                <p class="field__hint">"The port is still closed. The command works as soon as access is granted."</p>
            })}
        </Row>
        <Username desk/>
    }
}

#[component]
fn Username(desk: Desk) -> impl IntoView {
    let user = Memo::new(move |_| desk.details.with(|details| details.admin_username.clone()));
    view! {
        <Row label="Username" id="about-user" control="username" about="The administrator that was named when the VM was made. Other accounts of the VM work as well.">
            {move || match user.get() {
                Some(user) => view! {
                    <div class="row__line">
                        <input id="username" class="input connect__user mono" type="text" readonly prop:value=user.clone()/>
                        <CopyButton text=user what="user"/>
                    </div>
                }.into_any(),
                None => view! {
                    <input id="username" class="input connect__user" type="text" readonly placeholder="Not known to Azure"/>
                }.into_any(),
            }}
        </Row>
    }
}
