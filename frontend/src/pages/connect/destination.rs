//! Where to: the machine's address and port, and whether they can be reached.

use leptos::prelude::*;
use shared::port::Port;
use shared::session::Person;
use shared::source::Source;
use shared::vm::Vm;
use web_sys::Event;

use super::desk::{Desk, STATUS};
use super::diagnosis::diagnosis;
use super::form::{Method, field};
use super::more_ports::more_ports;
use super::row::{Row, invalid, wrong};
use super::session_bar::way_in;
use super::state::{By, Card, Open};
use super::texts;
use super::why::why;
use crate::components::button::{Button, Look};
use crate::components::copy::{copy_button, worded_copy_button};
use crate::components::icon::Glyph;
use crate::components::status_line::{Tone, status_line};
use crate::format;
use crate::session::use_session;
use crate::view::{Element, IntoView, View, anew, el, several};

/// The section about the machine one wants to get to.
pub fn destination_section(desk: Desk) -> View {
    let addresses = move || {
        let (port, source) = desk.target();
        // A Bastion is inside the network.
        let inside = desk.form.with(|form| form.method == Method::Bastion);
        desk.details.with(|details| {
            let vm = &details.vm;
            let public = vm.public_address.filter(|_| !inside).map(|address| ("Public IP", address));
            let address = public.or_else(|| vm.private_address.map(|address| ("Private IP", address)));
            let public = details.public_ipv6.filter(|_| !inside).map(|address| ("Public IPv6", address));
            let ipv6 = public.or_else(|| details.private_ipv6.map(|address| ("Private IPv6", address)));
            let line = |kind: &str, text: String, what: &str| {
                el("span").class("row__line").child(format!("{kind} | {text}")).child(copy_button(text, what))
            };
            if let Some(firewall) = details.firewall_address.filter(|_| !inside) {
                let mapped = way_in(desk, source.unwrap_or(Source::ANY), port);
                let to = desk.card.with(|card| texts::mapped(mapped.map(|(_, port)| port), card));
                return several![
                    line("Azure Firewall", firewall.to_string(), "firewall's address"),
                    el("p").class("field__hint").child(to),
                ];
            }
            several![
                match address {
                    Some((kind, address)) => line(kind, address.to_string(), "VM IP address"),
                    None => el("span").class("row__line quiet").child("None"),
                },
                ipv6.map(|(kind, address)| line(kind, address.to_string(), "VM IPv6 address")),
                vm.fqdn.clone().filter(|_| !inside).map(|name| line("DNS name", name, "DNS name")),
            ]
        })
    };
    let address = Row {
        label: "VM IP address",
        id: "about-address",
        about: "The address of the VM that a client connects to: the public one if it has one, else the one inside its network.",
    };
    let port = Row {
        label: "VM port",
        id: "about-port",
        about: "The port that is opened. Those that the VM's JIT policy covers can be chosen.",
    };
    several![
        el("h3").class("connect__heading").child("Destination VM"),
        address.showing(addresses),
        port.chosen_with("port", several![port_choice(desk), wrong(desk, field::PORT, "port-wrong")]),
        more_ports(desk),
    ]
}

fn port_choice(desk: Desk) -> Element {
    let options = move || -> View {
        let (chosen, method) = desk.form.with(|form| (form.port, form.method));
        let mut ports = vec![chosen];
        desk.details.with(|details| {
            // The other method has its own card.
            let covered = details.policy.iter().flat_map(|policy| &policy.ports).map(|rule| rule.port);
            let elsewhere = |port: &Port| {
                method != Method::Bastion && method.others().iter().any(|other| other.port() == Some(*port))
            };
            for port in covered.filter(|port| !elsewhere(port)) {
                if let Err(place) = ports.binary_search(&port) {
                    ports.insert(place, port);
                }
            }
        });
        let option = |port: Port| {
            let number = port.to_string();
            el("option").attr("value", number.clone()).prop("selected", port == chosen).child(number)
        };
        ports.into_iter().map(option).collect()
    };
    let choose = move |event: Event| {
        if let Ok(port) = event_target_value(&event).parse() {
            desk.choose(field::PORT, |form| form.port = port);
        }
    };
    el("select")
        .id("port")
        .class("input connect__port")
        .attr("aria-describedby", "port-wrong")
        .attr("aria-invalid", move || invalid(desk, field::PORT))
        .on("change", choose)
        .child(options)
}

