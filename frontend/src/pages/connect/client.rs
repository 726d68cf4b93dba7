//! What to connect with: a file for Remote Desktop, or a command for a shell.

mod bastion;
mod tabs;

use leptos::prelude::*;
use shared::source::Source;

use super::commands::{self, azure, ssh_config};
use super::desk::Desk;
use super::form::Method;
use super::row::Row;
use super::session_bar::{command, link, way_in};
use super::state::{By, Card};
use super::texts;
use shared::port::Port;
use tabs::{hint, tabs, text};

use crate::components::button::{Button, Look};
use crate::components::copy::copy_button;
use crate::components::icon::Glyph;
use crate::page::Page;
use crate::session::use_session;
use crate::view::{Element, IntoView, View, anew, el, several};

/// The section of the method that is chosen.
pub fn client_section(desk: Desk) -> View {
    let method = Memo::new(move |_| desk.form.with(|form| form.method));
    let section = move || {
        let method = method.get();
        // What is chosen in it stays while the form is filled in.
        anew(move || match method {
            Method::Rdp => rdp_section(desk),
            Method::Ssh => ssh_section(desk),
            Method::Bastion => bastion::bastion_section(desk),
        })
    };
    section.into_view()
}

fn rdp_section(desk: Desk) -> View {
    let file = move || match desk.card.with(|card| card.open().map(|open| open.by)) {
        Some(By::Me { id, .. }) => link(desk, Look::Secondary, id).into_view(),
        Some(By::SomebodyElse { .. }) | None => {
            let not_yet = desk.card.with(|card| texts::not_yet(card, desk.preflight().as_ref()));
            several![
                Button::new("Download RDP file", || ()).glyph(Glyph::Download).disabled(true),
                el("p").class("field__hint").child(not_yet),
            ]
        }
    };
    let row = Row {
        label: "Download and open file to connect",
        id: "about-file",
        about: "A small file that tells a Remote Desktop client where to connect to. There is no password in it, and nothing of your device is shared with the VM.",
    };
    several![
        el("h3").class("connect__heading").child("Connect using RDP file"),
        row.showing(several![file, signature(), by_uri(desk)]),
        username(desk),
    ]
}

/// An address that the app of Apple's and Google's systems opens, in place of the file.
fn by_uri(desk: Desk) -> View {
    let shown = move || {
        let (host, port) = here(desk)?;
        let user = desk.details.with(|details| details.admin_username.clone());
        let uri = commands::rdp_uri(&host, user.as_deref(), port)
            .filter(|_| desk.card.with(|card| card.open().is_some()))?;
        let agent = window().navigator().user_agent().unwrap_or_default();
        let knows_it = ["macOS", "iOS", "iPadOS", "Android"].contains(&texts::os_of(&agent));
        let class = if knows_it { Look::Secondary.class() } else { "link" };
        let words =
            if knows_it { "Open in Windows App" } else { "Open in Windows App (macOS, iOS, Android)" };
        Some(el("p").child(el("a").class(class).attr("rel", "external").attr("href", uri).child(words)))
    };
    shown.into_view()
}

/// What a client connects to.
fn here(desk: Desk) -> Option<(String, Port)> {
    let (port, source) = desk.target();
    way_in(desk, source.unwrap_or(Source::ANY), port)
}

/// The entry for a configuration file of OpenSSH.
fn config(desk: Desk, host: Option<String>, port: Option<Port>) -> Option<String> {
    desk.details
        .with(|details| ssh_config::entry(&host?, details.admin_username.as_deref(), port?, &details.vm.id))
}

/// Whom Windows will name, and where to read more about it.
fn signature() -> Element {
    let session = use_session();
    let words = match session.rdp_publisher {
        Some(publisher) => format!("Signed by {}. ", publisher.name),
        None if session.cannot_sign => {
            "It cannot be signed at the moment, and an unsigned one is not handed out. ".to_owned()
        }
        None => "Not signed: Windows will warn of an unknown publisher. ".to_owned(),
    };
    let more = el("a").class("link").attr("href", Page::About.path()).child("More about that");
    el("p").class("field__hint").child(words).child(more)
}

