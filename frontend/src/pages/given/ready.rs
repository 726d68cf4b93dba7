//! What was prepared, before it is opened.

use std::net::IpAddr;

use leptos::prelude::untrack;
use shared::handoff::Handoff;
use shared::port::Port;
use shared::session::{Detection, SeenAddress};

use super::visit::Visit;
use super::{heading, warning};
use crate::browser;
use crate::components::button::{Button, Look};
use crate::components::dialog::dialog;
use crate::format;
use crate::view::{Element, IntoView, View, el, several};

/// The id of the dialog that asks before somebody else loses their access.
pub const CONFIRM: &str = "given-confirm";

/// What was prepared, and the button.
pub fn ready(visit: Visit, handoff: &Handoff, address: SeenAddress) -> View {
    let Handoff { prepared_by, vm, ports, duration, reason, .. } = handoff;
    let title = format!("{} prepared access to {} for {}", prepared_by.name, vm.name(), duration.words());
    let how = match address.how {
        Detection::Direct => "as your device reaches Postern".to_owned(),
        Detection::Proxy { proxy } => format!("as the proxy {proxy} tells Postern"),
    };
    let words = if ports.contains(&Port::RDP) { "Open access and download" } else { "Open access" };
    let open = Button::new(words, move || visit.open(address.address, Vec::new()));
    let facts = el("dl")
        .class("facts")
        .child(fact("Prepared by", format!("{}, {}", prepared_by.name, prepared_by.username)))
        .child(fact("Machine", vm.name().to_string()))
        .child(fact("Opens", format::ports(ports)))
        .child(reason.as_ref().map(|reason| fact("What for", reason.to_string())))
        .child(fact("Your address", format!("{}, {how}", address.address)));
    several![
        heading(title),
        facts,
        el("p").class("quiet").child("It opens for this address alone. If you are to connect from another network or device, open the link there instead. It works once."),
        open.look(Look::Primary).busy(visit.busy),
        move || (!visit.others().is_empty()).then(|| warning("Nothing was opened: somebody else is using the port.")),
        confirmation(visit, address.address, &prepared_by.name),
    ]
}

/// Asks once more where somebody else would lose their access. Who that is, is for others to know.
fn confirmation(visit: Visit, address: IpAddr, by: &str) -> Element {
    let ask = format!("If you are not sure, cancel and ask {by}: the link stays good.");
    let words = move || {
        let others = visit.others();
        let (port, until) = (others.first()?.port, others.iter().map(|other| other.until).max()?);
        let until = format::when(until, visit.clock().now());
        let words = format!(
            "Port {port} is open for somebody else until {until}. Azure may end their access when yours opens."
        );
        Some(several![el("p").child(words), el("p").child(ask.clone())])
    };
    let go = Button::new("Open anyway", move || {
        browser::close_dialog(CONFIRM);
        visit.open(address, untrack(|| visit.others()));
    });
    dialog(CONFIRM, "Somebody else is using this port", words, go.look(Look::Primary))
}

pub fn fact(name: &'static str, value: impl IntoView) -> View {
    let pair: [Element; 2] = [el("dt").child(name), el("dd").child(value)];
    pair.into_iter().collect()
}