/// The section about what must be so before a connection gets through.
pub fn prerequisites_section(desk: Desk) -> View {
    let jit = move || {
        let line = desk.card.with(|card| texts::jit(card, desk.target().0, jit_now(desk, card)));
        status_line(line.tone, line.words)
    };
    let access = move || {
        let port = desk.target().0;
        desk.card.with(|card| texts::access(card, desk.preflight().as_ref(), port))
    };
    let access_line = move || {
        let line = access();
        status_line(line.tone, line.words)
    };
    let check = move || {
        let button = || {
            Button::new("Check again", move || desk.check())
                .look(Look::Quiet)
                .glyph(Glyph::Refresh)
                .busy(desk.checking)
        };
        let can_check = desk.card.with(|card| card.open().is_some()) && access().tone != Tone::Success;
        can_check.then(button)
    };
    let status = el("div").id(STATUS).class("connect__status").attr("tabindex", "-1").child(jit);
    let jit_row = Row {
        label: "Just-in-time (JIT) access",
        id: "about-jit",
        about: "The VM's port is closed until somebody requests it. Azure then lets the source address in for the time asked for, and closes the port again.",
    };
    let access_row = Row {
        label: "VM access",
        id: "about-access",
        about: "Whether the inbound rules of the network security groups let a connection from the source address through to the port. A firewall inside the VM is not looked at.",
    };
    let person = use_session().person;
    several![
        el("h3").class("connect__heading").child("Connection prerequisites"),
        jit_row.showing(several![status, move || more(desk, &person)]),
        access_row.showing(several![access_line, check]),
        diagnosis(desk),
    ]
}

/// Only while a port opens are seconds shown; nothing else is written anew every second.
fn jit_now(desk: Desk, card: &Card) -> jiff::Timestamp {
    if matches!(card, Card::Opening { .. }) { desk.tick().get() } else { desk.tick().get_untracked() }
}

/// What somebody needs who may not request the port, and a way to ask for it.
fn missing(desk: Desk, vm: &Vm, port: Port, person: &Person) -> View {
    let name = vm.id.name();
    let words = format!("Missing: an access rule that lets you request port {port} of {name}.");
    several![
        el("p").class("field__hint").child(words),
        worded_copy_button(texts::for_admin(person, vm, port), "for your admin"),
        anew(move || why(desk)),
    ]
}

/// What else there is to say, and to do, where just-in-time access stands as it does.
fn more(desk: Desk, person: &Person) -> View {
    let vm = || desk.details.with(|details| details.vm.clone());
    let hint = || el("p").class("field__hint");
    match desk.card.get() {
        Card::Unsupported(unsupported) => several![
            hint().child(unsupported.reason.clone()),
            hint().child(unsupported.remedy.clone()),
            worded_copy_button(texts::for_admin_of_network(&vm(), &unsupported), "for your admin"),
        ],
        Card::NotSetUp => several![
            hint().child("An administrator can enable it in Microsoft Defender for Cloud."),
            worded_copy_button(texts::for_admin_of_policy(&vm(), desk.target().0), "for your admin"),
        ],
        Card::Unread => hint()
            .child("Azure did not answer as hoped. Refresh in a moment, and tell whoever runs Postern if it stays.")
            .into_view(),
        Card::NotAllowed => missing(desk, &vm(), desk.target().0, person),
        Card::Idle { others } => texts::others(&others)
            .map(|words| el("p").class("connect__others").child(status_line(Tone::Info, words)))
            .into_view(),
        Card::Opening { slow: true, .. } => {
            let report = desk.request.with(|request| request.as_ref().map(texts::report));
            several![
                hint().child("It may still come: this page goes on waiting. If it does not, send the report to whoever runs Postern."),
                report.map(|report| worded_copy_button(report, "report")),
            ]
        }
        Card::Refused { reason } | Card::Failed { reason } => {
            el("p").class("connect__reason").attr("role", "alert").child(texts::sentence(&reason)).into_view()
        }
        Card::Ended { at, .. } => {
            let when = format::when(at, desk.tick().get_untracked());
            hint().child(format!("Ended at {when}. The form is filled in for another request.")).into_view()
        }
        Card::PortNotCovered { covered } => {
            let method = desk.form.with(|form| form.method);
            let others = method.others().into_iter().filter_map(|other| Some((other, other.port()?)));
            let usable = others.filter(|(_, port)| covered.contains(port));
            let button = |(other, port): (Method, Port)| {
                Button::new(format!("Use {} (port {port})", other.name()), move || desk.switch(other)).into_view()
            };
            usable.map(button).collect()
        }
        Card::Open(Open { by: By::SomebodyElse { requestable: false }, .. }) => {
            several![
                el("p").class("connect__others").child(status_line(Tone::Locked, texts::NOT_ALLOWED)),
                missing(desk, &vm(), desk.target().0, person),
            ]
        }
        Card::Closing { until } => {
            let until = until.map(|until| format::when(until, desk.tick().get_untracked()));
            let words = texts::closing(until.as_deref());
            el("p").class("field__hint").child(words).into_view()
        }
        Card::Requesting { .. } | Card::Opening { .. } | Card::Open(_) => View::NOTHING,
    }
}