fn ssh_section(desk: Desk) -> View {
    let line = move || {
        let port = desk.form.with(|form| form.port);
        if let Some((_, command)) = command(desk, Method::Ssh, port) {
            return with_copy("command", "connect__command", command, "ssh command");
        }
        let why = match desk.details.with(|details| details.firewall_address) {
            Some(_) => "Known as soon as the port of the firewall is",
            None => "The VM has no address to connect to",
        };
        readonly("command", "input connect__command").attr("placeholder", why)
    };
    let with = move |write: fn(&str, Option<&str>, Port) -> Option<String>| {
        let (host, port) = here(desk)?;
        desk.details.with(|details| write(&host, details.admin_username.as_deref(), port))
    };
    let shown = move |index| match index {
        0 => several![
            line,
            hint("With a key that is not among your usual ones:"),
            text("ssh command with a key", with(ssh_config::with_key)),
        ],
        1 => {
            let vm = desk.details.with(|details| details.vm.id.clone());
            let (host, port) = here(desk).unzip();
            several![
                hint("Add it to ~/.ssh/config, with the path to your key."),
                text("configuration", config(desk, host, port)),
                text("command", Some(format!("ssh {}", ssh_config::alias(&vm)))),
            ]
        }
        2 => several![
            text("PuTTY command", with(ssh_config::putty)),
            hint("plink takes the same. Add -i and the path to a .ppk file to use a key."),
        ],
        _ => {
            let port = desk.form.with(|form| form.port);
            let vm = desk.details.with(|details| details.vm.id.clone());
            several![
                text("az ssh vm", azure::ssh_vm(&vm, port)),
                hint("Signs in with Microsoft Entra ID, where the VM has that. For scp and the like:"),
                text("az ssh config", azure::ssh_config(&vm)),
            ]
        }
    };
    let clients = tabs(&["OpenSSH", "Config file", "PuTTY", "Entra sign-in"], shown);
    let user_is_left_out = move || {
        let is_named =
            desk.details.with(|details| details.admin_username.as_deref().is_some_and(commands::is_user));
        (!is_named).then(|| hint("Put your user name on the VM and an @ before the address."))
    };
    let is_closed = move || {
        let is_open = desk.card.with(|card| matches!(card, Card::Open(_)))
            || desk.preflight().as_ref().is_some_and(texts::is_reachable);
        let can_be = desk.card.with(|card| card.can_request() || card.is_coming());
        (can_be && !is_open)
            .then(|| hint("The port is still closed. The command works as soon as access is granted."))
    };
    let row = Row {
        label: "Execute in your choice of local shell",
        id: "about-command",
        about: "Paste it into a terminal. Where it names a key, put the path to yours.",
    };
    several![
        el("h3").class("connect__heading").child("SSH command"),
        row.chosen_with("command", several![clients, user_is_left_out, is_closed]),
        username(desk),
    ]
}

fn username(desk: Desk) -> Element {
    let line = move || match desk.details.with(|details| details.admin_username.clone()) {
        Some(user) => with_copy("username", "connect__user", user, "user"),
        None => readonly("username", "input connect__user").attr("placeholder", "Not known to Azure"),
    };
    let row = Row {
        label: "Username",
        id: "about-user",
        about: "The administrator that was named when the VM was made. Other accounts of the VM work as well.",
    };
    let by_entra = move || {
        let says = desk.details.with(texts::entra_sign_in);
        (desk.form.with(|form| form.method) == Method::Rdp).then_some(says).flatten().map(hint)
    };
    row.chosen_with("username", several![line, by_entra])
}

fn readonly(id: &'static str, class: impl Into<String>) -> Element {
    el("input").id(id).class(class.into()).attr("type", "text").attr("readonly", "")
}

/// A text that can only be read, and copied.
fn with_copy(id: &'static str, class: &str, text: String, what: &str) -> Element {
    let input = readonly(id, format!("input {class} mono")).prop("value", text.clone());
    el("div").class("row__line").child(input).child(copy_button(text, what))
}
