//! What to connect with through a Bastion: the portal, the Azure CLI, or a link.

use leptos::prelude::*;
use shared::bastion::Bastion;
use shared::port::Port;
use web_sys::Event;

use super::tabs::{hint, tabs, text};
use super::username;
use crate::api::access_requests;
use crate::components::button::Button;
use crate::pages::connect::commands;
use crate::pages::connect::commands::azure::{self, Tool};
use crate::pages::connect::desk::Desk;
use crate::pages::connect::row::Row;
use crate::pages::connect::state::By;
use crate::view::{Element, IntoView, View, anew, el, several};

/// The section of the Bastion, once it is known.
pub fn bastion_section(desk: Desk) -> View {
    let known = Memo::new(move |_| desk.form.with(|form| form.bastion().is_some()));
    let rows = move || {
        let bastion = known.get().then(|| desk.form.with_untracked(|form| form.bastion().cloned()));
        bastion.flatten().map(|bastion| anew(move || rows(desk, &bastion)))
    };
    several![el("h3").class("connect__heading").child("Connect through Bastion"), rows, username(desk),]
}

fn rows(desk: Desk, bastion: &Bastion) -> View {
    let portal = move || {
        let portal = desk.form.with(|form| form.ways.as_ref()?.portal.clone());
        let link = |url: String| {
            el("a")
                .class("link")
                .attr("href", url)
                .attr("target", "_blank")
                .attr("rel", "noopener noreferrer external")
                .child("Open the VM in the Azure portal")
        };
        let first = if portal.is_some() { "Choose" } else { "Open the VM there, choose" };
        let words = format!(
            "{first} Connect, then Bastion. You need Reader on the VM, its network interface and the Bastion."
        );
        several![portal.map(link), hint(words)]
    };
    let portal_row = Row {
        label: "Azure portal",
        id: "about-portal",
        about: "The session opens in a tab of the browser. You sign in to Azure with your own account.",
    };
    let cli_row = Row {
        label: "Azure CLI",
        id: "about-cli",
        about: "Lines for a terminal. You sign in to Azure with your own account first, by az login.",
    };
    let cli = if bastion.native_client {
        cli(desk)
    } else {
        let words = format!(
            "That takes a Bastion of SKU Standard or Premium with native client support switched on. This one's SKU is {}.",
            bastion.sku.name(),
        );
        hint(words).into_view()
    };
    several![portal_row.showing(portal), cli_row.showing(cli), bastion.shareable_link.then(|| link_row(desk))]
}

fn cli(desk: Desk) -> View {
    let line = move |tool: Tool| {
        let (bastion, port) = desk.form.with(|form| Some((form.bastion()?.clone(), form.port)))?;
        desk.details.with(|details| {
            azure::through(tool, &bastion, &details.vm.id, port, details.admin_username.as_deref())
        })
    };
    // What the port is for comes first.
    let ssh_first = desk.form.with_untracked(|form| form.port == Port::SSH);
    let names: &[&str] = if ssh_first { &["SSH", "RDP", "Tunnel"] } else { &["RDP", "SSH", "Tunnel"] };
    tabs(names, move |index| match index ^ usize::from(ssh_first && index < 2) {
        0 => several![text("command", line(Tool::Rdp)), hint("On Windows only. Elsewhere use a tunnel.")],
        1 => several![
            text("command", line(Tool::Ssh)),
            hint("Signs in with Microsoft Entra ID, where the VM has that. With a key of your own:"),
            text("command with a key", line(Tool::SshWithKey)),
        ],
        _ => {
            let port = desk.form.with(|form| form.port);
            let user = desk.details.with(|details| details.admin_username.clone());
            let here = azure::TUNNEL.to_string().parse().ok().and_then(|local| match port {
                Port::SSH => commands::ssh("localhost", user.as_deref(), local),
                _ => commands::mstsc("localhost", local),
            });
            several![
                text("command", line(Tool::Tunnel)),
                hint("On every system. While it runs, the VM is at a port of localhost:"),
                text("command for the tunnel", here),
            ]
        }
    })
}

/// Whether a link is wanted, and the link once there is one.
fn link_row(desk: Desk) -> Element {
    let row = Row {
        label: "Shareable link",
        id: "about-link",
        about: "A link that opens the session in a browser without signing in to Azure. Whoever has it gets as far as the VM's own sign-in, so give it to nobody. Postern has it deleted when your access ends.",
    };
    let mine = move || match desk.card.with(|card| card.open().map(|open| open.by)) {
        Some(By::Me { id, .. }) => Some(id),
        Some(By::SomebodyElse { .. }) | None => None,
    };
    let told = RwSignal::new(String::new());
    let show = move || {
        let Some(id) = untrack(mine) else { return };
        // The page may be gone by then.
        access_requests::shareable_link(id, move |words| _ = told.try_set(words));
    };
    let shown = move || -> View {
        let words = told.get();
        if words.starts_with("https:") {
            text("shareable link", Some(words)).into_view()
        } else {
            hint(words).into_view()
        }
    };
    let content = move || -> View {
        let Some(id) = mine() else {
            let choose = move |_: Event| desk.form.update(|form| form.link = !form.link);
            let input = el("input")
                .attr("type", "checkbox")
                .prop("checked", move || desk.form.with(|form| form.link))
                .on("change", choose);
            return el("label").class("check").child(input).child("Make a link for this access").into_view();
        };
        let has_link = desk.request.with(|request| {
            request.as_ref().is_some_and(|request| request.id == id && request.shareable_link)
        });
        if has_link {
            return several![Button::new("Show link", show), shown];
        }
        hint("No link was asked for with this access.").into_view()
    };
    row.showing(content)
}
